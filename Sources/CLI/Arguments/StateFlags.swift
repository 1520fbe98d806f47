import ArgumentParser
import Graph
import Support
import Tensor

/// Which outputs of a network are its inputs in the next call.
struct StateFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An input that takes an output of the call before; may be repeated.",
      discussion: """
        The network is called again and again: an input with one axis more than the model's has a \
        tensor for each call along the first, and so have all outputs; other inputs are the same \
        in every call. The first state is an input like others, or zeros.
        """, valueName: "input=output"))
  var state: [NamedText] = []

  /// The calls that these inputs stand for.
  ///
  /// - Parameters:
  ///   - graph: declares the inputs.
  ///   - outputs: the names of all outputs.
  /// - Throws: exit code 64 for names that are not there, 65 for inputs that say nothing of calls.
  func calls(
    _ inputs: [String: Tensor], of graph: Graph, outputs: [String]
  ) throws(Failure) -> Calls {
    if state.isEmpty { return Calls(inputs) }
    let states = try state.keyed(for: "--state", \.name, \.text)
    var diagnostics = Diagnostics()
    let known = graph.inputs.map { graph.values[$0].name }
    for (input, output) in states.sorted(by: { $0.key < $1.key }) {
      let place = Place(.named("--state \(input)=\(output)"))
      for (name, names, kind) in [(input, known, "input"), (output, outputs, "output")]
      where !names.contains(name) {
        diagnostics.error(
          at: place,
          "no \(kind) is called \(name.quoted), expected one of \(names.joined(separator: ", "))")
      }
    }
    try diagnostics.check(.usage)
    return try Calls(inputs, states: states, of: graph)
  }
}
