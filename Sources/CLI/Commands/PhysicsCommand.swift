import ArgumentParser
import Charts
import Foundation
import Hardware
import Physics
import Support

/// Says what the physics of a machine's devices allows.
struct PhysicsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "physics",
    abstract: "Say what the physics of a machine's devices allows, and how that is computed.",
    discussion: """
      Microrings, crosstalk between wavelengths, thermal crosstalk and collective tuning, hybrid \
      tuning, link budget, receiver noise and converters, each with its formula and source.

      EXAMPLES
        sonic physics > Physics.md
        sonic physics --machine mine.yaml --output-dir physics
      """)

  @Option(
    help: ArgumentHelp(
      "The machine: a built-in one or a machine file.",
      discussion: "'sonic machines list' names the built-in ones.", valueName: "name|file.yaml"))
  var machine = "sonic"

  @Option(
    help: ArgumentHelp("Write Physics.md and its charts as SVG there.", valueName: "dir"),
    completion: .directory)
  var outputDir: String?

  func run() throws(Failure) {
    let page = try PhysicsPage(.named(machine))
    guard let outputDir else { return try Console.print(page.text) }
    try OutputFile.makeFolder(outputDir)
    var files = [OutputFile("\(outputDir)/Physics.md", Data(page.text.utf8))]
    files += page.charts.map { OutputFile("\(outputDir)/\($0.name).svg", $0.svg) }
    try OutputFile.write(files)
  }
}
