public import Support

/// Random operands, all valid, for property tests.
struct Randomizer: OperandVisitor {
  typealias Problem = Never

  private(set) var random: SeededRandom

  init(_ random: SeededRandom) {
    self.random = random
  }

  /// Any value, but small ones and those at the ends more often.
  private mutating func any<T: FixedWidthInteger>(_: T.Type = T.self) -> T {
    switch random.next(below: 4) {
    case 0: T(random.next(below: 4))
    case 1: [T.min, T.max].randomElement(using: &random)!
    default: T(truncatingIfNeeded: random.next())
    }
  }

  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _: String, _: String
  ) {
    value = any()
  }

  /// Never NaN, which does not equal itself.
  mutating func float(_ value: inout Float, _: String, _: String) {
    value = Float(bitPattern: any())
    if value.isNaN { value = -0.0 }
  }

  mutating func flag(_ value: inout Bool, _: String, _: String) {
    value = random.next(below: 2) == 1
  }

  mutating func keyword<K: Keyword>(_ value: inout K, _: String, _: String) {
    value = K.allCases.randomElement(using: &random)!
  }

  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _: String, as: W.Type, _: String, _: String
  ) {
    value = ID(Int(any(W.self)))
  }

  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _: String, count: C.Type, _: String, _: String
  ) {
    let start: UInt32 = any()
    value = start..<(start + min(UInt32(any(C.self)), UInt32.max - start))
  }

  mutating func text(_ value: inout String, _: String, _: String) {
    let alphabet = ["a", "Z", "0", " ", ";", ",", "\"", "\\", "\n", "\t", "\u{1b}", "é", "😀"]
    value = (0..<random.next(below: 6)).map { _ in alphabet.randomElement(using: &random)! }
      .joined()
  }

  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _: String, _: String
  ) {
    values = Array(repeating: element.blank, count: random.next(below: 4))
    for i in values.indices { element.walk(&values[i], &self) }
  }

  mutating func optional<E: Element>(
    _ value: inout E.Value?, of element: E, _: String, _: String
  ) {
    value = nil
    guard random.next(below: 2) == 1 else { return }
    var present = element.blank
    element.walk(&present, &self)
    value = present
  }

  mutating func record<R: Record>(_ value: inout R, _: String, _: String) {
    value.walk(&self)
  }
}

extension InstructionSet {
  /// A random instruction with random valid operands.
  public static func random(using random: inout SeededRandom) -> Self {
    var instruction = all.randomElement(using: &random)!
    var randomizer = Randomizer(random)
    instruction.walk(&randomizer)
    random = randomizer.random
    return instruction
  }
}

extension Record {
  /// A record with random valid fields.
  public static func random(using random: inout SeededRandom) -> Self {
    var record = Self()
    var randomizer = Randomizer(random)
    record.walk(&randomizer)
    random = randomizer.random
    return record
  }
}
