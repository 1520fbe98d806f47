import Foundation
import Graph
import Support
import Tensor
import Testing

/// What a model declares, and what is wrong with models as a whole.
@Suite struct ModelTests {
  static let relu = node("Relu")
  static let x = value("x")

  @Test func readsDeclarations() throws {
    let inputs = [
      value("x", ["2", "3"]), value("open", ["N", "", "4", "-1", "0", "?"]), value("any", nil),
      value("count", type: 7, []),
    ]
    let graph = try read(model(nodes: [Self.relu], inputs: inputs))
    let values = graph.inputs.map { graph.values[$0] }
    #expect(values.map(\.name) == ["x", "open", "any", "count"])
    #expect(values.map(\.element) == [.float, .float, .float, .int64])
    #expect(values.map(\.shape) == [[2, 3], nil, nil, []])
    #expect(
      values.map(\.declared) == [
        [.fixed(2), .fixed(3)], [.named("N"), .unknown, .fixed(4), .unknown, .unknown, .unknown],
        nil, [],
      ])
    #expect(graph.outputs.map { graph.values[$0].name } == ["y"])
    #expect(graph.name == "test")
  }

  @Test func initializersAmongTheInputsAreConstants() throws {
    let bytes = model(
      nodes: [node("Add", ["x", "w"])], initializers: [floats("w", [1, 2, 3])],
      inputs: [Self.x, value("w", ["3"])])
    let graph = try read(bytes)
    #expect(graph.inputs.map { graph.values[$0].name } == ["x"])
    #expect(try lines(bytes) == [#"%y = Add "n"(%x, %w)"#])
  }

  @Test func nodeNamesAreUnique() throws {
    let nodes = [
      node("Relu", ["x"], ["a"], name: ""), node("Relu", ["a"], ["b"], name: "r"),
      node("Relu", ["b"], ["c"], name: "r"), node("Relu", ["c"], ["d"], name: "r_1"),
      node("Relu", ["d"], ["y"], name: "Relu_0"),
    ]
    let graph = try read(model(nodes: nodes, inputs: [Self.x]))
    #expect(graph.nodes.map(\.name) == ["Relu_0_1", "r", "r_2", "r_1", "Relu_0"])
  }

  @Test func constantNodesBecomeConstants() throws {
    let cases: [(name: String, value: Attribute, expected: String)] = [
      ("value", .tensor(Tensor([2], ints: [3, 4])), "int64 2 = [3, 4]"),
      ("value_int", .int(5), "int64 scalar = [5]"),
      ("value_ints", .ints([5, 6]), "int64 2 = [5, 6]"),
      ("value_float", .float(0.5), "float scalar = [0.5]"),
      ("value_floats", .floats([0.5, 1]), "float 2 = [0.5, 1.0]"),
    ]
    for (name, value, expected) in cases {
      let bytes = model(
        nodes: [
          node("Constant", [], ["n.c"], attributes: [attribute(name, value)]),
          node("Add", ["x", "n.c"], name: "y"),
        ], inputs: [Self.x])
      #expect(try lines(bytes) == ["const %n.c: \(expected)", "%y = Add(%x, %n.c)"])
    }
    let sparse: [Field] = [
      .string(1, "sparse_value"), .int(20, 11),
      .message(22, SparseTensorTests.sparse(floats("", [2]), ints("", [1]), [2])),
    ]
    let bytes = model(nodes: [node("Constant", [], attributes: [sparse])])
    #expect(try constant(bytes) == Tensor([2], floats: [0, 2]))
  }

  static let faulty: [(bytes: Data, errors: [String])] = [
    (Data(), ["found an empty file, expected an ONNX model"]),
    (encode([.int(1, 8)]), ["found no graph, expected an ONNX model with one"]),
    (
      Data("not a model".utf8),
      ["byte 0: found truncated or damaged bytes, expected an ONNX model (a protobuf message)"]
    ),
    (model() + model(), ["found 2 graphs, expected an ONNX model with one"]),
    (
      encode([.message(7, []), .message(8, [.string(1, "ai.onnx.ml"), .int(2, 1)])]),
      ["found no opset of the default domain, expected 1 to 22"]
    ),
    (
      model(extra: [.message(8, [.string(1, "ai.onnx"), .int(2, 21)])]),
      ["found opsets 22 and 21 of the default domain, expected one"]
    ),
    (
      model(nodes: [relu], inputs: [value("x", ["-2", "3"])]),
      ["value \"x\": found a size of -2, expected one of 0 or more, or -1 for one left open"]
    ),
    (
      model(opset: 13, nodes: [node("Gelu")], inputs: [x]),
      [
        "node \"n\": operator Gelu (opset 13): expected opset 20 or later, which has it first"
      ]
    ),
    (
      model(
        nodes: [relu], initializers: [floats("w", [1])], inputs: [x, value("w", ["2"])]),
      ["value \"w\": found shape 1, expected 2 as the model declares"]
    ),
    (model(opset: 0), ["found opset 0 of the default domain, expected 1 to 22"]),
    (model(opset: 23), ["found opset 23 of the default domain, expected 1 to 22"]),
    (model(outputs: []), ["found a graph without outputs, expected at least one"]),
    (model(), ["value \"y\": nothing defines this graph output"]),
    (
      model(nodes: [relu], inputs: [x], outputs: ["y", "y"]),
      ["value \"y\": found twice among the graph outputs"]
    ),
    (
      model(nodes: [relu], inputs: [value("x", type: 8)]),
      ["value \"x\": element type string is not supported"]
    ),
    (
      model(nodes: [relu], inputs: [[.string(1, "x"), .message(2, [.message(4, [])])]]),
      ["value \"x\": graph input is not a tensor; other types are not supported"]
    ),
    (
      model(nodes: [relu], inputs: [value("x", ["4294967296", "4294967296"])]),
      ["value \"x\": found sizes [4294967296, 4294967296], expected a product that fits"]
    ),
    (
      model(nodes: [relu], inputs: [x, x]), ["value \"x\": value \"x\" is defined twice"]
    ),
    (
      model(nodes: [relu], initializers: [floats("", [1])], inputs: [x]),
      ["value \"\": found a value without a name"]
    ),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) {
    let (bytes, expected) = Self.faulty[index]
    let lines = expected.map { message in
      let parts = message.split(separator: ": ", maxSplits: 1)
      return parts.count == 2 && (parts[0].hasSuffix("\"") || parts[0].hasPrefix("byte "))
        ? "m.onnx: \(parts[0]): error: \(parts[1])" : "m.onnx: error: \(message)"
    }
    #expect(errors(bytes) == lines)
  }

  @Test func refusesMoreThanProtobufHolds() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sonic-\(UUID().uuidString)")
    #expect(FileManager.default.createFile(atPath: url.path, contents: nil))
    defer { try? FileManager.default.removeItem(at: url) }
    let handle = try FileHandle(forWritingTo: url)
    try handle.truncate(atOffset: 1 << 31)
    try handle.close()
    #expect(
      errors(try InputFile.read(url.path)) == [
        "m.onnx: error: found 2147483648 bytes, expected at most 2147483647, the limit of "
          + "protobuf; larger models keep their weights in external data files"
      ])
  }
}

