import Foundation
import ISA
import Support
import Testing

/// Mutated input to each of the five readers: it may fail with errors, and must do nothing worse.
@Suite struct FuzzTests {
  private static let mutations = 4_000
  private static let seed: UInt64 = 0x5eed

  /// One to four bytes changed, removed, inserted, or a tail cut off.
  private func mutate(_ data: Data, _ random: inout SeededRandom) -> Data {
    var bytes = [UInt8](data)
    for _ in 0...random.next(below: 4) where !bytes.isEmpty {
      let i = random.next(below: bytes.count)
      switch random.next(below: 8) {
      case 0: bytes.remove(at: i)
      case 1: bytes.insert(UInt8(random.next(below: 256)), at: i)
      case 2 where random.next(below: 8) == 0: bytes.removeSubrange(i...)
      case 3: bytes[i] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random)!
      case 4: bytes[i] ^= 1 << random.next(below: 8)
      case 5: bytes[i] = bytes[random.next(below: bytes.count)]
      default: bytes[i] = UInt8(random.next(below: 256))
      }
    }
    return Data(bytes)
  }

  /// Gives mutations of `data` to `read`; whatever it accepts must come out of `write` unharmed.
  private func fuzz<T: Equatable>(
    _ data: Data, read: (Data) throws(Failure) -> T, write: (T) -> Data
  ) {
    var random = SeededRandom(seed: Self.seed)
    for round in 0..<Self.mutations {
      let mutated = mutate(data, &random)
      do throws(Failure) {
        let value = try read(mutated)
        // Values may hold NaN, which differs from itself: compare the bytes.
        let written = write(value)
        let again = try read(written)
        #expect(write(again) == written, "seed \(Self.seed), round \(round)")
      } catch {
        #expect(
          error.code == .data && !error.diagnostics.isEmpty, "seed \(Self.seed), round \(round)")
      }
    }
  }

  private static func stream(_ count: Int) -> [Toy] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Toy.random(using: &random) }
  }

  private static func table(_ count: Int) -> [Layer] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Layer.random(using: &random) }
  }

  @Test func instructionDecoder() {
    fuzz(Toy.encode(Self.stream(8))) { (data) throws(Failure) in
      try Toy.decode(data)
    } write: {
      Toy.encode($0)
    }
  }

  @Test func recordDecoder() {
    fuzz(Layer.encode(Self.table(3))) { (data) throws(Failure) in
      try Layer.decode(data)
    } write: {
      Layer.encode($0)
    }
  }

  @Test func instructionReader() {
    fuzz(Data(Toy.print(Self.stream(8)).utf8)) { (data) throws(Failure) in
      try Toy.parse(String(decoding: data, as: UTF8.self))
    } write: {
      Data(Toy.print($0).utf8)
    }
  }

  @Test func recordReader() {
    fuzz(Data(Layer.print(Self.table(3)).utf8)) { (data) throws(Failure) in
      try Layer.parse(String(decoding: data, as: UTF8.self))
    } write: {
      Data(Layer.print($0).utf8)
    }
  }

  @Test func elfReader() {
    fuzz(ELFTests.program.encode()) { (data) throws(Failure) in
      let elf = try ELF(data)
      for section in elf.sections where section.kind == .notes { _ = try section.notes() }
      return elf
    } write: {
      $0.encode()
    }
  }
}
