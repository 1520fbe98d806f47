import Compiler
import Graph
import Support
import Tensor

/// A node whose dot products the accelerator computes, as one operand is known at compile time.
struct WeightedLayer: Sendable {
  /// Its second input: a constant of type float.
  let weights: ID<Value>
  /// The axis of the weights along which kernels lie, one for each output channel; nil where a
  /// kernel is no slice along one axis, as in a grouped ConvTranspose.
  let kernelAxis: Int?
  /// The axis of the weights along which input channels lie.
  let inputAxis: Int
  /// The axis of the output along which its channels lie.
  let outputAxis: Int

  /// The layer that `node` is, nil if it is none.
  init?(_ node: Node, in graph: Graph) {
    guard node.inputs.count >= 2, let input = node.inputs[0], graph.constant(input) == nil,
      let weights = node.inputs[1], let type = graph.constant(weights)?.type,
      type.element == .float, type.shape.rank >= 2,
      let output = node.outputs[0].flatMap({ graph.values[$0].shape })
    else { return nil }
    self.weights = weights
    switch node.op.name {
    case "Conv":
      (kernelAxis, inputAxis, outputAxis) = (0, 1, 1)
    case "ConvTranspose":
      (kernelAxis, inputAxis, outputAxis) = (node.attributes.int("group") == 1 ? 1 : nil, 0, 1)
    case "Gemm":
      let isTransposed = node.attributes.bool("transB")
      (kernelAxis, inputAxis, outputAxis) = isTransposed ? (0, 1, 1) : (1, 0, 1)
    case "MatMul" where type.shape.sizes.dropLast(2).allSatisfy { $0 == 1 }:
      (kernelAxis, inputAxis) = (type.shape.rank - 1, type.shape.rank - 2)
      outputAxis = output.rank - 1
    default:
      return nil
    }
  }
}

extension Graph {
  /// The layers in the order of their nodes, with the indices of these.
  var layers: [(node: Int, layer: WeightedLayer)] {
    nodes.indices.compactMap { index in WeightedLayer(nodes[index], in: self).map { (index, $0) } }
  }

  /// Gives every layer weights of its own, so that one can be changed without the others, and their gains
  /// to its kernels; the elements stay shared until then.
  mutating func separateWeights() {
    var uses = useCounts
    var names = FreshNames(values.elements.map(\.name))
    for (index, layer) in layers where uses[Int(layer.weights.index)] > 1 {
      var copy = values[layer.weights]
      copy.name = names.take(nodes[index].name + ".weights")
      uses[Int(layer.weights.index)] -= 1
      nodes[index].inputs[1] = values.append(copy)
    }
    for (_, layer) in layers {
      guard let axis = layer.kernelAxis else { continue }
      values[layer.weights].constant = values[layer.weights].constant?.withGains(along: axis)
    }
  }

  /// A layer's weights with each kernel multiplied by its scale: by its gain, or multiplied out; nil
  /// if that is not possible.
  func weights(
    of layer: WeightedLayer, scaledBy scale: [Double]?, _ realization: Options.BatchNorm
  ) -> Constant? {
    guard var weights = values[layer.weights].constant, let scale else {
      return values[layer.weights].constant
    }
    guard let axis = layer.kernelAxis, weights.gains.map({ $0.axis == axis }) ?? true else {
      return nil
    }
    let gains = scale.indices.map { Float(scale[$0] * Double(weights.gains?.values[$0] ?? 1)) }
    weights.gains = Constant.Gains(axis: axis, values: gains)
    return realization == .optical
      ? weights : Constant(weights.tensor, isSparse: weights.isSparse)
  }
}
