import Foundation
import Graph
import Support
import Tensor
import Testing

/// The older forms of operators, each brought to the newest.
@Suite struct UpgradeTests {
  struct Case: Sendable {
    var opset: Int
    var node: [Field]
    var lines: [String]

    init(
      _ opset: Int, _ op: String, _ inputs: [String] = ["x"], _ outputs: [String] = ["y"],
      _ attributes: KeyValuePairs<String, Attribute> = [:], to lines: [String]
    ) {
      self.opset = opset
      node = ONNXFrontendTests.node(
        op, inputs, outputs, attributes: attributes.map { attribute($0.key, $0.value) })
      self.lines = lines
    }
  }

  static let cases: [Case] = [
    Case(
      12, "Squeeze", ["x"], ["y"], ["axes": .ints([0, 1])],
      to: ["y = Squeeze(x, int64 2 [0 1])"]),
    Case(12, "Squeeze", to: ["y = Squeeze(x)"]),
    Case(13, "Squeeze", ["x", "i"], to: ["y = Squeeze(x, int64 2 [1 2])"]),
    Case(
      7, "Unsqueeze", ["x"], ["y"], ["axes": .ints([0])], to: ["y = Unsqueeze(x, int64 1 [0])"]),
    Case(
      10, "Clip", ["x"], ["y"], ["min": .float(0), "max": .float(6)],
      to: ["y = Clip(x, float scalar [0.0], float scalar [6.0])"]),
    Case(
      7, "Clip", ["x"], ["y"], ["max": .float(6)], to: ["y = Clip(x, -, float scalar [6.0])"]),
    Case(11, "Clip", ["x", "", "f"], to: ["y = Clip(x, -, float 2 [1.0 2.0])"]),
    Case(
      10, "Pad", ["x"], ["y"], ["pads": .ints([0, 1, 0, 1]), "value": .float(2)],
      to: ["y = Pad(x, int64 4 [0 1 0 1], float scalar [2.0])"]),
    Case(
      9, "Slice", ["x"], ["y"], ["starts": .ints([1]), "ends": .ints([2])],
      to: ["y = Slice(x, int64 1 [1], int64 1 [2])"]),
    Case(
      7, "Slice", ["x"], ["y"], ["starts": .ints([1]), "ends": .ints([2]), "axes": .ints([0])],
      to: ["y = Slice(x, int64 1 [1], int64 1 [2], int64 1 [0])"]),
    Case(
      12, "ReduceSum", ["x"], ["y"], ["axes": .ints([1]), "keepdims": .int(0)],
      to: ["y = ReduceSum(x, int64 1 [1]) keepdims=0"]),
    Case(
      17, "ReduceMean", ["x"], ["y"], ["axes": .ints([1])],
      to: ["y = ReduceMean(x, int64 1 [1])"]),
    Case(
      18, "ReduceMax", ["x", "i"],
      to: ["y = ReduceMax(x, int64 2 [1 2])"]),
    Case(
      12, "Split", ["x"], ["y", "z"], ["axis": .int(1), "split": .ints([1, 2])],
      to: ["y, z = Split(x, int64 2 [1 2]) axis=1"]),
    Case(12, "Split", ["x"], ["y", "z"], to: ["y, z = Split(x) num_outputs=2"]),
    Case(
      17, "Split", ["x", "i"], ["y", "z"], to: ["y, z = Split(x, int64 2 [1 2])"]),
    Case(
      9, "TopK", ["x"], ["v", "y"], ["k": .int(2)], to: ["v, y = TopK(x, int64 1 [2])"]),
    Case(
      7, "Dropout", ["x"], ["y"], ["ratio": .float(0.5)],
      to: ["y = Dropout(x, float scalar [0.5])"]),
    Case(
      7, "Upsample", ["x"], ["y"], ["scales": .floats([1, 1, 2, 2])],
      to: [
        "y = Resize(x, -, float 4 [1.0 1.0 2.0 2.0]) coordinate_transformation_mode=asymmetric"
          + " nearest_mode=floor"
      ]),
    Case(
      9, "Upsample", ["x", "f"], ["y"], ["mode": .string("linear")],
      to: [
        "y = Resize(x, -, float 2 [1.0 2.0]) coordinate_transformation_mode=asymmetric"
          + " mode=linear nearest_mode=floor"
      ]),
    Case(
      10, "Resize", ["x", "f"],
      to: [
        "y = Resize(x, -, float 2 [1.0 2.0]) coordinate_transformation_mode=asymmetric"
          + " nearest_mode=floor"
      ]),
    Case(
      11, "Resize", ["x", "e", "e", "i"],
      to: [
        "y = Resize(x, -, -, int64 2 [1 2])"
      ]),
    Case(
      8, "BatchNormalization", ["x", "f", "f", "f", "f"], ["y", "m", "v", "sm", "sv"],
      ["spatial": .int(1)],
      to: [
        "y = BatchNormalization(x, float 2 [1.0 2.0], float 2 [1.0 2.0], float 2 [1.0 2.0], "
          + "float 2 [1.0 2.0])"
      ]),
    Case(13, "Softmax", to: ["y = Softmax(x)"]),
    Case(12, "Softmax", to: ["y = Softmax(x)"]),
    Case(11, "LogSoftmax", ["x"], ["y"], ["axis": .int(-1)], to: ["y = LogSoftmax(x)"]),
    Case(
      11, "Softmax", ["x"], ["y"], ["axis": .int(0)],
      to: [
        "x.flat = Flatten(x) axis=0", "n.flat = Softmax(x.flat)", "x.shape = Shape(x)",
        "y = Reshape(n.flat, x.shape)",
      ]),
  ]

