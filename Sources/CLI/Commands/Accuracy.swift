import ArgumentParser
import Compiler
import Foundation
import SONICBackend
import Support
import Tensor

/// Measures what compilation costs in accuracy.
struct Accuracy: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a classifier's accuracy before and after compilation.",
    discussion: """
      Prints how many labels come first, and among the first five: for the model in floats, for the graph \
      that pruning and clustering leave, in floats, and for the program on the accelerator; and the \
      signal-to-noise ratio of each step's outputs against the step before. With '--program' the program \
      at hand is measured against the model; a program alone will do, too.

      With '--trials' the program is run so often on an accelerator that is not perfect, each time \
      another one of its kind: noise of lasers and receivers, crosstalk, and rings off their wavelengths, \
      from the machine's optics. Means are printed with their interval at 95 % confidence. '--sweep' tries a \
      figure's values one after another.

      EXAMPLES
        sonic accuracy lenet.onnx --images images.npy --labels labels.npy --calibrate samples.npy
        sonic accuracy lenet.onnx --program lenet.sonic --images images.npy --labels labels.npy
        sonic accuracy lenet.sonic --images images.npy --labels labels.npy --trials 20
        sonic accuracy lenet.sonic --images images.npy --labels labels.npy --trials 20 \\
          --sweep optics.quality=8000,4000,2000
      """)

  @Argument(
    help: ArgumentHelp(
      "The model, or a program; its first output scores the classes.", valueName: "model|program"),
    completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp("A program of the model, instead of compiling.", valueName: "program"),
    completion: .file())
  var program: String?

  @Option(
    name: [.long, .customLong("inputs")],
    help: ArgumentHelp("Samples along the first axis.", valueName: "file.npy"),
    completion: .file(extensions: ["npy"]))
  var images: String

  @Option(
    help: ArgumentHelp("The class of each sample, counted from 0.", valueName: "file.npy"),
    completion: .file(extensions: ["npy"]))
  var labels: String

  @OptionGroup var flags: CompileFlags

  @Option(
    help: ArgumentHelp(
      "Run so many accelerators of the kind, each with noise and variation of its own.",
      valueName: "n"))
  var trials: Int?

  @Option(help: ArgumentHelp("What trials are drawn from.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Repeat the trials for each of these values of a figure; may be repeated.",
      valueName: "path=value,..."))
  var sweep: [Sweep] = []

  @Option(
    help: ArgumentHelp(
      "Write Noise.md with the trials and a chart of each sweep as SVG there.", valueName: "dir"),
    completion: .directory)
  var outputDir: String?

  @Flag(help: "Print JSON; a ratio that is infinite is null.")
  var json = false

  private static let mostTrials = 1_000_000

  func validate() throws {
    if let trials, !(1...Self.mostTrials).contains(trials) {
      throw ValidationError("'--trials' must be from 1 to \(Self.mostTrials).")
    }
    if Set(sweep.map(\.path)).count < sweep.count {
      throw ValidationError("'--sweep' may have each figure once.")
    }
    if trials == nil, !sweep.isEmpty || outputDir != nil {
      throw ValidationError("'--sweep' and '--output-dir' need '--trials'.")
    }
  }

  func run() throws(Failure) {
    let set = try LabeledSamples(images: images, labels: labels)
    let (steps, runnable) = try steps(on: set)
    if let outputDir { try OutputFile.makeFolder(outputDir) }
    let tried = try trials.map { trials throws(Failure) in
      try TrialReport(
        runnable, named: program ?? file, steps[steps.count - 1].scores, sweep, trials: trials,
        on: set, seed: seed, threads: flags.threads.count)
    }
    if let outputDir { try OutputFile.write(tried?.files(in: outputDir) ?? []) }
    let rows = tried?.rows ?? []
    try Console.print(json ? Self.json(steps, rows, set) : Self.text(steps, rows, set))
  }

  /// The forms of the network that there are, and the program.
  private func steps(on set: LabeledSamples) throws(Failure) -> ([Step], Runnable) {
    let threads = flags.threads.count
    let bytes = try InputFile.read(file)
    if ProgramFile.isProgram(bytes) {
      let runnable = try flags.settings.apply(
        to: ProgramFile.decode(bytes, file: file, threads: threads))
      let scores = try Scores(of: runnable, named: file, on: set, threads: threads)
      return ([Step("photonic", scores)], runnable)
    }
    let model = try Model(bytes, file: file, flags.model)
    var steps = [try Step("original", Scores(of: model.graph, named: file, on: set))]
    let runnable: Runnable
    if let program {
      runnable = try flags.settings.apply(to: ProgramFile.read(program, threads: threads))
    } else {
      var compilation = try Compilation(model, flags)
      var clustered = model.graph
      runnable = try compilation.runnable { _, made, _ in
        if case .graph(let graph) = made { clustered = graph }
      }
      steps.append(try Step("clustered", Scores(of: clustered, named: file, on: set)))
    }
    let scores = try Scores(of: runnable, named: program ?? file, on: set, threads: threads)
    return (steps + [Step("photonic", scores)], runnable)
  }

  /// The outputs of one form of the network.
  private struct Step {
    let name: String
    let scores: Scores

    init(_ name: String, _ scores: Scores) {
      self.name = name
      self.scores = scores
    }

    func similarity(to expected: Step) -> Similarity {
      var similarity = Similarity()
      similarity.add(scores.tensor, expected: expected.scores.tensor)
      return similarity
    }
  }

  private static func text(
    _ steps: [Step], _ tried: [TrialReport.Row], _ set: LabeledSamples
  ) -> String {
    let width = max(10, (tried.map(\.name.count).max() ?? 0) + 2)
    var lines: [String] = []
    for (index, step) in steps.enumerated() {
      let (first, five) = (step.scores.hits(set.labels), step.scores.hits(set.labels, within: 5))
      var line = step.name.padding(toLength: width, withPad: " ", startingAt: 0)
      line += "top-1 \(percent(first, set)) % (\(first) of \(set.count))"
      line += ", top-5 \(percent(five, set)) %"
      if index > 0 {
        let previous = steps[index - 1]
        line += ", \(step.similarity(to: previous).decibelText) against \(previous.name)"
      }
      lines.append(line)
    }
    for row in tried {
      let (first, five) = (row.interval(row.first), row.interval(row.firstFive))
      var line = row.name.padding(toLength: width, withPad: " ", startingAt: 0)
      line += String(format: "top-1 %.2f %%", first.mean)
      if row.first.count > 1 { line += String(format: " +- %.2f", first.halfWidth) }
      line += String(format: " (%.2f to %.2f), top-5 %.2f %%", first.least, first.most, five.mean)
      if row.first.count > 1 { line += String(format: " +- %.2f", five.halfWidth) }
      lines.append(line + ", \(row.first.count) trial\(row.first.count == 1 ? "" : "s")")
    }
    return lines.joined(separator: "\n")
  }

  private static func percent(_ hits: Int, _ set: LabeledSamples) -> String {
    String(format: "%.2f", 100 * Double(hits) / Double(set.count))
  }

  private static func json(
    _ steps: [Step], _ tried: [TrialReport.Row], _ set: LabeledSamples
  ) -> String {
    let objects = steps.enumerated().map { index, step in
      var members = "\"name\": \(step.name.quoted), \"hits\": \(step.scores.hits(set.labels))"
      members += ", \"hits5\": \(step.scores.hits(set.labels, within: 5))"
      if index > 0 { members += ", " + step.similarity(to: steps[index - 1]).jsonMembers }
      return "    {\(members)}"
    }
    let trials = tried.map {
      "    {\"name\": \($0.name.quoted), \"hits\": \($0.first), \"hits5\": \($0.firstFive)}"
    }
    var text = "{\n  \"samples\": \(set.count),\n  \"steps\": [\n"
    text += objects.joined(separator: ",\n") + "\n  ]"
    if !trials.isEmpty {
      text += ",\n  \"trials\": [\n" + trials.joined(separator: ",\n") + "\n  ]"
    }
    return text + "\n}"
  }
}
