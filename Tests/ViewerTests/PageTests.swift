import Foundation
import Support
import Testing
import Viewer

/// The page around the data; Tests/Browser looks at what a browser makes of it.
@Suite struct PageTests {
  private func html(title: String = "a title", payload: String = "{}") -> String {
    String(decoding: Page(title: title, payload: Data(payload.utf8)).html, as: UTF8.self)
  }

  @Test func titlesAreText() {
    let page = html(title: "</title><script>\"&' @@payload@@")
    #expect(
      page.contains("<title>&lt;/title&gt;&lt;script&gt;&quot;&amp;' @@payload@@</title>"))
    #expect(page.components(separatedBy: "<script").count == 3)
  }

  @Test func dataCannotEndTheirElement() {
    let page = html(payload: "\"</script><script>alert(1)</script>\"")
    #expect(page.components(separatedBy: "</script>").count == 3)
    #expect(!page.contains("alert(1)"))
  }

  @Test func nothingIsLeftToLoad() {
    let page = html()
    for found in ["src=", "@import", "url(http", "<link", "import \"", "from \"./"] {
      #expect(!page.contains(found), "\(found)")
    }
    #expect(page.contains("default-src 'none'"))
  }

  @Test func pagesAreTheSameEachTime() {
    #expect(html(payload: "[1, 2, 3]") == html(payload: "[1, 2, 3]"))
  }

  @Test func licencesComeAlong() {
    #expect(html().contains("Copyright (c) 2012-2014 Chris Pettitt"))
  }
}
