public import Foundation
public import Support
public import Tensor

/// A file that holds one tensor as ONNX spells it (a TensorProto), such as `input_0.pb` of ONNX's test
/// data.
public enum ONNXTensor {
  /// Reads a file whose elements lie in it, not beside it.
  ///
  /// - Throws: exit code 65 for what is wrong with it.
  public static func read(_ data: Data) throws(Failure) -> Tensor {
    let message = try Wire.unpackTensor(data)
    do throws(Malformed) {
      guard !message.isExternal else { throw Malformed("its elements lie in another file") }
      var reader = TensorReader(externalFiles: ExternalFiles(model: ""))
      return try reader.tensor(message)
    } catch {
      throw .data("tensor \(message.name.quoted): \(error.message)")
    }
  }

  /// The tensor under a name.
  public static func write(_ tensor: Tensor, name: String) -> Data {
    var writer = MessageWriter()
    writer.tensor(tensor, name: name)
    return writer.data
  }
}