  static func bytes(_ opset: Int, _ node: [Field]) -> Data {
    model(
      opset: opset, nodes: [node],
      initializers: [ints("i", [1, 2]), floats("f", [1, 2]), floats("e", [])],
      inputs: [value("x")])
  }

  @Test(arguments: cases.indices)
  func upgrades(_ index: Int) throws {
    let test = Self.cases[index]
    #expect(try lines(Self.bytes(test.opset, test.node)) == test.lines)
  }

  @Test(arguments: [
    "L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare",
  ])
  func upgradesReductions(_ name: String) throws {
    let reduction = node("Reduce\(name)", attributes: [attribute("axes", .ints([1]))])
    #expect(try lines(Self.bytes(17, reduction)) == ["y = Reduce\(name)(x, int64 1 [1])"])
  }

  @Test func partsOfAnUpgradeNameTheirOrigin() throws {
    let softmax = node("Softmax", attributes: [attribute("axis", .int(0))])
    let graph = try read(Self.bytes(11, softmax))
    #expect(graph.nodes.map(\.name) == ["n.Flatten", "n", "n.Shape", "n.Reshape"])
    #expect(graph.nodes.allSatisfy { $0.origins == ["n"] })
  }

  static let faulty: [(opset: Int, node: [Field], error: String)] = [
    (
      12, node("Squeeze", attributes: [attribute("axes", .int(1))]),
      "operator Squeeze (opset 12): attribute axes: found int, expected ints"
    ),
    (
      12, node("Squeeze", ["x", "i"]), "operator Squeeze (opset 12): found 2 inputs, expected 1"
    ),
    (
      8, node("BatchNormalization", attributes: [attribute("spatial", .int(0))]),
      "operator BatchNormalization (opset 8): attribute spatial other than 1 is not supported"
    ),
    (10, node("Resize"), "operator Resize (opset 10): found 1 inputs, expected 2"),
    (
      10, node("Upsample", ["x", "f"]), "operator Upsample (opset 10) is not supported"
    ),
    (
      20, node("GroupNormalization"),
      "operator GroupNormalization (opset 20): the form before opset 21 is not supported"
    ),
    (
      12, node("Softmax", ["x", "x"]), "operator Softmax (opset 12): found 2 inputs, expected 1"
    ),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) {
    let (opset, node, error) = Self.faulty[index]
    #expect(errors(Self.bytes(opset, node)) == ["m.onnx: node \"n\": error: \(error)"])
  }
}
