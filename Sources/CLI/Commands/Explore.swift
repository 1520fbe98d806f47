import ArgumentParser
import Charts
import Compiler
import Exploration
import Foundation
import Hardware
import Reproduction
import Support

/// Searches a space of designs.
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search a space of machines and compiler options for the best designs of networks.",
    discussion: """
      Estimates each design as 'sonic compile' and 'sonic estimate' would, without compiling it anew, \
      and prints the Pareto front of the space's objectives. Over several networks an objective is their \
      geometric mean. The machine and the options that flags give are the reference: it is evaluated too, \
      marked * in the table, and so is every design that differs from it in one parameter.

      A space file is YAML:

        format: sonic-space
        version: 1
        parameters:
          conv.length: 3, 5, 7
          conv.units: 10 to 100 step 10
          memory.dram.bandwidth: 12.8 GB/s, 25.6 GB/s
          prune: 0, 0.5, 0.9
        objectives: fps-per-watt, fps

      A parameter is a figure of the machine file by its path ('sonic machines show sonic'), or prune, \
      clusters, pack or dataflow as on the command line. A range is of whole numbers; its step is 1 where none is \
      given. Objectives are \
      \(Objective.allCases.map { "\($0.rawValue) (\($0.summary); \($0.unit))" }.joined(separator: ", ")).

      With --database results are kept in a SQLite file, so that nothing is evaluated twice, whatever ends \
      the command; several processes may share it. They are told apart by model, options, machine and the build of \
      sonic.

      EXAMPLES
        sonic explore lenet.onnx --calibrate samples.npy --space space.yaml --csv points.csv
        sonic explore --paper --space Docs/Examples/paper.space.yaml --database paper.sqlite
        sonic explore a.onnx b.onnx --space space.yaml --search nsga2 --budget 500 --seed 7
      """)

  @Argument(
    help: ArgumentHelp("The models; '-' for standard input.", valueName: "model"),
    completion: .model)
  var files: [String] = []

  @Flag(help: "Explore for the SONIC paper's four networks, too, each with its clusters.")
  var paper = false

  @Option(
    help: ArgumentHelp("The space of designs.", valueName: "file.yaml"),
    completion: .file(extensions: ["yaml"]))
  var space: String

  @Option(
    help: ArgumentHelp(
      "Keep results in a SQLite file, and take those that are there.", valueName: "file.sqlite"),
    completion: .file())
  var database: String?

  @Option(
    help: ArgumentHelp(
      "How designs are chosen: all, at random, or bred from the best (NSGA-II).",
      valueName: "grid|random|nsga2"))
  var search = SearchMethod.grid

  @Option(
    help: ArgumentHelp(
      "The most designs that the search chooses, beside the reference and what differs from it in one parameter (default: 1000; all of a grid).",
      valueName: "n"))
  var budget: Int?

  @Option(help: ArgumentHelp("Draws random numbers of the search.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Write all designs evaluated as CSV.", valueName: "file.csv"),
    completion: .file())
  var csv: String?

  @Option(
    help: ArgumentHelp(
      "Draw all designs by the first two objectives.", valueName: "file.svg"),
    completion: .file())
  var svg: String?

  @Option(
    help: ArgumentHelp(
      "Write a page about what came out, with the picture of --svg.", valueName: "file.md"),
    completion: .file())
  var page: String?

  @Flag(help: "Print the front as JSON, with the figures of each network.")
  var json = false

  @OptionGroup var flags: CompileFlags

  /// The most designs of the front that are printed.
  private static let mostRows = 40

  func validate() throws {
    if files.isEmpty && !paper {
      throw ValidationError("Expected models, or '--paper' for those of the SONIC paper.")
    }
    if let budget, !(1...Space.mostChosen).contains(budget) {
      throw ValidationError("'--budget' must be from 1 to \(Space.mostChosen).")
    }
    if paper, flags.clusters != CompileFlags.defaultClusters {
      throw ValidationError("'--paper' gives each network its clusters; '--clusters' gives others.")
    }
  }

  func run() throws(Failure) {
    let machine = try flags.target()
    let designs = try Space(yaml: InputFile.read(space), file: space, on: machine)
    let budget = try budget(in: designs)
    let subjects = try subjects(on: machine)
    try OutputFile.check([csv, svg, page].compactMap(\.self))
    let isCompared = designs.objectives.contains(.signalToNoise)
    let results = try Results(
      database, for: subjects, compiler: try database == nil ? version : Self.build,
      isCompared: isCompared)
    let explorer = Explorer(
      subjects, in: designs, on: machine, results: results, threads: flags.threads.count)
    let progress = Progress("exploring", total: explorer.steps(search, budget: budget))
    let exploration = try explorer.explore(search, budget: budget, seed: seed) {
      progress.advance(by: $0)
    }
    Console.report(exploration.notes)
    var outputs: [OutputFile] = []
    if let csv { outputs.append(OutputFile(csv, exploration.pointTable.csv)) }
    if let svg { outputs.append(OutputFile(svg, exploration.chart.svg)) }
    let picture = svg.map { URL(fileURLWithPath: $0).lastPathComponent }
    if let page {
      outputs.append(OutputFile(page, Data(exploration.page(how: Self.how, picture: picture).utf8)))
    }
    try OutputFile.write(outputs)
    if json {
      try OutputFile.write(exploration.json(), to: "-")
    } else {
      try Console.print(text(of: exploration))
    }
  }

  /// The most designs that the search chooses.
  private func budget(in designs: Space) throws(Failure) -> Int {
    if let budget { return budget }
    guard search == .grid else { return 1000 }
    guard designs.count <= Space.mostChosen else {
      throw Failure(
        .usage, at: Place(file: space),
        "found \(designs.count == .max ? "too many" : "\(designs.count)") designs, expected at most "
          + "\(Space.mostChosen) for a grid, or '--search random', '--search nsga2' or '--budget'")
    }
    return designs.count
  }

  /// Tells this build from others: what it finds may differ.
  private static var build: String {
    get throws(Failure) {
      guard let path = Bundle.main.executablePath else { return version }
      return try "\(version) \(FNV1a.hexadecimal(ofFile: InputFile.read(path)))"
    }
  }

  /// The networks with their options, each for the first time.
  private func subjects(on machine: Machine) throws(Failure) -> [Subject] {
    let subjects = try allSubjects(on: machine)
    var diagnostics = Diagnostics()
    for (index, subject) in subjects.enumerated() {
      guard let twin = subjects[..<index].first(where: { $0.isTwin(of: subject) }) else { continue }
      diagnostics.error(
        at: Place(file: subject.name),
        "found the network of \(twin.name) again, expected each once, under a name of its own")
    }
    try diagnostics.check(.usage)
    return subjects
  }

  private func allSubjects(on machine: Machine) throws(Failure) -> [Subject] {
    var subjects: [Subject] = []
    for file in files {
      let model = try Model(file, flags.model)
      Console.report(model.diagnostics.all)
      subjects.append(
        Subject(
          model.graph, name: file, hash: model.hash, options: try flags.options(for: model),
          on: machine))
    }
    guard paper else { return subjects }
    for network in PaperNetwork.all {
      let layout = network.layouts[0]
      let graph = try layout.read()
      let (input, picture) = graph.randomPicture
      var options = try flags.optionsWithoutSamples()
      options.clusters = network.clusters
      options.samples = [[input: picture]]
      subjects.append(
        Subject(graph, name: layout.name, hash: layout.hash, options: options, on: machine))
    }
    return subjects
  }

  /// The command that gives the same again: this one, without what does not matter for that.
  private static var how: String {
    let places: Set = ["--page", "--csv", "--svg", "--database", "--threads"]
    var words = CommandLine.arguments.dropFirst()
    var kept = ["sonic"]
    while let word = words.popFirst() {
      if places.contains(word) {
        words = words.dropFirst()
      } else if word != "--json", !places.contains(where: { word.hasPrefix($0 + "=") }) {
        kept.append(word)
      }
    }
    return kept.joined(separator: " ")
  }

  private func text(of exploration: Exploration) -> String {
    let (points, front) = (exploration.points.count, exploration.front.count)
    let failures = exploration.failures.count
    let rest = front - Self.mostRows
    let better = exploration.better.count
    return """
      \(points) designs\(failures > 0 ? " and \(failures) on which a network does not run" : ""), \(front) on the Pareto front:

      \(exploration.frontTable(rows: Self.mostRows).text)\(rest > 0 ? "... and \(rest) more; --csv has all\n" : "")
      The reference, \(better == 0 ? "which is on the front" : "to which \(better) designs are superior"):

      \(exploration.standingTable().text)
      """
  }
}
