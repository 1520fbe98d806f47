import ArgumentParser
import Compiler
import Graph
import SONICBackend
import Support
import Tensor

/// Tells the two errors of compilation apart, output by output.
struct Fidelity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how close a compiled model's outputs are to the model's.",
    discussion: """
      Prints for each output the signal-to-noise ratio of what pruning and clustering changed (the \
      transformed graph against the model, both in floats) and of what the accelerator changed (the \
      program against the transformed graph).

      EXAMPLE
        sonic fidelity lenet.onnx --input image.npy --calibrate samples.npy --clusters 16
      """)

  @Argument(
    help: ArgumentHelp("The model; '-' for standard input.", valueName: "model"),
    completion: .model)
  var file: String

  @OptionGroup var inputs: TensorInputs
  @OptionGroup var flags: CompileFlags

  @Flag(help: "Print JSON; a ratio that is infinite is null.")
  var json = false

  func run() throws(Failure) {
    let model = try Model(file, flags.model)
    let tensors = try inputs.read(for: model.inputNames)
    let original = try model.evaluate(tensors)
    var compilation = try Compilation(model, flags)
    var transformed = model.graph
    let runnable = try compilation.runnable { _, made, _ in
      if case .graph(let graph) = made { transformed = graph }
    }
    var options = RunOptions()
    options.threads = flags.threads.count
    let (photonic, clustered) = try about(file) { [options] () throws(Failure) in
      let run = try BatchRun(runnable, tensors, options: options)
      return (run.outputs, try Self.evaluate(transformed, tensors, samples: run.samples))
    }
    let rows = original.indices.map { index in
      Row(
        name: original[index].name,
        clustering: Similarity(of: clustered[index], to: original[index].tensor),
        analog: Similarity(of: photonic[index].tensor, to: clustered[index]))
    }
    try Console.print(json ? Self.json(rows) : rows.map(\.text).joined(separator: "\n"))
  }

  /// What happened to one output.
  private struct Row {
    let name: String
    let clustering: Similarity
    let analog: Similarity

    var text: String {
      "\(name): clustering \(clustering.decibelText), accelerator \(analog.decibelText)"
    }
  }

  /// A graph's outputs, sample by sample as its program runs.
  private static func evaluate(
    _ graph: Graph, _ inputs: [String: Tensor], samples: Int
  ) throws(Failure) -> [Tensor] {
    guard samples > 1 else { return try graph.evaluate(inputs) }
    var parts = [[Tensor]](repeating: [], count: graph.outputs.count)
    for sample in 0..<samples {
      let outputs = try graph.evaluate(inputs.mapValues { $0.rows(sample..<sample + 1) })
      for (index, output) in outputs.enumerated() { parts[index].append(output) }
    }
    return parts.map { Tensor(joining: $0) }
  }

  private static func json(_ rows: [Row]) -> String {
    let objects = rows.map {
      "{\"name\": \($0.name.quoted), \"clustering\": {\($0.clustering.jsonMembers)}, "
        + "\"accelerator\": {\($0.analog.jsonMembers)}}"
    }
    return "[" + objects.joined(separator: ",\n ") + "]"
  }
}

extension Similarity {
  /// Of one tensor to another.
  fileprivate init(of found: Tensor, to expected: Tensor) {
    self.init()
    add(found, expected: expected)
  }
}
