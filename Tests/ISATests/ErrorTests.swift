import Foundation
import ISA
import Support
import Testing

/// The messages that `body` fails with, each after its place.
func messages(_ body: () throws(Failure) -> Void) -> [String] {
  do throws(Failure) {
    try body()
    return []
  } catch {
    #expect(error.code == .data)
    return error.diagnostics.map(\.description)
  }
}

@Suite struct DecodingErrorTests {
  /// An instruction with some of its bytes replaced.
  private func patched(_ toy: Toy, _ bytes: [Int: UInt8]) -> Data {
    var data = Toy.encode([toy])
    for (i, byte) in bytes { data[i] = byte }
    return data
  }

  private func decodingErrors(_ data: Data, at base: Int = 0) -> [String] {
    messages { () throws(Failure) in _ = try Toy.decode(data, at: base) }
  }

  @Test func unknownOpcode() {
    #expect(
      decodingErrors(patched(.halt(Halt()), [0: 0x77]), at: 64) == [
        "byte 64: error: opcode: found 119, expected an instruction's"
      ])
  }

  @Test func paddingThatIsNotZero() {
    #expect(
      decodingErrors(patched(.fire(Fire()), [15: 9])) == [
        "byte 15: error: padding: found 9, expected 0"
      ])
    #expect(
      decodingErrors(patched(.halt(Halt()), [1: 0x80])) == [
        "byte 1: error: padding: found 128, expected 0"
      ])
  }

  @Test func keywordOutOfRange() {
    #expect(
      decodingErrors(patched(.ecu(ECU()), [1: 3])) == [
        "byte 1: error: mode: found 3, expected 1 (relu), 2 (hardSwish), 7 (max)"
      ])
  }

  @Test func flagOutOfRange() {
    #expect(
      decodingErrors(patched(.fire(Fire()), [13: 2])) == [
        "byte 13: error: last: found 2, expected 0 or 1"
      ])
  }

  @Test func rangeThatEndsTooLate() {
    let start: [Int: UInt8] = [2: 0xff, 3: 0xff, 4: 0xff, 5: 0xff, 6: 2]
    #expect(
      decodingErrors(patched(.fire(Fire()), start)) == [
        "byte 2: error: kernels: found 2 from 4294967295 on, expected an end below 2^32"
      ])
  }

  @Test func bytesThatAreNoWholeInstruction() {
    #expect(
      decodingErrors(Toy.encode([.halt(Halt())]) + [1, 2, 3]) == [
        "byte 16: error: found 3 bytes, expected an instruction of 16"
      ])
  }

  @Test func allErrorsAreListedUpToAHundred() {
    let bad = Data(repeating: 0x77, count: 16)
    let halt = Toy.encode([.halt(Halt())])
    #expect(decodingErrors(bad + halt + bad).count == 2)
    #expect(decodingErrors(Data(repeating: 0x77, count: 16 * 1000)).count == 100)
  }

  @Test func recordsThatAreTruncated() {
    var layer = Layer()
    layer.name = "conv1"
    layer.inputs = [ID(1), nil]
    layer.attributes = [Setting(key: "axis", value: 1, mode: .max)]
    let bytes = Layer.encode([layer])
    for count in bytes.indices {
      let found = messages { () throws(Failure) in _ = try Layer.decode(bytes.prefix(count)) }
      #expect(found.count == 1, "of the first \(count) bytes")
    }
  }

  @Test(arguments: [
    ([1, 0], "byte 8: error: layer count: found 2 bytes, expected 4 more"),
    ([9, 0, 0, 0], "byte 8: error: layer count: found a count of 9, expected at most 0"),
    (
      [1, 0, 0, 0, 255, 255, 255, 255],
      "byte 12: error: name: found a count of 4294967295, expected at most 0"
    ),
    (
      [1, 0, 0, 0, 1, 0, 0, 0, 0xff], "byte 16: error: name: found bytes that are not UTF-8"
    ),
    (
      [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 4, 5],
      "byte 28: error: found 1 bytes, expected 4 more"
    ),
    ([0, 0, 0, 0, 5], "byte 12: error: found 1 bytes after the last layer, expected none"),
  ])
  func recordsThatAreMalformed(_ bytes: [UInt8], _ message: String) {
    let found = messages { () throws(Failure) in _ = try Layer.decode(Data(bytes), at: 8) }
    #expect(found == [message])
  }
}

