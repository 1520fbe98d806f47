public import Hardware
public import ISA
public import Support

/// The instructions of SONIC's control unit. It reads them in order and hands each to the resource
/// that it names; resources work side by side, and wait for each other only where a `wait` says so.
/// What most others wait for, `load.kernels` and `fire`, gives a token itself when it is done.
///
/// `tune` says what a VDU holds on its rings, one vector after another, and `fire` what streams past
/// each; together they are one tile of a layer. The micro-steps, an imprint for each vector held and
/// a flight for each vector that streams past it, are the executor's to unfold.
public enum SONICInstruction: InstructionSet {
  case halt(Halt)
  case loadKernels(LoadKernels)
  case loadBuffer(LoadBuffer)
  case loadPicked(LoadPicked)
  case storeBuffer(StoreBuffer)
  case tuneKernel(TuneKernel)
  case firePatch(FirePatch)
  case tunePatch(TunePatch)
  case fireKernel(FireKernel)
  case squeeze(Squeeze)
  case collect(Collect)
  case operate(Operate)
  case signal(Signal)
  case wait(Wait)

  public static let all: [SONICInstruction] = [
    .halt(Halt()), .loadKernels(LoadKernels()), .loadBuffer(LoadBuffer()),
    .loadPicked(LoadPicked()),
    .storeBuffer(StoreBuffer()), .tuneKernel(TuneKernel()), .firePatch(FirePatch()),
    .tunePatch(TunePatch()), .fireKernel(FireKernel()), .squeeze(Squeeze()), .collect(Collect()),
    .operate(Operate()), .signal(Signal()), .wait(Wait()),
  ]

  public mutating func walk<V: InstructionVisitor>(_ visitor: inout V) throws(V.Problem) {
    switch self {
    case .halt(var i): try visitor.instruction(&i); self = .halt(i)
    case .loadKernels(var i): try visitor.instruction(&i); self = .loadKernels(i)
    case .loadBuffer(var i): try visitor.instruction(&i); self = .loadBuffer(i)
    case .loadPicked(var i): try visitor.instruction(&i); self = .loadPicked(i)
    case .storeBuffer(var i): try visitor.instruction(&i); self = .storeBuffer(i)
    case .tuneKernel(var i): try visitor.instruction(&i); self = .tuneKernel(i)
    case .firePatch(var i): try visitor.instruction(&i); self = .firePatch(i)
    case .tunePatch(var i): try visitor.instruction(&i); self = .tunePatch(i)
    case .fireKernel(var i): try visitor.instruction(&i); self = .fireKernel(i)
    case .squeeze(var i): try visitor.instruction(&i); self = .squeeze(i)
    case .collect(var i): try visitor.instruction(&i); self = .collect(i)
    case .operate(var i): try visitor.instruction(&i); self = .operate(i)
    case .signal(var i): try visitor.instruction(&i); self = .signal(i)
    case .wait(var i): try visitor.instruction(&i); self = .wait(i)
    }
  }
}

/// What works side by side.
public enum Resource: UInt8, Keyword {
  case dma, ecu, conv, fc
}

/// A resource that an instruction goes to: `conv` and `fc` are VDUs by number, `dma` and `ecu` have
/// number 0.
public struct Unit: Hashable, Sendable {
  public var resource: Resource = .ecu
  public var number: UInt16 = 0

  public static let dma = Unit(resource: .dma)
  public static let ecu = Unit(resource: .ecu)

  public static func vdu(_ kind: VDUKind, _ number: Int) -> Unit {
    Unit(resource: kind == .conv ? .conv : .fc, number: UInt16(number))
  }
}

extension OperandVisitor {
  /// A unit: its resource, then its number.
  mutating func unit(_ unit: inout Unit, _ meaning: String) throws(Problem) {
    try keyword(&unit.resource, "resource", meaning)
    try integer(&unit.number, "unit", "which of them")
  }

  mutating func layer(_ id: inout ID<LayerRecord>) throws(Problem) {
    try reference(&id, "l", as: UInt16.self, "layer", "the layer")
  }

  mutating func token(_ id: inout ID<Token>, _ meaning: String) throws(Problem) {
    try reference(&id, "t", as: UInt32.self, "token", meaning)
  }

  mutating func buffer(_ id: inout ID<BufferRecord>, _ meaning: String) throws(Problem) {
    try reference(&id, "b", as: UInt32.self, "buffer", meaning)
  }

  mutating func operation(_ id: inout ID<OperationRecord>, _ meaning: String) throws(Problem) {
    try reference(&id, "e", as: UInt32.self, "operation", meaning)
  }

  mutating func kernels(_ range: inout Range<UInt32>, _ meaning: String) throws(Problem) {
    try self.range(&range, "k", count: UInt32.self, "kernels", meaning)
  }

  mutating func positions(_ range: inout Range<UInt32>, _ meaning: String) throws(Problem) {
    try self.range(&range, "p", count: UInt32.self, "positions", meaning)
  }
}

/// Ends the program.
public struct Halt: Instruction {
  public static let mnemonic = "halt"
  public static let summary = "end of the program"
  public static let opcode: UInt8 = 0x00

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {}
}

