import ArgumentParser
import Charts
import Foundation
import SONICBackend
import Support

/// Draws a program's charts.
struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw a program's schedule, energy and limits as SVG or PNG files.",
    discussion: """
      Writes schedule, utilization, latency, energy-by-component, energy-by-step and roofline of a sample \
      as 'sonic estimate' expects it; with --layer, what values a layer's weights have and where they \
      lie. Axes have units, and text is text.

      EXAMPLES
        sonic plot lenet.sonic --output-dir charts
        sonic plot lenet.sonic --output-dir charts --layer conv1 --png
      """)

  @Argument(
    help: ArgumentHelp("The program; '-' for standard input.", valueName: "program"),
    completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp("Where to write; made if it is not there.", valueName: "folder"),
    completion: .directory)
  var outputDir: String

  @Option(help: ArgumentHelp("Draw this layer's weights instead.", valueName: "name"))
  var layer: String?

  @Flag(help: "Write PNG files of twice the size; needs rsvg-convert (Debian: librsvg2-bin).")
  var png = false

  func run() throws(Failure) {
    let runnable = try ProgramFile.read(file)
    let charts = try about(file) { () throws(Failure) in
      try self.charts(of: View(estimating: runnable))
    }
    try OutputFile.makeFolder(outputDir)
    let folder = URL(fileURLWithPath: outputDir)
    var files: [OutputFile] = []
    for chart in charts {
      let name = chart.name + (png ? ".png" : ".svg")
      let data = png ? try PNG.drawn(chart) : chart.svg
      files.append(OutputFile(folder.appendingPathComponent(name).path, data))
    }
    try OutputFile.write(files)
  }

  private func charts(of view: View) throws(Failure) -> [any Chart] {
    guard let layer else { return view.charts }
    let charts = try view.steps(named: layer).flatMap { view.charts(ofStep: $0) }
    guard !charts.isEmpty else {
      throw .data("found no weights in \(layer.quoted), expected a layer with weights of its own")
    }
    return charts
  }
}
