public import Foundation
public import Support

/// Bytes, which may be hostile, to operands.
@usableFromInline
struct Decoder<Source: ByteSource>: OperandVisitor {
  @usableFromInline typealias Problem = Failure

  @usableFromInline var source: Source
  /// The offset in the file at which the source starts.
  @usableFromInline let base: Int

  @inlinable
  init(_ source: Source, at base: Int) {
    self.source = source
    self.base = base
  }

  /// The next integer; where there is none, the error calls it `name`.
  @inlinable @inline(__always)
  mutating func next<T: FixedWidthInteger>(_ name: String) throws(Failure) -> T {
    guard source.remaining >= T.bitWidth / 8 else { throw truncated(name, T.bitWidth / 8) }
    return try source.integer(T.self)
  }

  /// The failure of an operand that began `back` bytes ago.
  @usableFromInline
  func failure(_ name: String, back: Int, _ message: String) -> Failure {
    .data(
      at: Place(.offset(base + source.offset - back)),
      (name.isEmpty ? "" : name + ": ") + message)
  }

  @usableFromInline
  func truncated(_ name: String, _ size: Int) -> Failure {
    failure(name, back: 0, "found \(source.remaining) bytes, expected \(size) more")
  }

  @inlinable
  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _ name: String, _: String
  ) throws(Failure) {
    value = try next(name)
  }

  @inlinable
  mutating func float(_ value: inout Float, _ name: String, _: String) throws(Failure) {
    value = Float(bitPattern: try next(name))
  }

  @inlinable
  mutating func flag(_ value: inout Bool, _ name: String, _: String) throws(Failure) {
    let byte: UInt8 = try next(name)
    guard byte <= 1 else { throw failure(name, back: 1, "found \(byte), expected 0 or 1") }
    value = byte == 1
  }

  @inlinable
  mutating func keyword<K: Keyword>(
    _ value: inout K, _ name: String, _: String
  ) throws(Failure) {
    let byte: UInt8 = try next(name)
    guard let known = K(rawValue: byte) else {
      throw failure(name, back: 1, "found \(byte), expected \(K.bytes)")
    }
    value = known
  }

  @inlinable
  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _: String, as: W.Type, _ name: String, _: String
  ) throws(Failure) {
    let index: W = try next(name)
    value = ID(Int(index))
  }

  @inlinable
  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _: String, count: C.Type, _ name: String, _: String
  ) throws(Failure) {
    let start: UInt32 = try next(name)
    let count: C = try next(name)
    let (end, overflow) = start.addingReportingOverflow(UInt32(count))
    guard !overflow else {
      throw failure(
        name, back: 4 + C.bitWidth / 8,
        "found \(count) from \(start) on, expected an end below 2^32")
    }
    value = start..<end
  }

  @usableFromInline
  mutating func text(_ value: inout String, _ name: String, _: String) throws(Failure) {
    let count = try self.count(name)
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes.append(try next(name)) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw failure(name, back: count, "found bytes that are not UTF-8")
    }
    value = text
  }

  /// A count of things that take at least one byte each.
  @inlinable
  mutating func count(_ name: String) throws(Failure) -> Int {
    let count: UInt32 = try next(name)
    guard Int(count) <= source.remaining else {
      throw failure(
        name, back: 4, "found a count of \(count), expected at most \(source.remaining)")
    }
    return Int(count)
  }

  @inlinable
  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _ name: String, _: String
  ) throws(Failure) {
    values = []
    for _ in 0..<(try count(name)) {
      var value = element.blank
      try element.walk(&value, &self)
      values.append(value)
    }
  }

  @usableFromInline
  mutating func optional<E: Element>(
    _ value: inout E.Value?, of element: E, _ name: String, _ meaning: String
  ) throws(Failure) {
    var isPresent = false
    try flag(&isPresent, name, meaning)
    value = nil
    guard isPresent else { return }
    var present = element.blank
    try element.walk(&present, &self)
    value = present
  }

  @usableFromInline
  mutating func record<R: Record>(
    _ value: inout R, _: String, _: String
  ) throws(Failure) {
    try value.walk(&self)
  }
}