public struct LoadKernels: Instruction {
  public static let mnemonic = "load.kernels"
  public static let summary = "DMA: a run of kernels' parameters from main to parameter memory"
  public static let opcode: UInt8 = 0x10
  public var layer = ID<LayerRecord>(0)
  public var kernels: Range<UInt32> = 0..<0
  public var token = ID<Token>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.layer(&layer)
    try visitor.kernels(&kernels, "the kernels loaded")
    try visitor.token(&token, "the token given when they are there")
  }
}

public struct LoadBuffer: Instruction {
  public static let mnemonic = "load.buffer"
  public static let summary = "DMA: a buffer that lives in main memory, to be read by the next step"
  public static let opcode: UInt8 = 0x11
  public var buffer = ID<BufferRecord>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.buffer(&buffer, "the buffer read")
  }
}

public struct LoadPicked: Instruction {
  public static let mnemonic = "load.picked"
  public static let summary =
    "DMA: of a table in main memory, what the next operation looks up, as an embedding does"
  public static let opcode: UInt8 = 0x13
  public var operation = ID<OperationRecord>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.operation(&operation, "the operation, whose first input is the table")
  }
}

public struct StoreBuffer: Instruction {
  public static let mnemonic = "store.buffer"
  public static let summary = "DMA: a buffer that lives in main memory, written by the last step"
  public static let opcode: UInt8 = 0x12
  public var buffer = ID<BufferRecord>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.buffer(&buffer, "the buffer written")
  }
}

public struct TuneKernel: Instruction {
  public static let mnemonic = "tune.kernel"
  public static let summary =
    "VDU: hold each vector of these kernels' surviving weights in turn, at the kernel's gain"
  public static let opcode: UInt8 = 0x20
  public var unit = Unit(resource: .conv)
  public var layer = ID<LayerRecord>(0)
  public var kernels: Range<UInt32> = 0..<0

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.unit(&unit, "the VDU that is tuned")
    try visitor.layer(&layer)
    try visitor.kernels(&kernels, "the kernels held")
  }
}

public struct FirePatch: Instruction {
  public static let mnemonic = "fire.patch"
  public static let summary =
    "VDU: past each vector held, stream the matching elements of these positions' patches"
  public static let opcode: UInt8 = 0x21
  public var unit = Unit(resource: .conv)
  public var positions: Range<UInt32> = 0..<0
  public var token = ID<Token>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.unit(&unit, "the VDU that fires")
    try visitor.positions(&positions, "the positions whose patches stream")
    try visitor.token(&token, "the token given when it is done")
  }
}

public struct TunePatch: Instruction {
  public static let mnemonic = "tune.patch"
  public static let summary =
    "VDU: hold each vector of these positions' squeezed patches in turn"
  public static let opcode: UInt8 = 0x22
  public var unit = Unit(resource: .fc)
  public var layer = ID<LayerRecord>(0)
  public var positions: Range<UInt32> = 0..<0

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.unit(&unit, "the VDU that is tuned")
    try visitor.layer(&layer)
    try visitor.positions(&positions, "the positions whose patches are held")
  }
}

public struct FireKernel: Instruction {
  public static let mnemonic = "fire.kernel"
  public static let summary =
    "VDU: past each vector held, stream the matching weights of these kernels"
  public static let opcode: UInt8 = 0x23
  public var unit = Unit(resource: .fc)
  public var kernels: Range<UInt32> = 0..<0
  public var token = ID<Token>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.unit(&unit, "the VDU that fires")
    try visitor.kernels(&kernels, "the kernels whose weights stream")
    try visitor.token(&token, "the token given when it is done")
  }
}

public struct Squeeze: Instruction {
  public static let mnemonic = "squeeze"
  public static let summary = "ECU: drop the zero activations of a layer's patches"
  public static let opcode: UInt8 = 0x30
  public var layer = ID<LayerRecord>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.layer(&layer)
  }
}

public struct Collect: Instruction {
  public static let mnemonic = "collect"
  public static let summary =
    "ECU: turn a layer's partial sums into activations: scale, bias, rounding, bounds"
  public static let opcode: UInt8 = 0x31
  public var layer = ID<LayerRecord>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.layer(&layer)
  }
}

public struct Operate: Instruction {
  public static let mnemonic = "ecu"
  public static let summary = "ECU: an operation that is not dot products with known weights"
  public static let opcode: UInt8 = 0x32
  public var operation = ID<OperationRecord>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.operation(&operation, "the operation")
  }
}

public struct Signal: Instruction {
  public static let mnemonic = "signal"
  public static let summary = "give a token once the unit has done all that it was handed"
  public static let opcode: UInt8 = 0x40
  public var unit = Unit()
  public var token = ID<Token>(0)

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.unit(&unit, "the unit that signals")
    try visitor.token(&token, "the token given")
  }
}

public struct Wait: Instruction {
  public static let mnemonic = "wait"
  public static let summary = "hold the unit until a token's first signals have been given"
  public static let opcode: UInt8 = 0x41
  public var unit = Unit()
  public var token = ID<Token>(0)
  public var count: UInt16 = 1

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.unit(&unit, "the unit that waits")
    try visitor.token(&token, "the token waited for")
    try visitor.integer(&count, "count", "how many of its signals, in program order")
  }
}

/// What units wait for.
public enum Token {}
