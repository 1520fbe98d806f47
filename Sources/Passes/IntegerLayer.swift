import Graph
import Support
import Tensor

/// A layer of integers: where it has what, and which layer of floats has the same form.
struct IntegerLayer {
  /// The places of a factor among the inputs, and of its scale and zero point.
  private typealias Factor = (factor: Int, scale: Int, zero: Int)

  /// The layer of floats.
  let product: String
  let input: ID<Value>
  let inputZero: ID<Value>?
  /// The integers of the weights, and their zero point: one, or one for each kernel.
  let weights: ID<Value>
  let weightsZero: Tensor?
  /// The axis of the weights along which kernels lie.
  let kernelAxis: Int
  /// What a sum of products is multiplied by: the factors' scales, and the result's, which divides; and the
  /// zero point of the result. Nil where the sums are the result.
  let result: (inputScale: ID<Value>, weightsScale: Tensor, scale: ID<Value>, zero: ID<Value>)?
  /// Of the kernels, as integers.
  let bias: ID<Value>?

  /// The layer that `node` is; nil if it is none, if its weights or what belongs to them are computed, or if
  /// its zero points have a form that DequantizeLinear does not take.
  init?(_ node: Node, in graph: Graph) {
    let (left, right): (Factor, Factor)
    switch node.op.name {
    case "ConvInteger", "MatMulInteger": (left, right) = ((0, -1, 2), (1, -1, 3))
    case "QLinearConv", "QLinearMatMul": (left, right) = ((0, 1, 2), (3, 4, 5))
    default: return nil
    }
    func operand(_ index: Int) -> ID<Value>? {
      node.inputs.indices.contains(index) ? node.inputs[index] : nil
    }
    func isSingle(_ id: ID<Value>?) -> Bool {
      guard let shape = id.flatMap({ graph.values[$0].shape }) else { return id == nil }
      return shape.rank <= 1 && shape.count == 1
    }
    guard let input = operand(left.factor), graph.constant(input) == nil,
      let weights = operand(right.factor), let shape = graph.constant(weights)?.type.shape,
      isSingle(operand(left.zero))
    else { return nil }
    let isConvolution = node.op.name.contains("Conv")
    guard isConvolution || shape.rank == 2 else { return nil }
    let axis = isConvolution ? 0 : 1
    /// One number, or one for each kernel.
    func parameter(_ index: Int) -> Tensor? {
      guard let tensor = graph.constant(operand(index))?.tensor else { return nil }
      if tensor.count == 1 { return tensor.reshaped([]) }
      return tensor.count == shape[axis] ? tensor.reshaped([shape[axis]]) : nil
    }
    weightsZero = parameter(right.zero)
    guard (weightsZero == nil) == (operand(right.zero) == nil) else { return nil }
    if let inputScale = operand(left.scale) {
      guard let weightsScale = parameter(right.scale), let scale = operand(6),
        let zero = operand(7), [inputScale, scale, zero].allSatisfy({ isSingle($0) })
      else { return nil }
      result = (inputScale, weightsScale, scale, zero)
    } else {
      result = nil
    }
    product = isConvolution ? "Conv" : "MatMul"
    (self.input, self.weights, kernelAxis) = (input, weights, axis)
    inputZero = operand(left.zero)
    bias = operand(8)
  }
}
