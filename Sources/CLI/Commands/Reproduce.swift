import ArgumentParser
import Charts
import Foundation
import Reproduction
import Support

/// Does the paper's evaluation again.
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Do the SONIC paper's evaluation again, and print it beside what is published.",
    discussion: """
      Compiles and executes the paper's four networks, in layouts that have the published numbers of \
      parameters, on the machine as the paper can be read, without each of its parts, and on the \
      accelerators that it is compared with. Where ratios differ by more than 25 % from the published, \
      the page says what each assumption does to them.

      EXAMPLES
        sonic reproduce > Reproduction.md
        sonic reproduce --output-dir reproduction
      """)

  @Option(
    help: ArgumentHelp(
      "Write Reproduction.md, its tables as CSV and its charts as SVG there.", valueName: "dir"),
    completion: .directory)
  var outputDir: String?

  @OptionGroup var threads: ThreadFlags

  func run() throws(Failure) {
    if let outputDir { try OutputFile.makeFolder(outputDir) }
    let progress = Progress("reproducing", total: Reproduction.steps)
    let reproduction = try Reproduction(threads: threads.count) { progress.advance() }
    guard let outputDir else { return try Console.print(reproduction.page) }
    var files = [OutputFile("\(outputDir)/Reproduction.md", Data(reproduction.page.utf8))]
    files += reproduction.tables.map { OutputFile("\(outputDir)/\($0.name).csv", $0.csv) }
    files += reproduction.charts.map { OutputFile("\(outputDir)/\($0.name).svg", $0.svg) }
    try OutputFile.write(files)
  }
}
