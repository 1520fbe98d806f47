import Foundation
import Tensor

/// What a run of the binary gave.
struct Outcome {
  let status: Int32
  let output: Data
  let messages: String

  var text: String { String(decoding: output, as: UTF8.self) }
}

/// A folder of its own for a test, in which the binary runs; gone with the test.
struct Workplace: ~Copyable {
  let folder: URL

  /// The binary, beside the tests.
  static let binary = Bundle.main.bundleURL.appendingPathComponent("sonic")

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sonic-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url(name))
  }

  func write(_ tensor: Tensor, to name: String) throws {
    try NPY.write(tensor).write(to: url(name))
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

  func tensor(_ name: String) throws -> Tensor { try NPY.read(bytes(name)) }

  /// All files, at any depth, sorted.
  var files: [String] {
    (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? [])
      .sorted()
  }

  /// Runs `sonic` in the folder.
  func sonic(_ arguments: String..., input: Data = Data()) throws -> Outcome {
    try sonic(arguments, input: input)
  }

  func sonic(_ arguments: [String], input: Data = Data()) throws -> Outcome {
    let streams = try Workplace()
    try input.write(to: streams.url("input"))
    for name in ["output", "messages"] { try streams.write("", to: name) }
    let process = process(arguments)
    process.standardInput = try FileHandle(forReadingFrom: streams.url("input"))
    process.standardOutput = try FileHandle(forWritingTo: streams.url("output"))
    process.standardError = try FileHandle(forWritingTo: streams.url("messages"))
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try streams.bytes("output"),
      messages: String(decoding: try streams.bytes("messages"), as: UTF8.self))
  }

  /// A run of `sonic` in the folder, which is not started yet.
  func process(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = Self.binary
    process.arguments = arguments
    process.currentDirectoryURL = folder
    return process
  }
}
