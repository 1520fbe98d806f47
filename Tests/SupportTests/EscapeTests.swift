import Support
import Testing

@Suite struct EscapeTests {
  @Test func whatActsOnTerminalsIsSpelled() throws {
    let text = "a\n\t\u{7}\u{1B}\u{7F}\u{85}\u{9B}\u{200E}\u{2028}\u{202E}\u{E0001}é漢"
    let spelled = #"a\n\t\u0007\u001b\u007f\u0085\u009b\u200e\u2028\u202e\udb40\udc01é漢"#
    #expect(text.printable == spelled)
    #expect(text.quoted == "\"\(spelled)\"")
    #expect(#"say "\""#.printable == #"say "\""#)
    #expect(#"say "\""#.quoted == #""say \"\\\"""#)
  }

  @Test func quotedStringsReadBack() throws {
    let texts = (0..<0x300).compactMap(Unicode.Scalar.init).map { "x\($0)\u{E0001}\"\\" }
    for text in texts {
      var reader = TextReader(Array(text.quoted.utf8), comments: false)
      #expect(try reader.string() == text)
    }
  }
}