/// What is wrong with nodes: everything is found in one go, and each fault is reported once.
@Suite struct NodeTests {
  static let x = value("x")

  static let faulty: [(nodes: [[Field]], errors: [String])] = [
    (
      [node("Frobnicate", ["x"], ["a"], name: "f"), node("Relu", ["a"], name: "r")],
      ["node \"f\": error: operator Frobnicate (opset 22) is not supported"]
    ),
    (
      [
        node("FusedConv", ["x"], ["a"], name: "f", domain: "com.microsoft"),
        node("If", ["a"], ["y"], name: "", attributes: [[.string(1, "then_branch"), .int(20, 5)]]),
      ],
      [
        "node \"f\": error: operator FusedConv of com.microsoft (opset unknown) is not supported",
        "node \"If_1\": error: operator If (opset 22): attribute then_branch: found 0 graphs, expected one",
      ]
    ),
    (
      [
        node(
          "Relu",
          attributes: [
            [.string(1, "a"), .int(20, 5)], [.string(1, "b"), .int(20, 77)],
            [.string(1, "c"), .string(21, "outer"), .int(20, 1)], attribute("d", .int(1)),
            attribute("d", .int(1)), [.string(1, "e"), .int(20, 4)],
          ])
      ],
      [
        "node \"n\": error: operator Relu (opset 22): attribute a: found 0 graphs, expected one",
        "node \"n\": error: operator Relu (opset 22): attribute b: type 77 is not supported",
        "node \"n\": error: operator Relu (opset 22): attribute c: refers to an attribute of a "
          + "function, expected a value",
        "node \"n\": error: operator Relu (opset 22): attribute d: is given twice",
        "node \"n\": error: operator Relu (opset 22): attribute e: found 0 tensors, expected one",
      ]
    ),
    (
      [node("Relu", attributes: [attribute("alpha", .float(1))])],
      ["node \"n\": error: operator Relu (opset 22): attribute alpha is not supported"]
    ),
    (
      [node("Relu", ["x", "x"]), node("Add", ["", "x"], ["z"], name: "a")],
      [
        "node \"n\": error: operator Relu (opset 22): found 2 inputs, expected 1",
        "node \"a\": error: operator Add (opset 22): input 0 is left out",
      ]
    ),
    (
      [node("Relu", ["x"], ["y", "x"])],
      [
        "node \"n\": error: value \"x\" is defined twice",
        "node \"n\": error: operator Relu (opset 22): found 2 outputs, expected 1",
      ]
    ),
    (
      [
        node("Relu", ["b"], ["a"], name: "first"), node("Relu", ["a"], ["b"], name: "second"),
        node("Relu", ["nowhere"], ["y"], name: "third"),
      ],
      [
        "node \"first\": error: takes value \"b\" before it is computed, expected nodes in "
          + "topological order",
        "node \"third\": error: takes value \"nowhere\", which nothing defines",
      ]
    ),
    (
      [node("Relu", ["x"], ["y"], name: "r"), node("Relu", ["x"], ["y"], name: "s")],
      ["node \"s\": error: value \"y\" is defined twice"]
    ),
    (
      [node("Constant", [], attributes: [attribute("value_string", .string("s"))])],
      [
        "node \"n\": error: operator Constant (opset 22): attribute value_string is not supported"
      ]
    ),
    (
      [node("Constant", [])],
      ["node \"n\": error: operator Constant (opset 22): found 0 attributes, expected one"]
    ),
    (
      [node("Constant", ["x"], attributes: [attribute("value_int", .int(1))])],
      [
        "node \"n\": error: operator Constant (opset 22): found inputs or no output, expected one "
          + "output alone"
      ]
    ),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) {
    let (nodes, expected) = Self.faulty[index]
    #expect(
      errors(model(nodes: nodes, inputs: [Self.x])) == expected.map { "m.onnx: \($0)" })
  }

  @Test func outputsThatNobodyTakesAreDropped() throws {
    let dropout = model(nodes: [node("Dropout", ["x"], ["y", "z"])], inputs: [Self.x])
    #expect(try lines(dropout) == [#"%y = Dropout "n"(%x)"#])
    let inputs = [String](repeating: "x", count: 5)
    let outputs = ["y", "", "mean", "", "variance"]
    let normalization = node("BatchNormalization", inputs, outputs)
    #expect(
      try lines(model(opset: 9, nodes: [normalization], inputs: [Self.x])) == [
        #"%y = BatchNormalization "n"(%x, %x, %x, %x, %x)"#
      ])
    #expect(
      errors(model(nodes: [normalization], inputs: [Self.x])) == [
        "m.onnx: node \"n\": error: operator BatchNormalization (opset 22): found 5 outputs, expected 1 "
          + "to 3"
      ])
    #expect(
      errors(model(nodes: [node("Relu", ["x"], ["y", "z"])], inputs: [Self.x])) == [
        "m.onnx: node \"n\": error: operator Relu (opset 22): found 2 outputs, expected 1"
      ])
  }
}
