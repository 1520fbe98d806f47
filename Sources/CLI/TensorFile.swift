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

/// Files of tensors in NumPy's formats.
enum TensorFile {
  /// Reads an .npy file.
  static func read(_ file: String) throws(Failure) -> Tensor {
    try about(file) { () throws(Failure) in try NPY.read(InputFile.read(file)) }
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
