import Foundation
import Support
import Testing

@Suite struct InputFileTests {
  /// Released bytes are read again; those that are in no file are left alone.
  @Test func releasedBytesStay() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).bin").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 5) })
    try OutputFile.write(bytes, to: path)
    let file = try InputFile.read(path)
    #expect(file == bytes)
    for part in [
      file, file[5000..<90_000], file[10..<20], file.prefix(0), bytes, bytes.dropFirst(9),
    ] {
      InputFile.release(part)
    }
    #expect(file == bytes)
    #expect(Data(bytes.map { $0 }) == file)
  }

  @Test func emptyFilesAndPipes() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).bin").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try OutputFile.write(Data(), to: path)
    #expect(try InputFile.read(path).isEmpty)
    #expect(throws: Failure.self) { try InputFile.read(path + ".not") }
    #expect(throws: Failure.self) { try InputFile.read("/") }
  }
}
