import Foundation
import Graph
import Support
import TestKit
import Testing

/// Files that are damaged on the way, or made to do harm.
@Suite struct DamageTests {
  /// A small model with every kind of message in it.
  static let whole = model(
    opset: 12,
    nodes: [
      node("Constant", [], ["c"], attributes: [attribute("value_floats", .floats([1, 2]))]),
      node("Clip", ["x"], ["a"], attributes: [attribute("min", .float(0))]),
      node("Softmax", ["a"], ["b"], attributes: [attribute("axis", .int(0))]),
      node("Add", ["b", "w"], ["d"]), node("Add", ["d", "s"], ["y"]),
    ],
    initializers: [
      floats("w", [1, 2, 3]), tensor("r", type: 5, [2], .bytes(9, Data([1, 2, 3, 4]))),
      tensor("h", type: 10, [1], .packedInts(5, [0x3C00])),
    ],
    sparse: [SparseTensorTests.sparse(floats("s", [1]), ints("", [1]), [3])],
    inputs: [value("x", ["N", "3"])], values: [value("a")])

  @Test func refusesEveryTruncation() {
    for count in 0..<Self.whole.count {
      let found = errors(Self.whole.prefix(count))
      #expect(!found.isEmpty && !found.contains("bug"), "\(count) bytes: \(found)")
    }
  }

  /// A damaged model is refused, or read as a graph that obeys its laws.
  @Test func survivesMutations() {
    fuzz("ONNX", [[UInt8](Self.whole)], alphabet: "\u{0}\u{A}\u{7F}\u{FF}", share: 2000) {
      bytes, _ in
      try #require(try read(bytes).verify() == [])
    }
  }

  /// Lengths near the limits of 32 bits, where protobuf-c once overflowed (CVE-2022-48468).
  @Test(
    arguments: [
      [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x3A, 0xFB, 0xFF, 0xFF, 0xFF, 0x0F],
      [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x3A, 0x80, 0x80, 0x80, 0x80, 0x80],
      [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ] as [[UInt8]])
  func refusesWrongLengths(_ bytes: [UInt8]) {
    #expect(
      errors(Data(bytes)) == [
        "m.onnx: byte 0: error: found truncated or damaged bytes, expected an ONNX model "
          + "(a protobuf message)"
      ])
  }

  @Test func saysWhereTheDamageLies() {
    func place(_ bytes: Data) -> String? {
      errors(bytes).first?.split(separator: ": ").dropFirst().first.map(String.init)
    }
    let graph = encode([.int(1, 8)]).count
    #expect(place(Self.whole.prefix(40)) == "byte \(graph)")
    #expect(place(encode([.int(1, 8), .bytes(7, Data([0x0A, 0, 0x0A, 5, 0]))])) == "byte 6")
    #expect(place(encode([.bytes(7, Data([0x0A, 2, 0x0A, 5]))])) == "error")
  }

  @Test func limitsWhatSmallFieldsUnpackTo() {
    let nodes = Data([UInt8](repeating: 0, count: 1 << 20).flatMap { [0x0A, $0] })
    let bytes = encode([.bytes(7, nodes), .message(8, [.int(2, 22)])])
    #expect(
      errors(bytes) == [
        "m.onnx: error: found a message that unpacks to more than "
          + "\((4 << 20) + 24 * bytes.count) bytes"
      ])
  }
}
