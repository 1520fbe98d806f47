import Foundation
import Graph
import Plan
import SONICBackend
import Support
import Tensor

/// Reading programs, and what they say about themselves.
enum ProgramFile {
  /// Reads and verifies a program.
  static func read(_ file: String, threads: Int = ThreadFlags.processors) throws(Failure)
    -> Runnable
  {
    try decode(InputFile.read(file), file: file, threads: threads)
  }

  static func decode(
    _ bytes: Data, file: String, threads: Int = ThreadFlags.processors
  ) throws(Failure) -> Runnable {
    try about(file) { () throws(Failure) in
      try Runnable(Program(decoding: bytes), threads: threads)
    }
  }

  /// Whether a file is a program rather than a model: it starts as an ELF file.
  static func isProgram(_ bytes: Data) -> Bool {
    bytes.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")])
  }
}

extension Program {
  /// The inputs as a graph without nodes declares them: what to check tensors against.
  var declaration: Graph {
    var graph = Graph(name: header.model)
    graph.inputs = header.inputs.map { id in
      let buffer = buffers[id]
      var declared = buffer.sizes.map { Value.Dimension.fixed(Int(clamping: $0)) }
      if header.isBatchOpen, !declared.isEmpty { declared[0] = .named("N") }
      return graph.values.append(
        Value(buffer.name, element: buffer.element.type, declared: declared))
    }
    return graph
  }

  /// The names of the inputs and of the outputs, in their order.
  var inputNames: [String] { header.inputs.map { buffers[$0].name } }
  var outputNames: [String] { header.outputs.map { buffers[$0].name } }
}