extension Keyword {
  /// All bytes with their words, for messages: `0 (none), 1 (relu)`.
  @usableFromInline static var bytes: String {
    allCases.map { "\($0.rawValue) (\($0.keyword))" }.joined(separator: ", ")
  }
}

extension InstructionSet {
  /// The instructions that ``encode(_:)`` made `data` from.
  ///
  /// - Parameters:
  ///   - data: what that made.
  ///   - base: where `data` lies in its file, for messages.
  /// - Throws: the first hundred errors: an unknown opcode, an operand out of range, padding that
  ///   is not zero, bytes that are no whole instruction.
  @inlinable
  public static func decode(_ data: Data, at base: Int = 0) throws(Failure) -> [Self] {
    let blanks = blankByOpcode
    let bytes = [UInt8](data)
    var stream: [Self] = []
    stream.reserveCapacity(bytes.count / Word.size)
    var problems: [Diagnostic] = []
    for start in stride(from: 0, to: bytes.count, by: Word.size) {
      do throws(Failure) {
        stream.append(try decode(bytes, from: start, at: base + start, blanks: blanks))
      } catch {
        problems += error.diagnostics
        if problems.count == maximumErrors { break }
      }
    }
    if !problems.isEmpty { throw Failure(.data, problems) }
    return stream
  }

  @inlinable
  static func decode(
    _ bytes: [UInt8], from start: Int, at offset: Int, blanks: [Self?]
  ) throws(Failure) -> Self {
    guard bytes.count - start >= Word.size else {
      throw .data(
        at: Place(.offset(offset)),
        "found \(bytes.count - start) bytes, expected an instruction of \(Word.size)")
    }
    var decoder = Decoder(Word(bytes.span, at: start), at: offset)
    let opcode: UInt8 = try decoder.next("opcode")
    guard var instruction = blanks[Int(opcode)] else {
      throw decoder.failure("opcode", back: 1, "found \(opcode), expected an instruction's")
    }
    try instruction.walk(&decoder)
    guard decoder.source.bits == 0 else { throw decoder.padding }
    return instruction
  }

  /// The blank instruction of each opcode there is.
  @usableFromInline static var blankByOpcode: [Self?] {
    var blanks = [Self?](repeating: nil, count: 256)
    for blank in all {
      let opcode = Int(blank.header.opcode)
      precondition(blanks[opcode] == nil, "two instructions have opcode \(opcode)")
      blanks[opcode] = blank
    }
    return blanks
  }
}

/// How many errors are gathered before a decoder or a parser gives up.
@usableFromInline let maximumErrors = 100

extension Decoder<Word> {
  /// The failure of padding that is not zero.
  @usableFromInline var padding: Failure {
    let zeros = source.bits.trailingZeroBitCount / 8
    return failure(
      "padding", back: -zeros,
      "found \(UInt8(truncatingIfNeeded: source.bits >> (zeros * 8))), expected 0")
  }
}

extension Record {
  /// The table that ``encode(_:)`` made `data` from.
  ///
  /// - Parameters:
  ///   - data: what that made.
  ///   - base: where `data` lies in its file, for messages.
  /// - Throws: the first error. Memory grows with what is decoded, never by a count that was read.
  @inlinable
  public static func decode(_ data: Data, at base: Int = 0) throws(Failure) -> [Self] {
    var decoder = Decoder(ByteReader(data), at: base)
    var table: [Self] = []
    for _ in 0..<(try decoder.count(mnemonic + " count")) {
      var record = Self()
      try record.walk(&decoder)
      table.append(record)
    }
    guard decoder.source.remaining == 0 else {
      throw decoder.failure(
        "", back: 0,
        "found \(decoder.source.remaining) bytes after the last \(mnemonic), expected none")
    }
    return table
  }
}
