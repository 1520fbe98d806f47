import Foundation
import Graph
import JSONFrontend
import OrderedCollections
import Support
import Tensor
import TestKit
import Testing

/// Reads a text as `model.json` in the folder of the examples.
func model(_ text: String, limit: Int = 1 << 20) throws(Failure) -> Graph {
  try JSON.read(
    Data(text.utf8), file: examples.appendingPathComponent("model.json").path, synthesizing: limit)
}

/// The paper's network for CIFAR-10.
let paperNetwork = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appending(path: "../../../Sources/Reproduction/Networks/sonic-cifar10.json")

/// Docs/Examples.
let examples = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Docs/Examples")

@Suite struct ModelTests {
  static let nodes = """
    {
      "format": "sonic-model", "version": 1, "name": "test",
      "inputs": [{"name": "x", "type": "float", "shape": [1, 1, 4, "W"]}],
      "outputs": ["y"],
      "constants": {
        "w": {"type": "float", "shape": [2, 1, 1, 1], "values": [0.5, -1e2]},
        "b": {"type": "float", "shape": [2], "fill": 0.25}
      },
      "nodes": [
        {
          "op": "Conv", "name": "conv", "inputs": ["x", "w", "b"], "outputs": ["y"],
          "attributes": {"pads": [1, 0, 1, 0], "group": 1, "auto_pad": "NOTSET"}
        }
      ]
    }
    """

  @Test func nodesGiveTheGraphThatTheySay() throws {
    var graph = Graph(name: "test")
    let x = graph.values.append(
      Value("x", element: .float, declared: [.fixed(1), .fixed(1), .fixed(4), .named("W")]))
    let w = graph.values.append(
      Value("w", constant: Constant(Tensor([2, 1, 1, 1], floats: [0.5, -100]))))
    let b = graph.values.append(
      Value("b", constant: Constant(Tensor([2], floats: [0.25, 0.25]))))
    let y = graph.values.append(Value("y"))
    let op = try #require(Operator.named("Conv"))
    graph.nodes.append(
      Node(
        "conv", op,
        attributes: try Attributes(["pads": .ints([1, 0, 1, 0])], specs: op.attributes),
        inputs: [x, w, b], outputs: [y]))
    graph.inputs = [x]
    graph.outputs = [y]
    #expect(try model(Self.nodes) == graph)
  }

  @Test func nodesAreNamedAfterTheirFirstOutputAndModelsAfterTheirFile() throws {
    let text = Self.nodes.replacingOccurrences(of: #""name": "conv", "#, with: "")
      .replacingOccurrences(of: #""name": "test","#, with: "")
    let graph = try model(text)
    #expect(graph.nodes.map(\.name) == ["y"])
    #expect(graph.name == "model")
  }

  @Test func constantsOfEveryType() throws {
    let graph = try model(
      """
      {
        "format": "sonic-model", "version": 1, "inputs": [], "nodes": [], "outputs": ["f"],
        "constants": {
          "f": {"type": "float", "shape": [], "values": [1]},
          "d": {"type": "double", "shape": [2], "values": [1e-3, 16777217]},
          "h": {"type": "float16", "shape": [2], "values": [0.1, 70000]},
          "b": {"type": "bfloat16", "shape": [1], "values": [0.1]},
          "i": {"type": "int64", "shape": [2],
                "values": [9223372036854775807, -9223372036854775808]},
          "u": {"type": "uint64", "shape": [1], "values": [18446744073709551615]},
          "z": {"type": "int8", "shape": [0, 5], "values": []},
          "t": {"type": "bool", "shape": [1, 3], "values": [true, false, true]},
          "n": {"type": "int32", "shape": [3], "fill": -7}
        }
      }
      """)
    let tensors = graph.values.elements.map { $0.constant?.tensor }
    #expect(
      tensors == [
        Tensor([], floats: [1]), Tensor([2], doubles: [0.001, 16_777_217]),
        Tensor([2], floats: [Float(Float16(0.1)), .infinity], type: .float16),
        Tensor([1], floats: [0.10009765625], type: .bfloat16),
        Tensor([2], ints: [.max, .min]), Tensor([1], ints: [-1], type: .uint64),
        Tensor([0, 5], ints: [], type: .int8), Tensor([1, 3], ints: [1, 0, 1], type: .bool),
        Tensor([3], ints: [-7, -7, -7], type: .int32),
      ])
  }

  @Test func constantsFromFilesBesideTheModel() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "sonic-json-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("in"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let tensor = Tensor([2, 2], floats: [1, 0, 3, -4])
    try NPY.write(tensor).write(to: folder.appendingPathComponent("in/w.npy"))
    try NPY.write(tensor).write(to: folder.appendingPathComponent("out.npy"))
    try FileManager.default.createSymbolicLink(
      at: folder.appendingPathComponent("in/link.npy"),
      withDestinationURL: folder.appendingPathComponent("out.npy"))
    func read(_ location: String, shape: String = "[2, 2]") throws(Failure) -> Tensor? {
      let text = """
        {"format": "sonic-model", "version": 1, "inputs": [], "nodes": [], "outputs": ["w"],
        "constants": {"w": {"type": "float", "shape": \(shape), "file": \(location.quoted)}}}
        """
      return try JSON.read(
        Data(text.utf8), file: folder.appendingPathComponent("in/model.json").path,
        synthesizing: 0
      ).values.elements[0].constant?.tensor
    }
    #expect(try read("w.npy") == tensor)
    #expect(try read("./w.npy") == tensor)
    let messages = [
      "../out.npy", "link.npy", "none.npy", ".", "/etc/hostname", "", "model.json",
    ].map { location in
      do throws(Failure) {
        _ = try read(location)
        return "\(location) is accepted"
      } catch {
        return error.diagnostics.map(\.message).joined()
      }
    }
    #expect(
      messages == [
        #"constants.w.file: found the file "../out.npy", expected one inside the model's folder"#,
        #"constants.w.file: found the file "link.npy", expected one inside the model's folder"#,
        #"constants.w.file: found no file "none.npy" beside the model"#,
        #"constants.w.file: found no file "." beside the model"#,
        #"constants.w.file: found the file "/etc/hostname", expected a path relative to the model"#,
        #"constants.w.file: found the file "", expected a path relative to the model"#,
        #"constants.w.file: found no file "model.json" beside the model"#,
      ])
    let error = #expect(throws: Failure.self) { _ = try read("w.npy", shape: "[4]") }
    #expect(
      error?.diagnostics.map(\.message) == [
        #"constants.w.file: found float 2x2 in "w.npy", expected float 4"#
      ])
  }
}
