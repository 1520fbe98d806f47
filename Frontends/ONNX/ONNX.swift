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
    if bytes.isEmpty {
      throw .data(at: Place(file: file), "found an empty file, expected an ONNX model")
    }
    do {
      var importer = Importer(file: file)
      return try importer.graph(of: Wire.unpack(bytes))
    } catch {
      throw error.inFile(file)
    }
  }

  /// The graph as a model of the newest opset that is read: the same values for the same inputs.
  ///
  /// What the graph says beyond ONNX is spelled out: clustered weights and gains are multiplied out,
  /// bounds fused into a node become a Clip behind it. What was a sparse initializer is one again, with
  /// linear indices of what is not zero by now. Fixed-point formats and statistics are left out.
  /// How many weights survive, and how many values they have, is metadata of nodes and of the model.
  /// Sizes are those that the graph has by now: a batch that was open is of one sample.
  public static func write(_ graph: Graph) -> Data {
    var writer = MessageWriter()
    var exporter = Exporter(graph)
    writer.int(1, 10)  // The version of the file format that goes with opset 22.
    writer.string(2, "sonic")
    writer.message(7) { exporter.write(to: &$0) }
    writer.message(8) {
      $0.string(1, "")
      $0.int(2, Int64(opsets.upperBound))
    }
    WeightMetadata(graph.nodes, in: graph)?.write(14, to: &writer)
    return writer.data
  }
}
