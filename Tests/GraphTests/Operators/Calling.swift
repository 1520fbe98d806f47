import Graph
import OrderedCollections
import Tensor
import Testing

/// Calls an operator by name, with its attributes checked and completed.
///
/// Holds the law that every operator obeys: the shape rule and the meaning agree.
func call(
  _ name: String, _ inputs: [Tensor?], _ attributes: OrderedDictionary<String, Attribute> = [:],
  outputs: Int = 1
) throws -> [Tensor] {
  let op = try #require(Operator.named(name), "no operator \(name)")
  let attributes = try Attributes(attributes, specs: op.attributes)
  let types = Operator.Types(
    inputs: inputs.map { $0.map { TensorType($0.type, $0.shape) } }, known: inputs,
    attributes: attributes, outputCount: outputs)
  let results = try op.evaluate(
    Operator.Call(inputs: inputs, attributes: attributes, outputCount: outputs))
  #expect(try op.infer(types) == results.map { TensorType($0.type, $0.shape) }, "\(name)")
  return results
}

/// The message of the error that an operator throws on a call.
func refusal(
  _ name: String, _ inputs: [Tensor?], _ attributes: OrderedDictionary<String, Attribute> = [:],
  outputs: Int = 1
) -> String? {
  do {
    _ = try call(name, inputs, attributes, outputs: outputs)
    return nil
  } catch {
    return (error as? OperatorError)?.message ?? "\(error)"
  }
}

extension Tensor {
  /// A tensor with one axis.
  static func vector(_ floats: Float...) -> Tensor { Tensor([floats.count], floats: floats) }

  static func integers(_ ints: Int64..., type: ElementType = .int64) -> Tensor {
    Tensor([ints.count], ints: ints, type: type)
  }

  /// 0, 1, 2 ... in a shape.
  static func counting(_ shape: Shape) -> Tensor {
    Tensor(shape, floats: (0..<shape.count).map { Float($0) })
  }
}
