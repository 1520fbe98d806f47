import Foundation
import Support
import Tensor
import TestKit
import Testing

@Suite struct NPZTests {
  private let x = Tensor([2, 2], floats: [0, 1, 2, 3])
  private let y = Tensor([3, 40], ints: [Int64](repeating: 7, count: 120), type: .uint8)

  @Test func readsWhatNumPyWrote() throws {
    for file in [NumPyFiles.stored, NumPyFiles.deflated] {
      let arrays = try NPZ.read(file)
      #expect(arrays.map(\.name) == ["x", "y"])
      #expect(arrays.map(\.tensor) == [x, y])
    }
  }

  @Test func roundTripsInOrder() throws {
    let arrays = [("b", x), ("a/ü", y), ("", Tensor([], ints: [1], type: .bool))]
    let found = try NPZ.read(NPZ.write(arrays.map { (name: $0.0, tensor: $0.1) }))
    #expect(found.map(\.name) == arrays.map(\.0))
    #expect(found.map(\.tensor) == arrays.map(\.1))
    #expect(try NPZ.read(NPZ.write([])).isEmpty)
  }

  @Test func refusesMembersThatAreNoArrays() throws {
    let twice = try NPZ.write([("x", x), ("x", x)])
    #expect(
      description { () throws(Failure) in try NPZ.read(twice) }
        == "member \"x.npy\": found a second member of this name")
    var file = try NPZ.write([("x", x)])
    rename(&file, "x.npy", to: "x.txt")
    #expect(
      description { () throws(Failure) in try NPZ.read(file) }
        == "member \"x.txt\": found a member that is no .npy file")
  }

  @Test func refusesWhatTheDirectoryDoesNotSay() throws {
    // The entry of x.npy in the directory of NumPyFiles.deflated lies at byte 264.
    func edited(_ offset: Int, _ bytes: [UInt8]) -> String {
      var file = NumPyFiles.deflated
      file.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
      return description { () throws(Failure) in try NPZ.read(file) }
    }
    let entry = 264
    #expect(edited(entry, [0]) == "byte 264: found no entry of the zip directory, expected one")
    #expect(edited(entry + 8, [1]) == "byte 264: member \"x.npy\" is encrypted")
    #expect(
      edited(entry + 10, [12])
        == "byte 264: found compression method 12, expected 0 (stored) or 8 (deflated)")
    #expect(
      edited(entry + 16, [0])
        == "byte 55: the checksum of the bytes is not what the directory says")
    #expect(
      edited(entry + 20, [0xFF, 0xFF])
        == "byte 264: member \"x.npy\": found 333 bytes, expected 65535")
    #expect(
      edited(entry + 20, [0xFF, 0xFF, 0xFF, 0xFF])
        == "byte 264: member \"x.npy\": a zip64 archive is not supported")
    // One byte less or more than the member inflates to, and more than it could.
    for size: [UInt8] in [[0x8F, 0, 0, 0], [0x91, 0, 0, 0], [0, 0, 0, 0xF0]] {
      #expect(edited(entry + 24, size).contains("do not unpack to"))
    }
    #expect(
      edited(entry + 42, [1])
        == "byte 1: found no local header of member \"x.npy\", expected one")
  }

  @Test func membersMustNotOverlap() throws {
    var file = try NPZ.write([("x", y), ("y", y)])
    // The second entry points at the first member, which claims almost all of the file.
    let first = try #require(file.range(of: Data([0x50, 0x4B, 1, 2]))).lowerBound
    let second = first + 46 + 5
    for entry in [first, second] {
      file.replaceSubrange((entry + 20)..<(entry + 24), with: [0x58, 2, 0, 0])
      file.replaceSubrange((entry + 42)..<(entry + 46), with: [0, 0, 0, 0])
    }
    #expect(
      description { () throws(Failure) in try NPZ.read(file) }
        .hasSuffix("the members of the archive overlap"))
  }

  @Test func errorsInAMemberNameItsByte() throws {
    var file = try NPZ.write([("x", x)])
    let magic = try #require(file.range(of: Data("NUMPY".utf8)))
    file[magic.upperBound] = 7
    // The checksum comes first: bytes that changed are not looked into.
    #expect(
      description { () throws(Failure) in try NPZ.read(file) }
        == "byte 35: the checksum of the bytes is not what the directory says")
  }

  @Test func truncatedArchives() throws {
    for file in [NumPyFiles.stored, NumPyFiles.deflated] {
      for count in 0..<file.count {
        #expect(throws: Failure.self) { try NPZ.read(file.prefix(count)) }
      }
    }
    #expect(
      description { () throws(Failure) in try NPZ.read(Data()) }
        == "byte 0: not a zip archive: it has no end record")
  }

  @Test func damagedArchives() {
    let files = [[UInt8](NumPyFiles.stored), [UInt8](NumPyFiles.deflated)]
    fuzz("NPZ", files, alphabet: "\0\u{8}PK", share: 5000) { bytes, _ in
      for (_, tensor) in try NPZ.read(bytes) {
        try #require(tensor.elements.count == tensor.shape.count)
      }
    }
  }

  private func rename(_ file: inout Data, _ name: String, to other: String) {
    while let range = file.range(of: Data(name.utf8)) {
      file.replaceSubrange(range, with: Data(other.utf8))
    }
  }
}
