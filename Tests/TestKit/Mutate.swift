public import Support

extension [UInt8] {
  /// A copy with one to four small faults: bits flipped, bytes removed or doubled, or bytes of
  /// `alphabet` put in, which for a text is what its grammar is made of.
  public func mutated(_ random: inout SeededRandom, alphabet: String) -> [UInt8] {
    let alphabet = Array(alphabet.utf8)
    var bytes = self
    for _ in 0...random.next(below: 4) where !bytes.isEmpty {
      let position = random.next(below: bytes.count)
      switch random.next(below: 4) {
      case 0: bytes[position] ^= 1 << UInt8(random.next(below: 8))
      case 1: bytes.remove(at: position)
      case 2:
        let end = Swift.min(position + 1 + random.next(below: 8), bytes.count)
        bytes.insert(contentsOf: Array(bytes[position..<end]), at: position)
      default: bytes.insert(alphabet[random.next(below: alphabet.count)], at: position)
      }
    }
    return bytes
  }
}
