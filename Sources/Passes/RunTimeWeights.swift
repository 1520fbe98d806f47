import Graph
import Plan
import Support
import Tensor

/// Activations in the place of weights: clipped to what the weight DACs can give, brought to whole steps
/// as signed bytes (Clip, QuantizeLinear), and multiplied out again (DequantizeLinear) for the product
/// that reads them, so that `evaluate` means what the VDUs do.
struct RunTimeWeights {
  /// The signed bytes.
  let codes: ID<Value>
  /// What a step stands for.
  let step: Float
  /// The node that multiplies out, which no hardware does: the DACs take the bytes.
  let dequantize: Int

  /// The weights that a value is; nil if it is none.
  init?(_ value: ID<Value>, in graph: Graph, producers: [ID<Value>: Int]) {
    func node(_ value: ID<Value>?, _ op: String) -> (index: Int, node: Node)? {
      guard let index = value.flatMap({ producers[$0] }), graph.nodes[index].op.name == op else {
        return nil
      }
      return (index, graph.nodes[index])
    }
    func number(_ value: ID<Value>?) -> Float? {
      guard let tensor = graph.constant(value)?.tensor, tensor.count == 1, tensor.type == .float
      else { return nil }
      return tensor.floats[0]
    }
    guard let (index, dequantize) = node(value, "DequantizeLinear"),
      let (_, quantize) = node(dequantize.inputs[0], "QuantizeLinear"),
      let (_, clip) = node(quantize.inputs[0], "Clip"), clip.inputs.count == 3,
      let step = number(quantize.inputs[1]), dequantize.inputs[1] == quantize.inputs[1],
      quantize.inputs.count == 3, dequantize.inputs.count == 3,
      quantize.inputs[2] == dequantize.inputs[2],
      let zero = graph.constant(quantize.inputs[2])?.tensor, zero.type == .int8, zero.ints == [0],
      number(clip.inputs[1]) == -Float(RunTimeCodes.largest) * step,
      number(clip.inputs[2]) == Float(RunTimeCodes.largest) * step
    else { return nil }
    codes = dequantize.inputs[0]!
    self.step = step
    self.dequantize = index
  }
}
