import Foundation
import Graph
import JSONFrontend
import Support
import Tensor
import Testing

/// Docs/model.schema.json says what the reader reads.
@Suite struct SchemaTests {
  static let layers = [
    "conv", "dense", "maxpool", "averagepool", "globalmaxpool", "globalaveragepool", "flatten",
    "bn",
    "relu", "sigmoid", "tanh", "softmax",
  ]

  /// A model in which the object that the schema calls `name` has the one key `?` beside those
  /// that it needs to be known as such.
  private static func model(_ name: String) -> String {
    let unknown = #"{"?": 1}"#
    let parts: (inputs: String, rest: String) =
      switch name {
      case "": ("[]", #""?": 1"#)
      case "input": ("[\(unknown)]", #""nodes": []"#)
      case "constant": ("[]", #""constants": {"c": \#(unknown)}"#)
      case "node": ("[]", #""nodes": [\#(unknown)]"#)
      case "random": ("[]", #""layers": [], "weights": {"random": \#(unknown)}"#)
      case "weights": ("[]", #""layers": [], "weights": \#(unknown)"#)
      case "elements": ("[]", #""layers": [{"conv": 1, "kernel": 1, "weights": \#(unknown)}]"#)
      case "normalization": ("[]", #""layers": [{"bn": \#(unknown)}]"#)
      default: ("[]", #""layers": [{"\#(name)": true, "?": 1}]"#)
      }
    let input = #"[{"name": "x", "type": "float", "shape": [1, 1, 1, 1]}]"#
    return """
      {"format": "sonic-model", "version": 1, "inputs": \(parts.inputs == "[]" ? input : parts.inputs),
      \(parts.rest)}
      """
  }

  @Test(
    arguments: [
      "", "input", "constant", "node", "random", "weights", "elements", "normalization",
    ] + layers)
  func schemaAndReaderKnowTheSameKeys(name: String) throws {
    let text = Self.model(name)
    let error = #expect(throws: Failure.self) {
      _ = try JSON.read(Data(text.utf8), file: "model.json", synthesizing: 100)
    }
    let prefix = "?: unknown key, expected one of "
    let message = try #require(
      error?.diagnostics.map(\.message).first { $0.contains(prefix) }, "\(text)")
    let keys = try #require(message.components(separatedBy: prefix).last)
      .components(separatedBy: ", ")
    #expect(keys.sorted() == (try Self.properties(name)).sorted())
  }

  @Test func theSchemaHasEveryTypeOfElements() throws {
    let types = try #require(Self.schema["$defs"]?["type"]?["enum"])
    guard case .array(let items) = types.kind else { return }
    let names = items.compactMap { if case .string(let name) = $0.kind { name } else { nil } }
    #expect(names == ElementType.allCases.map(\.rawValue))
  }

  /// The keys of an object as the schema has them.
  private static func properties(_ name: String) throws -> [String] {
    var object = try name.isEmpty ? schema : #require(schema["$defs"]?[name])
    if case .array(let choices)? = object["anyOf"]?.kind { object = choices[1] }
    guard case .object(let members)? = object["properties"]?.kind else { return [] }
    return members.map(\.key)
  }

  private static var schema: JSONValue {
    get throws {
      let file = examples.deletingLastPathComponent().appendingPathComponent("model.schema.json")
      return try JSONValue.parse([UInt8](Data(contentsOf: file)))
    }
  }
}

extension JSONValue {
  fileprivate subscript(key: String) -> JSONValue? {
    guard case .object(let members) = kind else { return nil }
    return members.first { $0.key == key }?.value
  }
}
