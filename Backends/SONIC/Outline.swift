import Graph
import Hardware
public import Plan
public import Support
import Tensor

/// What the time and energy of a program depend on: its instructions and tables, and of every kernel what
/// was counted. Numbers and weights need not be there, so that what a network costs on one machine after
/// another is known without compiling it anew.
public struct Outline: Sendable {
  var program: Program
  /// Types of the buffers, by ID.
  let types: [TensorType]
  /// Operations with their operators and checked attributes.
  let operations: [ResolvedOperation]
  /// By layers.
  private(set) var counts: [KernelCounts]

  init(
    _ program: Program, types: [TensorType], operations: [ResolvedOperation],
    counts: [KernelCounts]
  ) {
    self.program = program
    self.types = types
    self.operations = operations
    self.counts = counts
  }

  /// What ``SONIC/compile(_:provenance:)`` and verification would find out about a scheduled plan.
  ///
  /// - Throws: a kernel or patch that has more vectors than a program may give it.
  public init(_ plan: Plan) throws(Failure) {
    var header = ProgramRecord()
    header.model = plan.name
    var lowering = Lowering(plan, header: header)
    program = lowering.outline()
    types = plan.buffers.elements.map(\.type)
    operations = plan.operations.elements.map {
      ResolvedOperation(op: $0.op, attributes: $0.attributes, work: $0.work)
    }
    counts = plan.layers.elements.map {
      $0.counts(length: plan.machine.array($0.kind).length)
    }
    var diagnostics = Diagnostics()
    for (layer, counts) in zip(plan.layers.elements, counts) {
      if let problem = layer.problem(counts, on: plan.machine) {
        diagnostics.error(at: .node(layer.name), problem)
      }
    }
    try diagnostics.check()
  }

  func type(_ id: ID<BufferRecord>) -> TensorType { types[Int(id.index)] }

  func counts(of layer: ID<LayerRecord>) -> KernelCounts { counts[Int(layer.index)] }

  /// The same with other kernels in a layer.
  func giving(_ kernels: KernelCounts, to layer: ID<LayerRecord>) -> Outline {
    var given = self
    given.counts[Int(layer.index)] = kernels
    return given
  }

  /// The same instructions on a machine with other figures of time and energy.
  ///
  /// - Precondition: it has as many VDUs, of the same lengths.
  func on(_ machine: Machine) -> Outline {
    var other = self
    other.program.machine = machine
    return other
  }

  /// The weights of a layer that the program knows and that are not zero.
  func survivors(of layer: ID<LayerRecord>) -> Int {
    program.layers[layer].weightSource == nil ? counts(of: layer).survivors.total : 0
  }

  /// Time and energy of one sample without data, from expected fractions of zeros.
  public func estimate() -> Account {
    let accountant = Accountant(Tariff(self))
    for case .collect(let i) in program.instructions {
      accountant.follow(ExpectedFirings(self, i.layer))
    }
    accountant.finish()
    return accountant.account
  }
}

extension Layer {
  /// What keeps the layer from being a program's, as ``LayerVerifier`` says it; nil if nothing does.
  fileprivate func problem(_ counts: KernelCounts, on machine: Machine) -> String? {
    let most =
      switch tilings[0].dataflow {
      case .kernel: (0..<counts.vectors.count).reduce(0) { max($0, counts.vectors[$1]) }
      case .patch: geometry.patch / machine.array(kind).length + 1
      }
    return most <= Numerics.mostVectors
      ? nil : "found \(most) vectors, expected at most the \(Numerics.mostVectors) of a partial sum"
  }
}
