import Compiler
import Foundation
import Graph
import Support
import Tensor

/// A model as a frontend read it, with the inputs known that the user fixes.
struct Model {
  let graph: Graph
  /// Its path, for messages.
  let file: String
  /// FNV-1a of its bytes, mebibyte by mebibyte.
  let hash: String
  /// What the frontend has to say.
  let diagnostics: Diagnostics

  init(_ file: String, _ flags: ModelFlags) throws(Failure) {
    try self.init(InputFile.read(file), file: file, flags)
  }

  init(_ bytes: Data, file: String, _ flags: ModelFlags) throws(Failure) {
    let frontend = try Self.frontend(for: file, flags)
    var diagnostics = Diagnostics()
    do throws(Failure) {
      let read = try frontend.read(bytes, file: file, diagnostics: &diagnostics)
      graph = try read.fixing(flags.fixedInputs(of: read))
    } catch {
      throw error.inFile(file)
    }
    self.file = file
    self.diagnostics = diagnostics
    hash = FNV1a.hexadecimal(ofFile: bytes)
  }

  /// The frontend that the user names, or else that of the file's extension.
  private static func frontend(
    for file: String, _ flags: ModelFlags
  ) throws(Failure) -> any Frontend.Type {
    if let format = flags.format { return format.frontend }
    let suffix = URL(fileURLWithPath: file).pathExtension.lowercased()
    if let frontend = frontends.first(where: { $0.extensions.contains(suffix) }) {
      return frontend
    }
    let known = frontends.flatMap { $0.extensions.map { "." + $0 } }.joined(separator: ", ")
    throw Failure(
      .usage, at: Place(file: file),
      "found no model's file name extension, expected one of \(known); give --format FORMAT")
  }

  /// The names of its inputs.
  var inputNames: [String] { graph.inputs.map { graph.values[$0].name } }

  /// The names of its outputs.
  var outputNames: [String] { graph.outputs.map { graph.values[$0].name } }

  /// The outputs of the float reference, by name.
  func evaluate(
    _ inputs: [String: Tensor], order: MatrixMultiply.Order = .any
  ) throws(Failure) -> [NamedTensor] {
    let outputs = try about(file) { () throws(Failure) in
      try graph.evaluate(inputs, order: order)
    }
    return zip(outputNames, outputs).map { NamedTensor($0, $1) }
  }
}
