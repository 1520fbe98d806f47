public import Foundation
public import Hardware
import Plan
public import Support

/// A compiled network: instructions, the tables that they refer to, and the weights. The third level
/// after Graph and Plan; it has a binary form (an ELF file), a text form (assembly), and laws that
/// `verify()` checks before anything runs.
public struct Program: Sendable, Equatable {
  /// Version of the format; a change of meaning or layout raises it.
  public static let format: UInt32 = 4

  public var header: ProgramRecord
  /// The machine that it was compiled for, as its machine file.
  public var machine: Machine
  public var buffers: Table<BufferRecord>
  public var layers: Table<LayerRecord>
  /// Kernels of all layers, layer by layer.
  public var kernels: [KernelRecord]
  public var operations: Table<OperationRecord>
  public var steps: [StepRecord]
  public var instructions: [SONICInstruction]
  /// Pairs of skip and code, as `CompressedKernels` defines them, layer by layer.
  public var weights: Data
  /// Contents of constant buffers; see `constant(_:type:)`.
  public var constants: Data

  public init(header: ProgramRecord, machine: Machine) {
    self.header = header
    self.machine = machine
    buffers = Table()
    layers = Table()
    kernels = []
    operations = Table()
    steps = []
    instructions = []
    weights = Data()
    constants = Data()
  }

  /// The kernels of a layer.
  public func kernels(of id: ID<LayerRecord>) -> ArraySlice<KernelRecord> {
    let layer = layers[id]
    let first = Int(layer.firstKernel)
    return kernels[first..<first + layer.geometry.allKernels]
  }

  /// Bytes that a run of a layer's kernels takes in parameter memory.
  public func parameterBytes(_ id: ID<LayerRecord>, _ run: Range<Int>) -> Int {
    let kernels = kernels(of: id)
    let slice = kernels[kernels.startIndex + run.lowerBound..<kernels.startIndex + run.upperBound]
    let given = layers[id].weightSource == nil ? 0 : layers[id].geometry.patch
    return slice.reduce(0) { $0 + 2 * Int($1.pairs) + given + KernelRecord.size }
  }
}

extension KernelRecord {
  /// Bytes of a record in the table.
  public static let size = 24
}
