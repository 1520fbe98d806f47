package import Support

/// Changes one operand, for tests that damage programs where bytes are not the place to do it.
private struct FieldMutator: OperandVisitor {
  typealias Problem = Never

  private(set) var random: SeededRandom
  /// Operands before the one that is changed.
  private(set) var left: Int

  init(_ random: SeededRandom, skipping left: Int) {
    self.random = random
    self.left = left
  }

  private mutating func isNext() -> Bool {
    left -= 1
    return left == -1
  }

  /// Lets the randomizer change a value.
  private mutating func randomize(_ change: (inout Randomizer) -> Void) {
    var randomizer = Randomizer(random)
    change(&randomizer)
    random = randomizer.random
  }

  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _ name: String, _ meaning: String
  ) {
    guard isNext() else { return }
    switch random.next(below: 6) {
    case 0: value = value &+ 1
    case 1: value = value &- 1
    case 2: value = value &* 2
    default: randomize { $0.integer(&value, name, meaning) }
    }
  }

  mutating func float(_ value: inout Float, _ name: String, _ meaning: String) {
    guard isNext() else { return }
    let special: [Float] = [.nan, .infinity, -.infinity, -1, 0, 1, 2]
    if random.next(below: 2) == 0 {
      value = special[random.next(below: special.count)]
    } else {
      randomize { $0.float(&value, name, meaning) }
    }
  }

  mutating func flag(_ value: inout Bool, _: String, _: String) {
    if isNext() { value.toggle() }
  }

  mutating func keyword<K: Keyword>(_ value: inout K, _ name: String, _ meaning: String) {
    if isNext() { randomize { $0.keyword(&value, name, meaning) } }
  }

  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _: String, as: W.Type, _ name: String, _ meaning: String
  ) {
    var index = W(value.index)
    integer(&index, name, meaning)
    value = ID(Int(index))
  }

  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _: String, count: C.Type, _ name: String, _ meaning: String
  ) {
    var start = value.lowerBound
    var count = C(value.count)
    integer(&start, name, meaning)
    integer(&count, name, meaning)
    value = start..<(start + min(UInt32(count), .max - start))
  }

  mutating func text(_ value: inout String, _ name: String, _ meaning: String) {
    if isNext() { randomize { $0.text(&value, name, meaning) } }
  }

  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _ name: String, _ meaning: String
  ) {
    if isNext() {
      switch random.next(below: 4) {
      case 0: values.append(values.last ?? element.blank)
      case 1: _ = values.popLast()
      case 2: values.shuffle(using: &random)
      default: randomize { $0.list(&values, of: element, name, meaning) }
      }
    }
    for i in values.indices { element.walk(&values[i], &self) }
  }

  mutating func optional<E: Element>(
    _ value: inout E.Value?, of element: E, _ name: String, _ meaning: String
  ) {
    if isNext() { randomize { $0.optional(&value, of: element, name, meaning) } }
    guard var present = value else { return }
    element.walk(&present, &self)
    value = present
  }

  mutating func record<R: Record>(_ value: inout R, _: String, _: String) {
    value.walk(&self)
  }
}

extension FieldMutator {
  /// Changes one of the operands that `walk` shows.
  fileprivate static func mutate<T>(
    _ value: inout T, _ random: inout SeededRandom, _ walk: (inout T, inout Self) -> Void
  ) {
    var copy = value
    var counter = Self(random, skipping: .max)
    walk(&copy, &counter)
    let operands = .max - counter.left
    guard operands > 0 else { return }
    let chosen = random.next(below: operands)
    var mutator = Self(random, skipping: chosen)
    walk(&value, &mutator)
    random = mutator.random
  }
}

extension Record {
  /// Changes a field at random to another valid value, near by or anywhere.
  package mutating func mutateField(using random: inout SeededRandom) {
    FieldMutator.mutate(&self, &random) { $0.walk(&$1) }
  }
}

extension InstructionSet {
  /// Changes an operand at random to another valid value, near by or anywhere.
  package mutating func mutateField(using random: inout SeededRandom) {
    FieldMutator.mutate(&self, &random) { $0.walk(&$1) }
  }
}
