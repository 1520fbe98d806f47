import Foundation
import Support
import Testing

@Suite struct FNV1aTests {
  /// From the authors' own test vectors.
  @Test func knownHashes() {
    #expect(FNV1a.hexadecimal(Data()) == "cbf29ce484222325")
    #expect(FNV1a.hexadecimal(Data("a".utf8)) == "af63dc4c8601ec8c")
    #expect(FNV1a.hexadecimal(Data("foobar".utf8)) == "85944171f73967e8")
    #expect(FNV1a.hexadecimal(ofFile: Data("foobar".utf8)) == "85944171f73967e8")
  }

  @Test(arguments: [1, 2, 4, 5, 9], [-1, 0, 1])
  func filesAreHashedByMebibytes(_ mebibytes: Int, _ more: Int) {
    let size = 1 << 20
    let file = Data((0..<mebibytes * size + more).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) })
    var hashes = Data()
    for start in stride(from: 0, to: file.count, by: size) {
      let hash = FNV1a.hash(file[start..<min(start + size, file.count)])
      hashes += (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
    }
    let expected = hashes.count == 8 ? FNV1a.hexadecimal(file) : FNV1a.hexadecimal(hashes)
    #expect(FNV1a.hexadecimal(ofFile: file) == expected)
    // A slice that does not start at zero.
    #expect(FNV1a.hexadecimal(ofFile: (Data([1, 2, 3]) + file).dropFirst(3)) == expected)
  }
}
