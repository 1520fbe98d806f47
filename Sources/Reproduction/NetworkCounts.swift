public import Graph
import Support
import Tensor

/// What a network consists of, counted.
public struct NetworkCounts: Sendable, Equatable {
  /// All numbers that training makes: weights, biases, normalization.
  public private(set) var parameters = 0
  /// Those that are not zero.
  public private(set) var parametersLeft = 0
  /// Elements of kernels and matrices.
  public private(set) var weights = 0
  public private(set) var weightsLeft = 0
  public private(set) var convolutions = 0
  public private(set) var fullyConnected = 0
  /// Layers of which some weights are zero.
  public private(set) var layersPruned = 0

  /// - Parameter graph: as a frontend read it. O(parameters).
  public init(_ graph: Graph) {
    for value in graph.values.elements {
      guard let tensor = value.constant?.tensor, tensor.type.isFloatingPoint else { continue }
      parameters += tensor.count
      parametersLeft += tensor.nonzeroCount
    }
    for node in graph.nodes {
      switch node.op.name {
      case "Conv": convolutions += 1
      case "Gemm": fullyConnected += 1
      default: continue
      }
      guard let tensor = node.inputs[1].flatMap({ graph.values[$0].constant })?.tensor else {
        continue
      }
      weights += tensor.count
      weightsLeft += tensor.nonzeroCount
      if tensor.nonzeroCount < tensor.count { layersPruned += 1 }
    }
  }
}
