import Compiler
import Foundation
import Graph
import ONNXFrontend
import Support
import Tensor
import TestKit
import Testing

/// A constant that a model lists by what is not zero of it is written so again.
@Suite struct SparseExportTests {
  private static let shape = Shape([64, 256])
  /// One element in 50.
  private static let positions = stride(from: Int64(7), to: Int64(shape.count), by: 50).map { $0 }
  private static let values = positions.map { Float($0 % 11) + 0.5 }

  /// MatMul by a sparse initializer, or by the value of a Constant.
  private static func bytes(coordinates: Bool = false, inNode: Bool = false) -> Data {
    let (rows, columns) = (Int64(shape[0]), Int64(shape[1]))
    let indices =
      coordinates
      ? tensor(
        "", type: 7, [Int64(positions.count), 2],
        .packedInts(7, positions.flatMap { [$0 / columns, $0 % columns] }))
      : ints("", positions)
    let sparse = SparseTensorTests.sparse(floats("w", values), indices, [rows, columns])
    let constant: [Field] = [.string(1, "sparse_value"), .int(20, 11), .message(22, sparse)]
    return model(
      nodes: (inNode ? [node("Constant", [], ["w"], attributes: [constant])] : [])
        + [node("MatMul", ["x", "w"])],
      sparse: inNode ? [] : [sparse], inputs: [value("x", ["2", "64"])])
  }

  private static let dense = SparseTensor(
    shape, positions: positions, values: Tensor([positions.count], floats: values)
  ).dense

  private func weights(_ graph: Graph) -> Constant? {
    graph.values.elements.first { $0.name == "w" }?.constant
  }

  @Test func bothFormsOfIndicesStaySparse() throws {
    for bytes in [
      Self.bytes(), Self.bytes(coordinates: true), Self.bytes(inNode: true),
    ] {
      let graph = try read(bytes)
      #expect(weights(graph) == Constant(Self.dense, isSparse: true))
      let written = ONNX.write(graph)
      // An index of eight bytes and a float for each; all elements would be 64 KiB.
      #expect(written.count < 12 * Self.positions.count + 200)
      let again = try read(written)
      #expect(weights(again) == weights(graph))
      let x = ["x": Tensor([2, 64], floats: (0..<128).map { Float($0 % 5) - 2 })]
      #expect(try again.evaluate(x) == graph.evaluate(x))
    }
  }

  /// Weights and gains as passes leave them: what has become zero is not written, nor what a negative
  /// gain made of zeros.
  @Test func whatHasBecomeZeroIsNotWritten() throws {
    var graph = try read(Self.bytes())
    let id = try #require(graph.values.ids.first { graph.values[$0].name == "w" })
    let codes = Self.dense.floats.map { $0 > 5 ? UInt8(1) : 0 }
    graph.values[id].constant?.base = .clustered(
      Clustered(codebook: [2], codes: codes, shape: Self.shape))
    graph.values[id].constant?.gains = Constant.Gains(
      axis: 1, values: (0..<256).map { $0 % 2 == 0 ? -3 : 1 })
    let written = ONNX.write(graph)
    let survivors = codes.count { $0 != 0 }
    let sparsity = String(format: "%.1f %%", 100 - 100 * Double(survivors) / Double(codes.count))
    let metadata = [9, 14].reduce(0) {
      $0 + encode(weightMetadata($1, ["\(codes.count)", "\(survivors)", sparsity, "1"])).count
    }
    #expect(written.count - metadata < 12 * survivors + 200 && survivors < Self.positions.count)
    #expect(weights(try read(written))?.tensor == weights(graph)?.tensor)
  }

  /// ONNX has no sparse tensors without axes or elements.
  @Test func whatCannotBeSparseIsDense() throws {
    for shape in [Shape([]), [0, 3]] {
      var builder = GraphBuilder()
      let tensor = Tensor(shape, floats: [Float](repeating: 2, count: shape.count))
      let c = builder.constant("w", Constant(tensor, isSparse: true))
      builder.output(builder.node("Relu", "y", [c]))
      #expect(weights(try read(ONNX.write(builder.graph))) == Constant(tensor))
    }
  }
}
