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
      Prints how many labels come first: for the model in floats, for the graph that pruning and \
      clustering leave, in floats, and for the program on the accelerator; and the signal-to-noise \
      ratio of each step's outputs against the step before. With '--program' the program at hand \
      is measured against the model.

      EXAMPLES
        sonic accuracy lenet.onnx --images images.npy --labels labels.npy --calibrate samples.npy
        sonic accuracy lenet.onnx --program lenet.sonic --images images.npy --labels labels.npy
      """)

  @Argument(
    help: ArgumentHelp("The model; its first output scores the classes.", valueName: "model"),
    completion: .model)
  var file: String

  @Option(
    help: ArgumentHelp("A program of the model, instead of compiling.", valueName: "program"),
    completion: .file())
  var program: String?

  @Option(
    help: ArgumentHelp("Samples along the first axis.", valueName: "file.npy"),
    completion: .file(extensions: ["npy"]))
  var images: String

  @Option(
    help: ArgumentHelp("The class of each sample, counted from 0.", valueName: "file.npy"),
    completion: .file(extensions: ["npy"]))
  var labels: String

  @OptionGroup var flags: CompileFlags

  @Flag(help: "Print JSON; a ratio that is infinite is null.")
  var json = false

  func run() throws(Failure) {
    let model = try Model(file, flags.model)
    let set = try LabeledSamples(images: images, labels: labels)
    var steps = [try Step("original", Scores(of: model.graph, named: file, on: set))]
    let runnable: Runnable
    if let program {
      runnable = try ProgramFile.read(program, threads: flags.threads.count)
    } else {
      var compilation = try Compilation(model, flags)
      var clustered = model.graph
      runnable = try compilation.runnable { _, made, _ in
        if case .graph(let graph) = made { clustered = graph }
      }
      steps.append(try Step("clustered", Scores(of: clustered, named: file, on: set)))
    }
    let scores = try Scores(
      of: runnable, named: program ?? file, on: set, threads: flags.threads.count)
    steps.append(Step("photonic", scores))
    try Console.print(json ? Self.json(steps, set) : Self.text(steps, set))
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

  private static func text(_ steps: [Step], _ set: LabeledSamples) -> String {
    var lines: [String] = []
    for (index, step) in steps.enumerated() {
      let hits = step.scores.hits(set.labels)
      let percent = String(format: "%.2f", 100 * Double(hits) / Double(set.count))
      var line = step.name.padding(toLength: 10, withPad: " ", startingAt: 0)
      line += "top-1 \(percent) % (\(hits) of \(set.count))"
      if index > 0 {
        let previous = steps[index - 1]
        line += ", \(step.similarity(to: previous).decibelText) against \(previous.name)"
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  private static func json(_ steps: [Step], _ set: LabeledSamples) -> String {
    let objects = steps.enumerated().map { index, step in
      var members = "\"name\": \(step.name.quoted), \"hits\": \(step.scores.hits(set.labels))"
      if index > 0 { members += ", " + step.similarity(to: steps[index - 1]).jsonMembers }
      return "    {\(members)}"
    }
    return "{\n  \"samples\": \(set.count),\n  \"steps\": [\n"
      + objects.joined(separator: ",\n") + "\n  ]\n}"
  }
}
