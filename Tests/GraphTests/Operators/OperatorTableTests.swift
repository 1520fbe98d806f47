import Foundation
import Graph
import OrderedCollections
import Tensor
import Testing

/// A row of the table of operators is whole: what Docs/AddAnOperator.md says of one.
@Suite struct OperatorTableTests {
  /// Those of which ONNX has no small case in the newest form; make conformance runs the others.
  private static let withoutCases: Set = [
    "CenterCropPad", "Erf", "GRU", "GlobalLpPool", "If", "LRN", "LSTM", "Loop", "LpNormalization",
    "Mish", "RNN", "Scan", "Slice", "Swish",
  ]

  private static let page = try! String(
    contentsOf: OperatorCaseTests.folder.appending(path: "../../../Docs/Operators.md"),
    encoding: .utf8)

  @Test func everyOperatorIsInThePage() {
    let rows = Set(
      Self.page.split(separator: "\n").map { $0.split(separator: " ").dropFirst().first })
    for op in Operator.all { #expect(rows.contains(Substring(op.name)), "\(op.name)") }
    #expect(Operator.all.count == Set(Operator.all.map(\.name)).count)
  }

  /// With cases of an operator, OperatorCaseTests holds its shape rule and its meaning to ONNX.
  @Test func everyOperatorHasACase() {
    let tested = Set(OperatorCaseTests.cases.map(\.op))
    for op in Operator.all where !tested.contains(op.name) {
      #expect(Self.withoutCases.contains(op.name), "\(op.name) has no case")
    }
    #expect(Self.withoutCases.isDisjoint(with: tested))
  }

  /// All but views and what is known at compile time cost something in some case.
  @Test func everyOperatorSaysItsWork() throws {
    var costly: Set<String> = ["Constant", "Shape", "Size"]
    for example in OperatorCaseTests.cases {
      let op = try #require(Operator.named(example.op))
      let inputs = example.inputs.map { $0?.tensor }
      let types = Operator.Types(
        inputs: inputs.map { $0.map { TensorType($0.type, $0.shape) } }, known: inputs,
        attributes: try Attributes(example.attributes.mapValues(\.value), specs: op.attributes),
        outputCount: example.outputs.count)
      let work = op.work(types, try op.infer(types))
      let counts = [
        work.adds, work.multiplies, work.divides, work.compares, work.functions, work.moves,
      ]
      #expect(counts.allSatisfy { $0 >= 0 }, "\(example.name)")
      if counts.contains(where: { $0 > 0 }) { costly.insert(op.name) }
    }
    for op in Operator.all where !op.isView && !Self.withoutCases.contains(op.name) {
      #expect(costly.contains(op.name), "\(op.name) costs nothing")
    }
  }
}
