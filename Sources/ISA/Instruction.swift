/// A struct whose fields are named once, in encoding order, by ``walk(_:)``; binary form, assembly
/// text both ways, reference page and random values all derive from that.
///
/// Records of one type make up a table: see ``encode(_:)``, ``decode(_:at:)``.
public protocol Record: Equatable, Sendable {
  /// The word that a line of text begins with; ``Instruction`` shows its anatomy.
  static var mnemonic: String { get }
  /// One line for the reference page, lower-case, without a full stop.
  static var summary: String { get }

  /// A valid value that stands for none in particular.
  init()

  /// Shows every field to `visitor`.
  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem)
}

/// A record that is executed: an opcode and operands of fixed width in 16 bytes, little-endian,
/// padded with zeros.
///
///     fire.patch v3, k0..<16, scale=0.5, +last
///     ──┬─ ──┬── ─┬  ───┬───  ────┬────  ──┬──
///      verb  │    │   range    anything   flag, -last where off
///        modifier │   of k     else is
///            reference to v 3  name=value
///
/// An instruction set is a struct for each instruction and an enum that wraps them:
///
///     struct Fire: Instruction {
///       static let mnemonic = "fire.patch"
///       static let summary = "stream patches through a VDU's VCSELs"
///       static let opcode: UInt8 = 0x21
///       var vdu = ID<VDU>(0)
///       var kernels: Range<UInt32> = 0..<0
///       var scale: Float = 1
///       var isLast = false
///
///       mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
///         try visitor.reference(&vdu, "v", as: UInt8.self, "vdu", "the VDU that fires")
///         try visitor.range(&kernels, "k", count: UInt16.self, "kernels", "kernels in use")
///         try visitor.float(&scale, "scale", "what a product is worth")
///         try visitor.flag(&isLast, "last", "whether partial sums are complete")
///       }
///     }
///
///     enum Photonic: InstructionSet {
///       case fire(Fire), halt(Halt)
///
///       static let all: [Photonic] = [.fire(Fire()), .halt(Halt())]
///
///       mutating func walk<V: InstructionVisitor>(_ visitor: inout V) throws(V.Problem) {
///         switch self {
///         case .fire(var i): try visitor.instruction(&i); self = .fire(i)
///         case .halt(var i): try visitor.instruction(&i); self = .halt(i)
///         }
///       }
///     }
///
///     let bytes = Photonic.encode([.fire(Fire()), .halt(Halt())])
///     let text = Photonic.print(try Photonic.decode(bytes))
///     let stream = try Photonic.parse(text)
public protocol Instruction: Record {
  /// The first byte of the encoding; unique in its set.
  static var opcode: UInt8 { get }
}

/// All instructions of a machine, as an enum with one struct for each; ``Instruction`` has an
/// example.
public protocol InstructionSet: Equatable, Sendable {
  /// A blank instruction of each kind, in the order of the reference page.
  static var all: [Self] { get }

  /// Hands the struct inside to `visitor` and puts it back.
  mutating func walk<V: InstructionVisitor>(_ visitor: inout V) throws(V.Problem)
}

extension InstructionSet {
  /// The bytes of an instruction.
  public static var size: Int { Word.size }

  /// What all instructions of this kind have in common.
  public var header: InstructionHeader {
    var visitor = HeaderVisitor()
    var copy = self
    copy.walk(&visitor)
    return visitor.header
  }
}

/// What all instructions of one kind have in common.
public struct InstructionHeader: Hashable, Sendable {
  public let mnemonic: String
  public let summary: String
  public let opcode: UInt8
}

private struct HeaderVisitor: InstructionVisitor {
  typealias Problem = Never
  var header = InstructionHeader(mnemonic: "", summary: "", opcode: 0)

  mutating func instruction<I: Instruction>(_: inout I) {
    header = InstructionHeader(mnemonic: I.mnemonic, summary: I.summary, opcode: I.opcode)
  }
}