@Suite struct ReadingErrorTests {
  @Test(arguments: [
    ("foo 1", "1:1", "\"foo\", expected an instruction"),
    ("  , halt", "1:3", "\",\", expected an instruction"),
    ("halt 3", "1:6", "\"3\", expected the end of the line"),
    ("load b0", "1:8", "the end of the text, expected \",\""),
    ("load b0\n", "1:8", "the end of the line, expected \",\""),
    ("load x, source=1", "1:6", "\"x\", expected buffer, b0 to b4294967295"),
    ("load b1, surce=3", "1:10", "\"surce\", expected source="),
    ("load b1, source 3", "1:17", "\"3\", expected \"=\""),
    (
      "load b1, source=3, stride=40000", "1:27",
      "\"40000\", expected stride, an integer from -32768 to 32767"
    ),
    ("load b1, source=3, stride=1, +x", "1:28", "\",\", expected the end of the line"),
    ("fire.patch v300", "1:12", "\"v300\", expected vdu, v0 to v255"),
    ("fire.patch v3, k5..<3", "1:16", "k5..<3, expected kernels, a count from 0 to 65535"),
    (
      "fire.patch v3, k0..<65536", "1:16",
      "k0..<65536, expected kernels, a count from 0 to 65535"
    ),
    ("fire.patch v3, k5", "1:16", "\"k5\", expected kernels, a range as k0..<16"),
    ("fire.patch v3, k5..=6", "1:20", "\"=\", expected \"<\""),
    ("fire.patch v3, k5..<x", "1:21", "\"x\", expected kernels, a range as k0..<16"),
    ("ecu.apply mode=foo", "1:16", "\"foo\", expected mode, one of relu, hardSwish, max"),
    ("ecu.apply mode=max, scale=1e99", "1:27", "\"1e99\", expected scale, a 32-bit float"),
    (
      "ecu.apply mode=max, scale=1, shift=1, in-place", "1:39",
      "\"in-place\", expected +in-place or -in-place"
    ),
  ])
  func instructions(_ text: String, _ place: String, _ message: String) {
    let found = messages { () throws(Failure) in _ = try Toy.parse(text) }
    #expect(found == ["\(place): error: found \(message)"])
  }

  @Test(arguments: [
    ("table", "1:1", "\"table\", expected layer"),
    ("layer name=x", "1:12", "\"x\", expected a string"),
    ("layer name=\"\", inputs=l0", "1:23", "\"l0\", expected \"[\""),
    ("layer name=\"é\", inputs=[l0 l1]", "1:28", "\"l1\", expected \",\""),
    ("layer name=\"\", inputs=[l0, 1]", "1:28", "\"1\", expected l0 to l65535"),
    ("layer name=\"\", inputs=[l0", "1:26", "the end of the text, expected \",\""),
  ])
  func records(_ text: String, _ place: String, _ message: String) {
    let found = messages { () throws(Failure) in _ = try Layer.parse(text) }
    #expect(found == ["\(place): error: found \(message)"])
  }

  @Test func allErrorsAreListedWithLinesOfTheFile() {
    let found = messages { () throws(Failure) in
      _ = try Toy.parse("foo\nhalt\n\nbar", firstLine: 10)
    }
    #expect(
      found == [
        "10:1: error: found \"foo\", expected an instruction",
        "13:1: error: found \"bar\", expected an instruction",
      ])
    let many = String(repeating: "foo\n", count: 1000)
    #expect(messages { () throws(Failure) in _ = try Toy.parse(many) }.count == 100)
  }
}
