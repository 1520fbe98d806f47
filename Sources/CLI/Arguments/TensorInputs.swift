import ArgumentParser
import Support
import Tensor

/// Where the input tensors of a network come from.
struct TensorInputs: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An input; may be repeated. One input needs no name.",
      discussion: "Split at the last '='. A file may also be ONNX's, with the extension .pb.",
      valueName: "name=file.npy"),
    completion: .file(extensions: ["npy", "pb"]))
  var input: [NamedFile] = []

  @Option(
    help: ArgumentHelp("All inputs, by name.", valueName: "file.npz"),
    completion: .file(extensions: ["npz"]))
  var inputs: String?

  func validate() throws {
    if !input.isEmpty, inputs != nil {
      throw ValidationError("'--input' and '--inputs' exclude each other.")
    }
  }

  /// Reads the tensors for inputs of these names.
  ///
  /// - Throws: exit code 64 where a name is missing or comes twice; the errors of reading a file.
  func read(for names: [String]) throws(Failure) -> [String: Tensor] {
    if let inputs {
      return try TensorFile.named(inputs, for: names, flag: "--inputs")
    }
    var tensors: [String: Tensor] = [:]
    for argument in input {
      guard let name = argument.name ?? (names.count == 1 ? names[0] : nil) else {
        throw Failure(
          .usage, at: Place(.named("--input \(argument.file)")),
          "found no name, expected NAME=FILE with one of \(names.joined(separator: ", "))")
      }
      guard tensors.updateValue(try TensorFile.read(argument.file), forKey: name) == nil else {
        throw Failure(.usage, at: Place(.named("--input \(name)")), "found this input twice")
      }
    }
    return tensors
  }
}
