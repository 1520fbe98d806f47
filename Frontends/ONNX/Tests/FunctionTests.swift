import Foundation
import Graph
import Support
import Tensor
import Testing

/// Operators that a model defines itself.
@Suite struct FunctionTests {
  static func call(
    _ op: String, _ inputs: [String] = ["x"], _ outputs: [String] = ["y"],
    name: String = "n", attributes: [[Field]] = []
  ) -> [Field] {
    node(op, inputs, outputs, name: name, domain: "own", attributes: attributes)
  }

  static func bytes(_ calls: [[Field]], _ functions: [Field], outputs: [String] = ["y"]) -> Data {
    model(nodes: calls, inputs: [value("x"), value("t")], outputs: outputs, extra: functions)
  }

  static let twice = function(
    "Twice",
    nodes: [node("Relu", ["a"], ["t"], name: "r"), node("Add", ["t", "t"], ["b"], name: "")])

  @Test func callsBecomeTheNodesOfTheFunction() throws {
    let bytes = Self.bytes([Self.call("Twice")], [Self.twice])
    #expect(
      try lines(bytes) == [
        #"%n.t = Relu "n.r"(%x)"#,
        #"%y = Add "n.Add_1"(%n.t, %n.t)"#,
      ])
  }

  @Test func functionsCallFunctions() throws {
    let outer = function(
      "Outer",
      nodes: [Self.call("Twice", ["a"], ["t"], name: "first"), Self.call("Twice", ["t"], ["b"])])
    #expect(
      try lines(Self.bytes([Self.call("Outer")], [outer, Self.twice])) == [
        #"%n.first.t = Relu "n.first.r"(%x)"#,
        #"%n.t = Add "n.first.Add_1"(%n.first.t, %n.first.t)"#,
        #"%n.n.t = Relu "n.n.r"(%n.t)"#,
        #"%y = Add "n.n.Add_1"(%n.n.t, %n.n.t)"#,
      ])
  }

  @Test func attributesComeFromTheCallOrTheirDefault() throws {
    let nodes = [
      node(
        "Gemm", ["a", "a"], ["b"],
        attributes: [
          reference("alpha", to: "scale", type: 1), reference("transB", to: "flip", type: 2),
          reference("transA", to: "other", type: 2),
        ])
    ]
    let product = function(
      "Product", nodes: nodes, attributes: ["scale", "other"],
      defaults: [attribute("flip", .int(1))])
    let call = { Self.call("Product", attributes: $0) }
    #expect(
      try lines(Self.bytes([call([attribute("scale", .float(2))])], [product])) == [
        #"%y = Gemm "n.n"(%x, %x) {alpha = 2.0, transB = 1}"#
      ])
    #expect(
      try lines(Self.bytes([call([attribute("flip", .int(0))])], [product])) == [
        #"%y = Gemm "n.n"(%x, %x)"#
      ])
  }

  @Test func nodesAreOfTheOpsetOfTheFunction() throws {
    let old = function(
      "Old", nodes: [node("Squeeze", ["a"], ["b"], attributes: [attribute("axes", .ints([0]))])],
      opset: 12)
    let bytes = Self.bytes(
      [Self.call("Old", ["x"], ["m"]), node("Squeeze", ["m"], name: "s")], [old])
    #expect(
      try lines(bytes) == [
        "const %n.n.axes: int64 1 = [0]",
        #"%m = Squeeze "n.n"(%x, %n.n.axes)"#,
        #"%y = Squeeze "s"(%m)"#,
      ])
  }

  @Test func whatIsLeftOutStaysSo() throws {
    let clip = function(
      "Bound", ["a", "low", "high"], ["b", "c"],
      nodes: [node("Clip", ["a", "low", "high"], ["b"]), node("Neg", ["a"], ["c"], name: "m")])
    #expect(
      try lines(Self.bytes([Self.call("Bound", ["x", "", "t"])], [clip])) == [
        #"%y = Clip "n.n"(%x, _, %t)"#,
        #"%n.c = Neg "n.m"(%x)"#,
      ])
  }

  @Test func outputsMayBeInputsOrEachOther() throws {
    let same = function(
      "Same", ["a"], ["a", "b", "b"], nodes: [node("Relu", ["a"], ["b"], name: "r")])
    let bytes = Self.bytes(
      [Self.call("Same", ["x"], ["y", "z", "w"])], [same], outputs: ["y", "z", "w"])
    #expect(
      try lines(bytes) == [
        #"%z = Relu "n.r"(%x)"#,
        #"%y = Identity "n.Identity_1"(%x)"#,
        #"%w = Identity "n.Identity_2"(%z)"#,
      ])
  }

  /// The branches of an If take values and attributes of the function, not those around the call.
  @Test func graphsInFunctionsSeeWhatTheFunctionHas() throws {
    let branch = { (op: String, attributes: [[Field]]) -> [Field] in
      [
        .message(1, node(op, ["t"], ["r"], name: "m", attributes: attributes)), .string(2, "g"),
        .message(12, [.string(1, "r")]),
      ]
    }
    let elu = branch("Elu", [reference("alpha", to: "scale", type: 1)])
    let choose = function(
      "Choose", ["c", "a"],
      nodes: [
        node("Neg", ["a"], ["t"], name: "m"),
        node(
          "If", ["c"], ["b"], name: "i",
          attributes: [
            [.string(1, "then_branch"), .message(6, elu), .int(20, 5)],
            [.string(1, "else_branch"), .message(6, branch("Neg", [])), .int(20, 5)],
          ]),
      ], attributes: ["scale"])
    let call = Self.call("Choose", ["c", "x"], attributes: [attribute("scale", .float(0))])
    let graph = try read(
      model(
        nodes: [call], inputs: [value("x", ["2"]), value("t", ["2"]), value("c", type: 9, [])],
        extra: [choose]))
    let x = Tensor([2], floats: [-1, 2])
    for (condition, y) in [(1, Tensor([2], floats: [1, 0])), (0, x)] {
      let c = Tensor([], ints: [Int64(condition)], type: .bool)
      #expect(try graph.evaluate(["x": x, "t": x, "c": c]) == [y])
    }
  }

  @Test func functionsComeBeforeOperators() throws {
    let own = Field.message(
      25,
      [
        .string(1, "Relu"), .string(4, "a"), .string(5, "b"),
        .message(7, node("Neg", ["a"], ["b"])), .message(9, [.string(1, ""), .int(2, 22)]),
      ])
    #expect(try lines(Self.bytes([node("Relu")], [own])) == [#"%y = Neg "n.n"(%x)"#])
  }

  @Test func overloadsAreFunctionsOfTheirOwn() throws {
    let functions = [
      function("F", nodes: [node("Neg", ["a"], ["b"])]),
      function("F", nodes: [node("Abs", ["a"], ["b"])], overload: "other"),
    ]
    let call = Self.call("F") + [.string(8, "other")]
    #expect(try lines(Self.bytes([call], functions)) == [#"%y = Abs "n.n"(%x)"#])
  }

  /// Each calls the next, and so often that copies of all would not fit.
  static let bomb = (0..<40).map { depth in
    function(
      "F\(depth)",
      nodes: (0..<8).map { Self.call("F\(depth + 1)", [$0 == 0 ? "a" : "v\($0 - 1)"], ["v\($0)"]) }
        + [node("Neg", ["v7"], ["b"])])
  }

  static let faulty: [(functions: [Field], error: String)] = [
    ([twice, twice], "function \"Twice\": error: is defined twice"),
    (
      [function("F", nodes: [call("F", ["a"], ["b"])])],
      "node \"n.n\": error: operator F of own (opset unknown): the function calls itself"
    ),
    (
      [function("F", [], nodes: [])],
      "operator F of own (opset unknown): found 1 inputs, expected at most 0"
    ),
    (
      [function("F", ["a"], [], nodes: [])],
      "operator F of own (opset unknown): found 1 outputs, expected at most 0"
    ),
    (
      [function("F", nodes: [])],
      "operator F of own (opset unknown): nothing in the function defines its output \"b\""
    ),
    (
      [function("F", nodes: [node("Add", ["a", "t"], ["b"])])],
      "operator F of own (opset unknown): nothing in the function defines value \"t\""
    ),
    (
      [function("F", nodes: [node("Neg", ["a"], ["b"])], opset: 23)],
      "operator F of own (opset unknown): found opset 23 of the default domain, expected 1 to 22"
    ),
    (
      [function("F", nodes: [node("Odd", ["a"], ["b"])])],
      "node \"n.n\": error: operator Odd (opset 22) is not supported"
    ),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) {
    let (functions, error) = Self.faulty[index]
    let isTwice = error.hasPrefix("function")
    let found = errors(Self.bytes([Self.call(isTwice ? "Twice" : "F")], functions))
    let place = error.contains(": error: ") ? "" : "node \"n\": error: "
    #expect(found == ["m.onnx: \(place)\(error)"])
  }

  @Test func refusesAttributesThatTheFunctionDoesNotKnow() {
    let call = Self.call("Twice", attributes: [attribute("alpha", .int(1))])
    #expect(
      errors(Self.bytes([call], [Self.twice])) == [
        "m.onnx: node \"n\": error: operator Twice of own (opset unknown): "
          + "attribute alpha is not one of the function"
      ])
  }

  @Test func refusesFunctionsThatUnfoldToTooMuch() {
    let found = errors(Self.bytes([Self.call("F0")], Self.bomb))
    #expect(found.contains { $0.contains("found more nodes than fit") })
  }
}
