import Foundation
import Support
import Tensor
import TestKit
import Testing

@Suite struct NPYTests {
  @Test func readsWhatNumPyWrote() throws {
    #expect(
      try NPY.read(NumPyFiles.floats)
        == Tensor([2, 3], floats: [1, 2.5, -3, 0, Float(bitPattern: 71362), .infinity]))
    #expect(
      try NPY.read(NumPyFiles.bigEndianFortran)
        == Tensor([2, 3], floats: [0, 1, 2, 3, 4, 5], type: .double))
    #expect(try NPY.read(NumPyFiles.version2) == Tensor([2], ints: [-1, 300], type: .int16))
    #expect(try NPY.read(NumPyFiles.version3) == Tensor([], ints: [1], type: .bool))
  }

  @Test func writesTheBytesThatNumPyWrites() throws {
    #expect(NPY.write(try NPY.read(NumPyFiles.floats)) == NumPyFiles.floats)
  }

  @Test(arguments: ElementType.allCases) func roundTrips(type: ElementType) throws {
    for shape: Shape in [[], [0], [3], [2, 0, 4], [2, 3, 2]] {
      let tensor = sample(type, shape)
      let found = try NPY.read(NPY.write(tensor))
      #expect(found == Tensor(Self.widened[type] ?? type, shape, tensor.elements))
    }
  }

  /// What stands for the types that NumPy has not.
  private static let widened: [ElementType: ElementType] = [
    .bfloat16: .float, .float8e4m3fn: .float, .float8e4m3fnuz: .float, .float8e5m2: .float,
    .float8e5m2fnuz: .float, .uint4: .uint8, .int4: .int8,
  ]

  private func sample(_ type: ElementType, _ shape: Shape) -> Tensor {
    let numbers = (0..<shape.count).map { $0 - 3 }
    return type.isFloatingPoint
      ? Tensor(shape, floats: numbers.map { Float($0) / 2 }, type: type)
      : Tensor(shape, ints: numbers.map { type.wrap(Int64($0)) }, type: type)
  }

  @Test func headerOfThousandsOfAxes() throws {
    let tensor = Tensor(Shape([Int](repeating: 1, count: 30_000)), floats: [7])
    #expect(try NPY.read(NPY.write(tensor)) == tensor)
  }

  @Test(arguments: [
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)",
      "byte 66: found the end of the header, expected '}'"
    ),
    ("('descr': 1)", "byte 10: found '(', expected '{'"),
    ("{'descr': ['<f4']}", "byte 20: found '[', expected a quoted string"),
    ("{'descr': '<f4", "byte 21: the string has no closing '"),
    (
      "{'descr': '<c8'}",
      "byte 20: found element type '<c8', expected < or > and one of "
        + "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1"
    ),
    (
      "{'descr': '|f4'}",
      "byte 20: found element type '|f4', expected < or > and one of "
        + "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1"
    ),
    ("{'fortran_order': Maybe}", "byte 28: found 'M', expected True or False"),
    ("{'shape': (1, -2)}", "byte 24: found '-', expected a size in 0 ... 9223372036854775807"),
    ("{'shape': (1 2)}", "byte 23: found '2', expected ')'"),
    (
      "{'shape': (4294967296, 4294967296)}",
      "byte 20: the shape has more elements than can be addressed"
    ),
    (
      "{'shape': (), 'shape': ()}",
      "byte 24: found key 'shape', expected descr, fortran_order and shape, once each"
    ),
    (
      "{'name': ()}",
      "byte 11: found key 'name', expected descr, fortran_order and shape, once each"
    ),
    ("{'shape': ()}", "byte 10: the header lacks one of the keys descr, fortran_order and shape"),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
      "byte 66: found 'x', expected the end of the header"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
      "byte 65: found 0 bytes of elements, expected 8 for float 2"
    ),
  ]) func malformedHeaders(header: String, message: String) throws {
    var file = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    file.append(contentsOf: [UInt8(header.utf8.count), 0])
    file.append(contentsOf: header.utf8)
    #expect(description { () throws(Failure) in try NPY.read(file) } == message)
  }

  @Test func truncatedOrForeignFiles() throws {
    let file = NumPyFiles.floats
    #expect(
      description { () throws(Failure) in try NPY.read(Data("PK".utf8)) }
        == "byte 0: not an NPY file: expected \\x93NUMPY")
    #expect(
      description { () throws(Failure) in try NPY.read(file.prefix(6) + [9, 0]) }
        == "byte 6: found NPY version 9.0, expected 1.0, 2.0 or 3.0")
    #expect(
      description { () throws(Failure) in try NPY.read(file + [0]) }
        == "byte 128: found 25 bytes of elements, expected 24 for float 2x3")
    for count in 0..<file.count {
      #expect(throws: Failure.self) { try NPY.read(file.prefix(count)) }
    }
  }

  @Test func damagedFiles() {
    let files = [
      NumPyFiles.floats, NumPyFiles.bigEndianFortran, NumPyFiles.version2, NumPyFiles.version3,
    ]
    fuzz("NPY", files.map { [UInt8]($0) }, alphabet: "0123456789<>|f(),' ", share: 5000) {
      bytes, _ in
      let tensor = try NPY.read(bytes)
      try #require(NPY.write(try NPY.read(NPY.write(tensor))) == NPY.write(tensor))
    }
  }
}

/// The place and the message of the first error; empty where there is none.
func description<Result>(_ body: () throws(Failure) -> Result) -> String {
  do throws(Failure) {
    _ = try body()
    return ""
  } catch {
    let first = error.diagnostics[0]
    return "\(first.place): \(first.message)"
  }
}
