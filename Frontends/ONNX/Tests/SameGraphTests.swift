import Compiler
import Foundation
import Graph
import JSONFrontend
import Support
import Tensor
import Testing

/// Both frontends make the same graph of the same network.
@Suite struct SameGraphTests {
  @Test func jsonIsONNX() throws {
    let weights: [Float] = [0.5, 0, -0.25, 1, 0, 2, 0.125, 0]
    let fromONNX = try read(
      model(
        nodes: [
          node(
            "Conv", ["x", "w", "b"], ["c"], name: "conv",
            attributes: [
              attribute("pads", .ints([1, 1, 1, 1])), attribute("strides", .ints([2, 1])),
            ]
          ),
          node("Relu", ["c"], ["r"], name: "relu"),
          node("Flatten", ["r"], ["y"], name: "flatten", attributes: [attribute("axis", .int(1))]),
        ],
        initializers: [
          tensor("w", type: 1, [2, 1, 2, 2], .packedFloats(4, weights)), floats("b", [0.5, -1]),
        ],
        inputs: [value("x", ["N", "1", "5", "4"])]))
    let json = """
      {"format": "sonic-model", "version": 1, "name": "test",
       "inputs": [{"name": "x", "type": "float", "shape": ["N", 1, 5, 4]}],
       "outputs": ["y"],
       "constants": {
         "w": {"type": "float", "shape": [2, 1, 2, 2],
               "values": [0.5, 0, -0.25, 1, 0, 2, 0.125, 0]},
         "b": {"type": "float", "shape": [2], "values": [0.5, -1]}},
       "nodes": [
         {"op": "Conv", "name": "conv", "inputs": ["x", "w", "b"], "outputs": ["c"],
          "attributes": {"pads": [1, 1, 1, 1], "strides": [2, 1]}},
         {"op": "Relu", "name": "relu", "inputs": ["c"], "outputs": ["r"]},
         {"op": "Flatten", "name": "flatten", "inputs": ["r"], "outputs": ["y"],
          "attributes": {"axis": 1}}]}
      """
    var diagnostics = Diagnostics()
    let fromJSON = try JSON.read(Data(json.utf8), file: "m.json", diagnostics: &diagnostics)
    #expect(fromJSON == fromONNX)
  }
}
