public import Compiler
public import Foundation
public import Graph
public import Support

/// ONNX models: https://onnx.ai, opsets 1 to 22 of the default domain.
public enum ONNX: Frontend {
  public static let name = "onnx"
  public static let extensions = ["onnx"]

  /// The versions of the default operator set that are read.
  static let opsets = 1...22

  public static func read(
    _ bytes: Data, file: String, diagnostics: inout Diagnostics
  ) throws(Failure) -> Graph {
    do {
      var importer = Importer(file: file)
      return try importer.graph(of: Wire.unpack(bytes))
    } catch {
      throw error.inFile(file)
    }
  }
}
