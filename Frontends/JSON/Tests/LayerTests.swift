import Foundation
import Graph
import JSONFrontend
import Support
import Tensor
import TestKit
import Testing

@Suite struct LayerTests {
  /// A model of these layers on 3 x 8 x 8.
  private func layers(_ layers: String, shape: String = #"["N", 3, 8, 8]"#) throws -> Graph {
    try model(
      """
      {"format": "sonic-model", "version": 1, "name": "layers",
      "inputs": [{"name": "x", "type": "float", "shape": \(shape)}],
      "weights": {"random": {"seed": 3, "sparsity": 0.5}},
      "layers": [\(layers)]}
      """)
  }

  @Test func everyLayerExpandsIntoNodes() throws {
    let graph = try layers(
      """
      {"conv": 4, "kernel": 3, "pad": "same", "bn": true, "relu": true},
      {"conv": 4, "kernel": [3, 1], "stride": 2, "pad": [1, 0], "groups": 2, "bias": false},
      {"averagepool": 2, "stride": 1}, {"relu": true}, {"sigmoid": true}, {"tanh": true},
      {"conv": 2, "kernel": 2, "dilation": 2, "name": "last", "bias": {"values": [1, 2]},
       "weights": {"fill": 0.5}},
      {"maxpool": 1}, {"globalmaxpool": true}, {"globalaveragepool": true},
      {"bn": {"scale": {"values": [1, 2]}, "epsilon": 0.5}},
      {"flatten": true}, {"dense": 3, "relu": true}, {"softmax": true}
      """)
    Golden.check(graph.text(constants: .elided), "graph/json-layers.txt")
    // The running sizes, which shape weights, are those that the operators compute.
    #expect(try graph.evaluate(["x": .zeros([2, 3, 8, 8])]).map(\.shape) == [[2, 3]])
  }

  @Test func samePadsKeepTheSizeDividedByTheStride() throws {
    // A kernel of 4 over 8: 3 to put around, the odd one behind; of 3 by 2: 1, behind.
    let pads = try [(4, 1), (3, 2), (1, 3)].map { kernel, stride in
      try layers(#"{"conv": 1, "kernel": \#(kernel), "stride": \#(stride), "pad": "same"}"#)
        .nodes[0].attributes.ints("pads")
    }
    #expect(pads == [[1, 1, 2, 2], [0, 0, 1, 1], nil])
  }

  @Test func planesOfOneAxis() throws {
    let graph = try layers(
      #"{"conv": 2, "kernel": 3}, {"maxpool": 2}, {"flatten": true}, {"dense": 1}"#,
      shape: "[1, 2, 10]")
    let shapes = graph.values.elements.compactMap { $0.constant?.type.shape }
    #expect(shapes == [[2, 2, 3], [2], [1, 8], [1]])
  }

  @Test func namesAreNumberedByKind() throws {
    let graph = try layers(
      #"{"relu": true}, {"tanh": true}, {"relu": true}, {"relu": true, "name": "r"}"#)
    #expect(graph.nodes.map(\.name) == ["relu1", "tanh1", "relu2", "r"])
  }

  @Test func layersWithoutASeedDifferAndThoseWithOneAreAlike() throws {
    func weights(_ graph: Graph) -> [[Float]] {
      graph.values.elements.filter { $0.name.hasSuffix(".weight") }
        .compactMap { $0.constant?.tensor.floats }
    }
    let shared = weights(
      try layers(#"{"conv": 3, "kernel": 1}, {"conv": 3, "kernel": 1}"#))
    #expect(shared[0] != shared[1])
    let own = #"{"conv": 3, "kernel": 1, "weights": {"random": {"seed": 5}}}"#
    let seeded = weights(try layers("\(own), \(own)"))
    #expect(seeded[0] == seeded[1])
    #expect(shared[0].count { $0 == 0 } == 5)
  }
}

extension Tensor {
  fileprivate static func zeros(_ shape: Shape) -> Tensor {
    Tensor(shape, floats: [Float](repeating: 0, count: shape.count))
  }
}
