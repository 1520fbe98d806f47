import Foundation
import Graph
import Support
import Tensor
import Testing

/// What nodes compute that become several others while they are read.
@Suite struct MeaningTests {
  struct Case: Sendable {
    var opset = 22
    var op: String
    var attributes: [String: Attribute] = [:]
    var initializers: [[Field]] = []
    var x: Tensor
    var y: Tensor
  }

  static let x = Tensor([2, 3], floats: [1, 2, 3, 4, 5, 6])
  static let logarithms = Tensor([3, 2], floats: [-1, -2, -3, -5, -7, -9])
  static let weights = floats("w", [1, 10])

  static let cases: [Case] = [
    Case(
      opset: 6, op: "Sub", attributes: ["broadcast": .int(1), "axis": .int(0)],
      initializers: [floats("b", [1, 2])], x: x, y: Tensor([2, 3], floats: [0, 1, 2, 2, 3, 4])),
    Case(
      opset: 6, op: "Sub", attributes: ["broadcast": .int(1), "axis": .int(-2)],
      initializers: [floats("b", [1, 2])], x: x, y: Tensor([2, 3], floats: [0, 1, 2, 2, 3, 4])),
    Case(
      opset: 6, op: "PRelu", initializers: [floats("b", [2, 3])],
      x: Tensor([1, 2, 2], floats: [-1, 1, -2, 2]), y: Tensor([1, 2, 2], floats: [-2, 1, -6, 2])),
    Case(
      opset: 6, op: "PRelu", initializers: [floats("b", [2])], x: Tensor([2], floats: [-1, 1]),
      y: Tensor([2], floats: [-2, 1])),
    Case(
      opset: 5, op: "Tile", initializers: [floats("t", [2]), floats("a", [1])], x: x,
      y: Tensor([2, 6], floats: [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])),
    Case(
      op: "NegativeLogLikelihoodLoss", initializers: [ints("t", [0, 1, 0])], x: logarithms,
      y: Tensor([], floats: [13.0 / 3])),
    Case(
      op: "NegativeLogLikelihoodLoss", attributes: ["reduction": .string("none")],
      initializers: [ints("t", [0, 1, 0]), weights], x: logarithms,
      y: Tensor([3], floats: [1, 50, 7])),
    Case(
      op: "NegativeLogLikelihoodLoss", attributes: ["ignore_index": .int(9)],
      initializers: [ints("t", [0, 1, 9]), weights], x: logarithms,
      y: Tensor([], floats: [51.0 / 11])),
    Case(
      op: "NegativeLogLikelihoodLoss", attributes: ["ignore_index": .int(-1)],
      initializers: [ints("t", [0, 1, -1])], x: logarithms, y: Tensor([], floats: [3])),
    Case(
      op: "SoftmaxCrossEntropyLoss", attributes: ["reduction": .string("sum")],
      initializers: [ints("t", [0, 1])], x: Tensor([2, 2], floats: [0, 0, 50, 50]),
      y: Tensor([], floats: [1.386_294_4])),
    Case(
      op: "OptionalHasElement", x: x, y: Tensor([], ints: [1], type: .bool)),
    Case(
      opset: 18, op: "GroupNormalization",
      attributes: ["num_groups": .int(1), "epsilon": .float(0)],
      initializers: [floats("s", [2]), floats("b", [1])],
      x: Tensor([1, 2, 2], floats: [3, 5, 5, 3]), y: Tensor([1, 2, 2], floats: [-1, 3, 3, -1])),
  ]

  @Test(arguments: cases.indices)
  func means(_ index: Int) throws {
    let test = Self.cases[index]
    let names = test.initializers.map { fields in
      fields.compactMap { if case .string(8, let name) = $0 { name } else { nil } }[0]
    }
    let single = node(
      test.op, ["x"] + names, attributes: test.attributes.map { attribute($0.key, $0.value) })
    let graph = try read(
      model(
        opset: test.opset, nodes: [single], initializers: test.initializers,
        inputs: [value("x", test.x.shape.sizes.map(String.init))]))
    #expect(try graph.evaluate(["x": test.x]) == [test.y])
  }

  @Test func probabilitiesAreTheSecondOutputOfTheLoss() throws {
    let loss = node("SoftmaxCrossEntropyLoss", ["x", "t"], ["y", "p"])
    let graph = try read(
      model(
        nodes: [loss], initializers: [ints("t", [0])], inputs: [value("x", ["1", "2"])],
        outputs: ["p"]))
    let outputs = try graph.evaluate(["x": Tensor([1, 2], floats: [7, 7])])
    #expect(outputs == [Tensor([1, 2], floats: [-0.693_147_2, -0.693_147_2])])
  }
}
