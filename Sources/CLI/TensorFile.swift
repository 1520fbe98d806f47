import Foundation
import ONNXFrontend
import Support
import Tensor

/// A tensor with the name of the value that it belongs to.
struct NamedTensor {
  let name: String
  let tensor: Tensor

  init(_ name: String, _ tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}

/// Files of tensors in NumPy's formats, and in ONNX's by the extension .pb.
enum TensorFile {
  /// Reads an .npy or .pb file.
  static func read(_ file: String) throws(Failure) -> Tensor {
    try about(file) { () throws(Failure) in
      let data = try InputFile.read(file)
      return try file.hasSuffix(".pb") ? ONNXTensor.read(data) : NPY.read(data)
    }
  }

  /// What a file of this path holds of a tensor.
  static func contents(_ file: String, _ output: NamedTensor) -> Data {
    file.hasSuffix(".pb")
      ? ONNXTensor.write(output.tensor, name: output.name) : NPY.write(output.tensor)
  }

  /// Reads an .npz file.
  static func readAll(_ file: String) throws(Failure) -> [NamedTensor] {
    try about(file) { () throws(Failure) in
      try NPZ.read(InputFile.read(file)).map { NamedTensor($0.name, $0.tensor) }
    }
  }

  /// Reads tensors for inputs of these names: an .npz file by its members' names, or an .npy file
  /// where there is one input.
  static func named(
    _ file: String, for names: [String], flag: String
  ) throws(Failure) -> [String: Tensor] {
    if file.hasSuffix(".npz") {
      let tensors = try readAll(file)
      return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    }
    guard names.count == 1 else {
      throw Failure(
        .usage, at: Place(.named("\(flag) \(file)")),
        "found one array for \(names.count) inputs, expected an .npz file")
    }
    return [names[0]: try read(file)]
  }
}
