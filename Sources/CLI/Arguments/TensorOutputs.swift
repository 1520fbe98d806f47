import ArgumentParser
import Foundation
import Support
import Tensor

/// Where the output tensors of a network go.
struct TensorOutputs: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write an output; may be repeated. One output needs no name.",
      discussion: "A file with the extension .pb is written as ONNX's test data are.",
      valueName: "name=file.npy"),
    completion: .file(extensions: ["npy", "pb"]))
  var output: [NamedFile] = []

  @Option(
    help: ArgumentHelp(
      "Write all outputs, as DIR/NAME.npy.",
      discussion: "Characters of a name outside A-Z a-z 0-9 . _ - become '_'.", valueName: "dir"),
    completion: .directory)
  var outputDir: String?

  var isEmpty: Bool { output.isEmpty && outputDir == nil }

  /// The files to write for these outputs.
  ///
  /// - Throws: exit code 64 for an output that is not there or two outputs in one file.
  func files(for tensors: [NamedTensor]) throws(Failure) -> [OutputFile] {
    var files: [OutputFile] = []
    var nameOfPath: [String: String] = [:]
    func add(_ output: NamedTensor, _ path: String) throws(Failure) {
      if path != "-", let other = nameOfPath.updateValue(output.name, forKey: path) {
        throw Failure(
          .usage, at: Place(file: path),
          "outputs \(other.quoted) and \(output.name.quoted) would both be written here; give "
            + "--output NAME=FILE")
      }
      files.append(OutputFile(path, TensorFile.contents(path, output)))
    }
    for argument in output {
      try add(try Self.output(argument, of: tensors), argument.file)
    }
    if let outputDir {
      for tensor in tensors {
        try add(tensor, "\(outputDir)/\(Self.fileName(tensor.name))")
      }
    }
    return files
  }

  /// Makes the folder for outputs if it is not there.
  func makeFolder() throws(Failure) {
    if let outputDir { try OutputFile.makeFolder(outputDir) }
  }

  private static func output(
    _ argument: NamedFile, of tensors: [NamedTensor]
  ) throws(Failure) -> NamedTensor {
    if let name = argument.name, let found = tensors.first(where: { $0.name == name }) {
      return found
    }
    if argument.name == nil, tensors.count == 1 { return tensors[0] }
    throw Failure(
      .usage, at: Place(.named("--output \(argument.name ?? argument.file)")),
      (argument.name == nil ? "found no name" : "no output has this name") + ", expected one of "
        + tensors.map(\.name).joined(separator: ", "))
  }

  /// The name with every character that could mean something to a file system replaced.
  static func fileName(_ name: String) -> String {
    let safe = name.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "A"..."Z", "a"..."z", "0"..."9", ".", "_", "-": Character(scalar)
      default: "_"
      }
    }
    return String(safe) + ".npy"
  }
}
