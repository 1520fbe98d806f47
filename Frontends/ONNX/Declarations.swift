import Graph
import Support
import Tensor

// Types that a model declares of what follows without them: initializers that are inputs too, and
// outputs.

extension Importer {
  /// Notes the element type that a model declares of a graph's output, which computing it is held to.
  mutating func declare(_ message: ValueMessage, _ id: ID<Value>) {
    guard let code = message.tensorTypes.first?.element, code != 0 else { return }
    let place = Place.value(message.name)
    do throws(Malformed) {
      let element = try ElementType.code(code)
      if let known = graph.values[id].element, known != element {
        throw Malformed("found elements of \(known.rawValue), expected \(element.rawValue)")
      }
      // What comes from outside of a graph has its type from there.
      if !captures.contains(message.name) { graph.values[id].element = element }
    } catch {
      diagnostics.error(at: place, error.message)
    }
  }

  /// Holds an initializer to the type that the input of its name declares.
  mutating func checkType(of input: ValueMessage) {
    guard let type = defined[input.name].flatMap({ graph.values[$0].type }),
      let declared = input.tensorTypes.first
    else { return }
    let place = Place.value(input.name)
    if declared.element != 0, declared.element != type.element.code {
      diagnostics.error(
        at: place,
        "found an initializer of \(type.element.rawValue), of another type than its input")
    } else if let problem = declared.mismatch(of: type.shape) {
      diagnostics.error(at: place, problem)
    }
  }

  /// Holds the shapes of outputs that follow from those of the inputs to what the model declares. Where
  /// it leaves sizes of an input open, exporters often leave sizes of samples in the outputs.
  mutating func checkShapes(of outputs: [ValueMessage]) {
    guard graph.inputs.allSatisfy({ graph.values[$0].shape != nil }),
      outputs.contains(where: { $0.tensorTypes.first?.shapes.isEmpty == false })
    else { return }
    var typed = graph
    // What a node refuses is for whoever evaluates or compiles the graph to say.
    typed.inferTypes { _, _ in }
    for (output, id) in zip(outputs, typed.outputs) {
      if let shape = typed.values[id].shape,
        let problem = output.tensorTypes.first?.mismatch(of: shape)
      {
        diagnostics.error(at: .value(output.name), problem)
      }
    }
  }
}

extension TensorTypeMessage {
  /// What is wrong with a shape for this type; nil if nothing is, or the type has none.
  fileprivate func mismatch(of found: Shape) -> String? {
    guard let declared = shapes.first?.map(Importer.dimension) else { return nil }
    let fits =
      declared.count == found.rank
      && zip(declared, found.sizes).allSatisfy { dimension, size in
        if case .fixed(let expected) = dimension { size == expected } else { true }
      }
    if fits { return nil }
    let expected = declared.isEmpty ? "scalar" : declared.map(\.description).joined(separator: "x")
    return "found shape \(found), expected \(expected) as the model declares"
  }
}
