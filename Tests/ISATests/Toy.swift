import ISA
import Support

/// An instruction set with an operand of every kind.
enum Toy: InstructionSet {
  case load(Load)
  case fire(Fire)
  case ecu(ECU)
  case halt(Halt)

  static let all: [Toy] = [.load(Load()), .fire(Fire()), .ecu(ECU()), .halt(Halt())]

  mutating func walk<V: InstructionVisitor>(_ visitor: inout V) throws(V.Problem) {
    switch self {
    case .load(var i): try visitor.instruction(&i); self = .load(i)
    case .fire(var i): try visitor.instruction(&i); self = .fire(i)
    case .ecu(var i): try visitor.instruction(&i); self = .ecu(i)
    case .halt(var i): try visitor.instruction(&i); self = .halt(i)
    }
  }
}

struct Load: Instruction {
  static let mnemonic = "load"
  static let summary = "fetch bytes into a buffer"
  static let opcode: UInt8 = 0x01

  var buffer = ID<Load>(0)
  var source: UInt64 = 0
  var stride: Int16 = 0

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.reference(&buffer, "b", as: UInt32.self, "buffer", "where the bytes go")
    try visitor.integer(&source, "source", "offset of the first byte")
    try visitor.integer(&stride, "stride", "bytes from row to row")
  }
}

struct Fire: Instruction {
  static let mnemonic = "fire.patch"
  static let summary = "stream patches through a VDU's VCSELs"
  static let opcode: UInt8 = 0x21

  var vdu = ID<Fire>(0)
  var kernels: Range<UInt32> = 0..<0
  var rows: Range<UInt32> = 0..<0
  var isLast = false

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.reference(&vdu, "v", as: UInt8.self, "vdu", "the VDU that fires")
    try visitor.range(&kernels, "k", count: UInt16.self, "kernels", "kernels in use")
    try visitor.range(&rows, "", count: UInt8.self, "rows", "rows of the plane")
    try visitor.flag(&isLast, "last", "whether partial sums are complete")
  }
}

struct ECU: Instruction {
  enum Mode: UInt8, Keyword {
    case relu = 1
    case hardSwish = 2
    case max = 7
  }

  static let mnemonic = "ecu.apply"
  static let summary = "apply a function to every element"
  static let opcode: UInt8 = 0x30

  var mode = Mode.relu
  var scale: Float = 1
  var shift: Int8 = 0
  var isInPlace = false

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.keyword(&mode, "mode", "the function")
    try visitor.float(&scale, "scale", "factor before it")
    try visitor.integer(&shift, "shift", "bits dropped after it")
    try visitor.flag(&isInPlace, "in-place", "whether the result replaces the input")
  }
}

struct Halt: Instruction {
  static let mnemonic = "halt"
  static let summary = "end the program"
  static let opcode: UInt8 = 0xff

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {}
}

/// A table record with a field of every kind that only records have.
struct Layer: Record {
  static let mnemonic = "layer"
  static let summary = "a layer of the model"

  var name = ""
  var inputs: [ID<Layer>?] = []
  var shape: [UInt32] = []
  var gains: [Float] = []
  var fraction: Int8?
  var peak: Float?
  var attributes: [Setting] = []
  var fallback: Setting?
  var origins: [String] = []

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.text(&name, "name", "its name in the model")
    try visitor.list(
      &inputs, of: .optional(.reference("l", as: UInt16.self)), "inputs", "layers before it")
    try visitor.list(&shape, of: .integer(), "shape", "sizes of the output")
    try visitor.list(&gains, of: .float, "gains", "a gain for each kernel")
    try visitor.optional(&fraction, of: .integer(), "fraction", "bits below the point")
    try visitor.optional(&peak, of: .float, "peak", "the largest magnitude")
    try visitor.list(&attributes, of: .record(), "attributes", "settings of its operator")
    try visitor.optional(&fallback, of: .record(), "fallback", "what stands for the others")
    try visitor.list(&origins, of: .text, "origins", "nodes of the model it stands for")
  }
}

/// A record inside a record.
struct Setting: Record {
  static let mnemonic = "setting"
  static let summary = "an attribute"

  var key = ""
  var value: Int64 = 0
  var mode = ECU.Mode.relu

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.text(&key, "key", "its name")
    try visitor.integer(&value, "value", "its value")
    try visitor.keyword(&mode, "mode", "how it is meant")
  }
}
