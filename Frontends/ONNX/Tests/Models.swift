import Foundation
import Graph
import ONNXFrontend
import Support
import Tensor

// Messages of test models, by ONNX's field numbers.

func model(
  opset: Int = 22, nodes: [[Field]] = [], initializers: [[Field]] = [], sparse: [[Field]] = [],
  inputs: [[Field]] = [], outputs: [String] = ["y"], values: [[Field]] = [], extra: [Field] = []
) -> Data {
  let graph: [Field] =
    nodes.map { .message(1, $0) } + [.string(2, "test")] + initializers.map { .message(5, $0) }
    + inputs.map { .message(11, $0) } + outputs.map { .message(12, [.string(1, $0)]) }
    + values.map { .message(13, $0) } + sparse.map { .message(15, $0) }
  return encode(
    [.int(1, 8), .message(7, graph), .message(8, [.string(1, ""), .int(2, Int64(opset))])] + extra)
}

func node(
  _ op: String, _ inputs: [String] = ["x"], _ outputs: [String] = ["y"], name: String = "n",
  domain: String = "", attributes: [[Field]] = []
) -> [Field] {
  inputs.map { .string(1, $0) } + outputs.map { .string(2, $0) }
    + [.string(3, name), .string(4, op), .string(7, domain)] + attributes.map { .message(5, $0) }
}

/// A function in domain `own`, of models of the newest opset.
func function(
  _ name: String, _ inputs: [String] = ["a"], _ outputs: [String] = ["b"], nodes: [[Field]],
  opset: Int = 22, attributes: [String] = [], defaults: [[Field]] = [], overload: String = ""
) -> Field {
  .message(
    25,
    [.string(1, name), .string(10, "own"), .string(13, overload)]
      + inputs.map { .string(4, $0) } + outputs.map { .string(5, $0) }
      + attributes.map { .string(6, $0) } + nodes.map { .message(7, $0) }
      + [.message(9, [.string(1, ""), .int(2, Int64(opset))])]
      + defaults.map { .message(11, $0) })
}

/// An attribute inside of a function, with the value of one of the function's.
func reference(_ name: String, to attribute: String, type: Int64) -> [Field] {
  [.string(1, name), .string(21, attribute), .int(20, type)]
}

/// A value with a tensor type; a size is a number or a name, "" for neither.
func value(_ name: String, type: Int64 = 1, _ sizes: [String]? = ["2", "3"]) -> [Field] {
  let dimensions = sizes?.map { size -> Field in
    .message(1, Int64(size).map { [.int(1, $0)] } ?? (size.isEmpty ? [] : [.string(2, size)]))
  }
  let shape = dimensions.map { [Field.message(2, $0)] } ?? []
  return [.string(1, name), .message(2, [.message(1, [.int(1, type)] + shape)])]
}

/// A tensor with its elements in `fields`.
func tensor(_ name: String, type: Int64, _ dims: [Int64], _ fields: Field...) -> [Field] {
  [.string(8, name), .int(2, type), .packedInts(1, dims)] + fields
}

func floats(_ name: String, _ values: [Float]) -> [Field] {
  tensor(name, type: 1, [Int64(values.count)], .packedFloats(4, values))
}

func ints(_ name: String, _ values: [Int64]) -> [Field] {
  tensor(name, type: 7, [Int64(values.count)], .packedInts(7, values))
}

func attribute(_ name: String, _ value: Attribute) -> [Field] {
  let content: [Field] =
    switch value {
    case .float(let float): [.float(2, float), .int(20, 1)]
    case .int(let int): [.int(3, int), .int(20, 2)]
    case .string(let string): [.string(4, string), .int(20, 3)]
    case .tensor(let tensor): [.message(5, ints("", tensor.ints)), .int(20, 4)]
    case .floats(let floats): floats.map { .float(7, $0) } + [.int(20, 6)]
    case .ints(let ints): ints.map { .int(8, $0) } + [.int(20, 7)]
    case .strings(let strings): strings.map { .string(9, $0) } + [.int(20, 8)]
    case .graph: preconditionFailure("graphs are given as messages")
    }
  return [.string(1, name)] + content
}

// MARK: - Reading

func read(_ bytes: Data, file: String = "m.onnx") throws(Failure) -> Graph {
  var diagnostics = Diagnostics()
  return try ONNX.read(bytes, file: file, diagnostics: &diagnostics)
}

/// What is wrong with a model, a line each.
func errors(_ bytes: Data, file: String = "m.onnx") -> [String] {
  do {
    _ = try read(bytes, file: file)
    return []
  } catch {
    return error.code == .data ? error.diagnostics.map(\.description) : ["\(error.code)"]
  }
}

/// The constant of a graph's first output.
func constant(_ bytes: Data, file: String = "m.onnx") throws(Failure) -> Tensor? {
  let graph = try read(bytes, file: file)
  return graph.values[graph.outputs[0]].constant?.tensor
}

/// The nodes of a graph as text, and before them the constants that node `n` brought along.
func lines(_ bytes: Data) throws(Failure) -> [String] {
  let graph = try read(bytes)
  return graph.text(constants: .full).split(separator: "\n").map { String($0.dropFirst(2)) }
    .filter { $0.hasPrefix("%") || $0.hasPrefix("const %n.") }
}

/// A graph as an attribute.
func attribute(
  _ name: String, graph nodes: [[Field]], outputs: [String], inputs: [String] = []
) -> [Field] {
  let graph: [Field] =
    nodes.map { .message(1, $0) } + [.string(2, name)]
    + inputs.map { .message(11, [.string(1, $0)]) }
    + outputs.map { .message(12, [.string(1, $0)]) }
  return [.string(1, name), .message(6, graph), .int(20, 5)]
}
