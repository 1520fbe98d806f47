import Foundation
import Graph
import Support
import Tensor
import Testing

/// Operators of QONNX; what is expected is what the package qonnx 1.0.0 computes.
@Suite struct QuantizationTests {
  static let x: [Float] = [-9, -1.25, -0.75, -0.5, -0.25, 0, 0.25, 0.75, 1.25, 9]

  struct Case: Sendable {
    var op = "Quant"
    /// Behind x.
    var inputs: [Float]
    var attributes: [String: Attribute] = [:]
    var y: [Float]
  }

  private static func rounding(_ mode: String, _ y: [Float]) -> Case {
    Case(
      inputs: [0.5, 0, 4],
      attributes: ["signed": .int(1), "narrow": .int(0), "rounding_mode": .string(mode)], y: y)
  }

  private static func integers(
    _ inputs: [Float], signed: Int64, narrow: Int64, _ y: [Float]
  ) -> Case {
    Case(inputs: inputs, attributes: ["signed": .int(signed), "narrow": .int(narrow)], y: y)
  }

  static let cases = [
    rounding("ROUND", [-4, -1, -1, -0.5, 0, 0, 0, 1, 1, 3.5]),
    rounding("half_even", [-4, -1, -1, -0.5, 0, 0, 0, 1, 1, 3.5]),
    rounding("CEIL", [-4, -1, -0.5, -0.5, 0, 0, 0.5, 1, 1.5, 3.5]),
    rounding("FLOOR", [-4, -1.5, -1, -0.5, -0.5, 0, 0, 0.5, 1, 3.5]),
    rounding("UP", [-4, -1.5, -1, -0.5, -0.5, 0, 0.5, 1, 1.5, 3.5]),
    rounding("DOWN", [-4, -1, -0.5, -0.5, 0, 0, 0, 0.5, 1, 3.5]),
    rounding("HALF_UP", [-4, -1.5, -1, -0.5, -0.5, 0, 0.5, 1, 1.5, 3.5]),
    rounding("HALF_DOWN", [-4, -1, -0.5, -0.5, 0, 0, 0, 0.5, 1, 3.5]),
    integers([0.5, 0, 4], signed: 1, narrow: 1, [-3.5, -1, -1, -0.5, 0, 0, 0, 1, 1, 3.5]),
    integers([0.5, 0, 4], signed: 0, narrow: 0, [0, 0, 0, 0, 0, 0, 0, 1, 1, 7.5]),
    integers(
      [0.5, 3, 4], signed: 0, narrow: 1, [-1.5, -1.5, -0.5, -0.5, -0.5, 0, 0.5, 0.5, 1.5, 5.5]),
    integers(
      [0.5, 0, 1], signed: 1, narrow: 0,
      [-0.5, -0.5, -0.5, -0.5, -0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
    Case(
      op: "BipolarQuant", inputs: [0.5],
      y: [-0.5, -0.5, -0.5, -0.5, -0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
    Case(
      op: "Trunc", inputs: [0.25, 0, 8, 6],
      y: [-2.25, -0.5, -0.25, -0.25, -0.25, 0, 0, 0, 0.25, 2.25]),
    Case(
      op: "Trunc", inputs: [0.25, 4, 8, 1, 3], attributes: ["narrow": .int(0)],
      y: [-5, -2, -1, -1, -1, 0, 0, 0, 1, 2]),
  ]

  private static func bytes(_ test: Case, domain: String) -> Data {
    let names = test.inputs.indices.map { "c\($0)" }
    let constants = zip(names, test.inputs).map { tensor($0, type: 1, [], .packedFloats(4, [$1])) }
    let attributes = test.attributes.sorted { $0.key < $1.key }
    return model(
      opset: 11,
      nodes: [
        node(
          test.op, ["x"] + names, domain: domain,
          attributes: attributes.map { attribute($0.key, $0.value) })
      ], initializers: constants, inputs: [value("x", ["10"])])
  }

  @Test(arguments: cases.indices)
  func means(_ index: Int) throws {
    for domain in ["qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"] {
      let graph = try read(Self.bytes(Self.cases[index], domain: domain))
      let x = Tensor([10], floats: Self.x)
      #expect(try graph.evaluate(["x": x]) == [Tensor([10], floats: Self.cases[index].y)])
    }
  }

  /// A scale of one and a zero point of zero cost nothing.
  @Test func plainIntegersAreOnlyBoundedAndRounded() throws {
    let test = Case(
      inputs: [1, 0, 2], attributes: ["signed": .int(1), "narrow": .int(1)], y: [])
    let graph = try read(Self.bytes(test, domain: "qonnx.custom_op.general"))
    #expect(graph.nodes.map(\.op.name) == ["Clip", "Round", "Identity"])
  }

  static let faulty: [(test: Case, error: String)] = [
    (
      Case(inputs: [1, 0], y: []), "found 3 inputs, expected 4"
    ),
    (
      Case(inputs: [1, 0, 8], attributes: ["signed": .int(1)], y: []),
      "attribute narrow is missing"
    ),
    (
      integers([1, 0, 3.5], signed: 1, narrow: 0, []),
      "input bitwidth: found 3.5, expected an integer from 1 to 32"
    ),
    (
      rounding("LUCKY", []),
      "attribute rounding_mode: found \"LUCKY\", expected one of \"ROUND\", \"HALF_EVEN\", \"CEIL\", "
        + "\"FLOOR\", \"UP\", \"DOWN\", \"HALF_UP\", \"HALF_DOWN\""
    ),
    (
      Case(op: "BipolarQuant", inputs: [1], attributes: ["signed": .int(1)], y: []),
      "attribute signed is not supported"
    ),
    (
      Case(op: "Trunc", inputs: [1, 0, 8, 0, 3], y: []),
      "found scales with the ratio 0.0, expected positive ones"
    ),
    (Case(op: "FloatQuant", inputs: [1], y: []), "is not supported"),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) {
    let (test, error) = Self.faulty[index]
    let label =
      "m.onnx: node \"n\": error: operator \(test.op) of qonnx.custom_op.general (opset unknown)"
    let separator = error == "is not supported" ? " " : ": "
    #expect(
      errors(Self.bytes(test, domain: "qonnx.custom_op.general")) == [label + separator + error])
  }

  @Test func refusesNumbersThatAreComputedOrMany() {
    let attributes = [attribute("signed", .int(1)), attribute("narrow", .int(0))]
    let inputs = [value("x"), value("b", [])]
    let constants = [floats("s", [1]), floats("z", [0]), floats("many", [3, 4])]
    for (bits, message) in [
      ("b", "found a computed value, expected a constant"),
      ("many", "found shape 2, expected one number"),
    ] {
      let quant = node(
        "Quant", ["x", "s", "z", bits], domain: "onnx.brevitas", attributes: attributes)
      #expect(
        errors(model(nodes: [quant], initializers: constants, inputs: inputs)) == [
          "m.onnx: node \"n\": error: operator Quant of onnx.brevitas (opset unknown): input bitwidth: "
            + message
        ])
    }
  }

  /// In the default domain there is no such operator.
  @Test func isKnownInItsDomainsOnly() {
    let test = Case(inputs: [1, 0, 8], y: [])
    #expect(
      errors(Self.bytes(test, domain: "")) == [
        "m.onnx: node \"n\": error: operator Quant (opset 11) is not supported"
      ])
  }
}
