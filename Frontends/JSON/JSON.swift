public import Compiler
public import Foundation
public import Graph
public import Support

/// Models in JSON, written by hand or by a script; Docs/JSON.md describes the format.
public enum JSON: Frontend {
  public static let name = "json"
  public static let extensions = ["json"]

  /// The most elements that a model may have made up for it, at random or by filling.
  package static let synthesizedLimit = 1 << 31

  public static func read(
    _ bytes: Data, file: String, diagnostics: inout Diagnostics
  ) throws(Failure) -> Graph {
    try read(bytes, file: file, synthesizing: synthesizedLimit)
  }

  /// - Parameter limit: the most elements that the model may have made up for it.
  package static func read(
    _ bytes: Data, file: String, synthesizing limit: Int
  ) throws(Failure) -> Graph {
    do {
      let bytes = [UInt8](bytes)
      let root = try JSONValue.parse(bytes)
      var model = ModelReader(document: Document(bytes), file: file, synthesizing: limit)
      return try model.graph(Item(value: root, path: ""))
    } catch {
      throw error.inFile(file)
    }
  }
}
