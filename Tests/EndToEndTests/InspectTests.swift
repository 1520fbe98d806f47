import Foundation
import Testing

/// The flags of `inspect`; what it shows is the backend's to test.
@Suite struct InspectTests {
  @Test func textsAreOfTheProgramOrALayer() throws {
    let place = try Workplace.withProgram()
    let program = try place.sonic("inspect", "tiny.sonic")
    let layer = try place.sonic("inspect", "tiny.sonic", "--layer", "conv1")
    #expect(program.status == 0 && program.text.hasPrefix("model"))
    #expect(layer.status == 0 && layer.text.hasPrefix("step"))
    #expect(layer.text.contains("tune."))
    #expect(program.messages.isEmpty && layer.messages.isEmpty)
  }

  @Test func instructionsAreThoseOfTheAssembly() throws {
    let place = try Workplace.withProgram()
    let listing = try place.sonic("inspect", "tiny.sonic", "--instructions").text
    let assembly = try place.sonic("disassemble", "tiny.sonic").text
    #expect(listing.hasSuffix("halt\n") && assembly.hasSuffix(listing))
    let json = try object(
      place.sonic("inspect", "tiny.sonic", "--instructions", "--format", "json"))
    let lines = listing.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    #expect(json["instructions"] as? [String] == lines)
  }

  @Test func jsonHasTheStepsAskedFor() throws {
    let place = try Workplace.withProgram()
    let whole = try object(place.sonic("inspect", "tiny.sonic", "--format", "json"))
    let alone = try object(
      place.sonic("inspect", "tiny.sonic", "--format", "json", "--layer", "scores"))
    #expect(whole["instructions"] == nil && alone["instructions"] == nil)
    #expect(names(whole).count > 1 && names(whole).contains("scores"))
    #expect(names(alone) == ["scores"])
    #expect(whole["memory"] as? NSDictionary == alone["memory"] as? NSDictionary)
  }

  @Test func pagesAreWrittenWhereTheyAreAsked() throws {
    let place = try Workplace.withProgram()
    let outcome = try place.sonic("inspect", "tiny.sonic", "--format", "html", "-o", "tiny.html")
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.messages.isEmpty)
    let page = try String(contentsOf: place.url("tiny.html"), encoding: .utf8)
    #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
    let printed = try place.sonic("inspect", "tiny.sonic", "--format", "html").text
    #expect(printed == page)
  }

  @Test func pagesHaveAllLayers() throws {
    let place = try Workplace.withProgram()
    let outcome = try place.sonic(
      "inspect", "tiny.sonic", "--format", "html", "--layer", "conv1")
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.messages.contains("'--layer' and '--instructions' go with text and JSON"))
  }

  @Test func twoProgramsAreCompared() throws {
    let place = try Workplace.withProgram()
    let text = try place.sonic("inspect", "tiny.sonic", "tiny.sonic").text
    #expect(text.hasPrefix("first   tiny.sonic\nsecond  tiny.sonic\n"))
    let json = try object(place.sonic("inspect", "tiny.sonic", "tiny.sonic", "--format", "json"))
    #expect(json["format"] as? String == "sonic-comparison")
    let three = try place.sonic("inspect", "tiny.sonic", "tiny.sonic", "tiny.sonic")
    #expect(three.status == 64 && three.messages.contains("expected one or two"))
    let layer = try place.sonic("inspect", "tiny.sonic", "tiny.sonic", "--layer", "conv1")
    #expect(layer.status == 64 && layer.messages.contains("go with one program"))
  }

  @Test func chartsAreFilesOfAFolder() throws {
    let place = try Workplace.withProgram()
    let outcome = try place.sonic("plot", "tiny.sonic", "--output-dir", "charts/of/it")
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.messages.isEmpty)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: place.url("charts/of/it").path)
    #expect(
      names.sorted() == [
        "energy-by-component.svg", "energy-by-step.svg", "latency.svg", "roofline.svg",
        "schedule.svg", "utilization.svg",
      ])
    let layer = try place.sonic(
      "plot", "tiny.sonic", "--output-dir", "charts", "--layer", "conv1")
    #expect(layer.status == 0, "\(layer.messages)")
    let unknown = try place.sonic(
      "plot", "tiny.sonic", "--output-dir", "charts", "--layer", "conv9")
    #expect(unknown.status == 65 && unknown.messages.contains("near it: \"conv1\""))
  }

  private func names(_ inspection: [String: Any]) -> [String] {
    (inspection["steps"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
  }

  private func object(_ outcome: Outcome) throws -> [String: Any] {
    let root = try JSONSerialization.jsonObject(with: outcome.output)
    return try #require(root as? [String: Any], "\(outcome.messages)")
  }
}
