import Foundation
import Support
import Tensor
import Testing

/// Tensors in files beside the model.
@Suite struct ExternalFilesTests {
  /// A folder that holds `inside/weights.bin` and `outside.bin`, for the time of `body`.
  static func withFolder(_ body: (_ model: String, _ folder: URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sonic-\(UUID().uuidString)")
    let inside = folder.appendingPathComponent("inside")
    try FileManager.default.createDirectory(
      at: inside.appendingPathComponent("deeper"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = Data([0, 0, 1, 2].map { Float($0).bitPattern }.flatMap { littleEndian($0) })
    try bytes.write(to: inside.appendingPathComponent("weights.bin"))
    try bytes.write(to: folder.appendingPathComponent("outside.bin"))
    try body(inside.appendingPathComponent("m.onnx").path, inside)
  }

  static func external(_ entries: KeyValuePairs<String, String>) -> Data {
    let fields = entries.map { Field.message(13, [.string(1, $0.key), .string(2, $0.value)]) }
    return model(initializers: [tensor("y", type: 1, [2]) + fields + [.int(14, 1)]])
  }

  @Test func readsAtAnOffset() throws {
    try Self.withFolder { file, _ throws in
      let whole: KeyValuePairs = ["location": "weights.bin"]
      #expect(try constant(Self.external(whole), file: file) == Tensor([2], floats: [0, 0]))
      let part: KeyValuePairs = [
        "location": "deeper/../weights.bin", "offset": "8", "length": "8", "checksum": "any",
      ]
      #expect(try constant(Self.external(part), file: file) == Tensor([2], floats: [1, 2]))
    }
  }

  static let faulty: [(entries: KeyValuePairs<String, String>, error: String)] = [
    ([:], "external data has no location, expected one"),
    (
      ["location": "weights.bin\0.txt"],
      #"external data: found the file "weights.bin\u0000.txt", expected a name without NUL"#
    ),
    (
      ["location": "/etc/passwd"],
      #"external data: found the file "/etc/passwd", expected a path relative to the model"#
    ),
    (
      ["location": "../outside.bin"],
      #"external data: found the file "../outside.bin", expected one inside the model's folder"#
    ),
    (
      ["location": "deeper/../../outside.bin"],
      #"external data: found the file "deeper/../../outside.bin", "#
        + "expected one inside the model's folder"
    ),
    (
      ["location": "link.bin"],
      #"external data: found the file "link.bin", expected one inside the model's folder"#
    ),
    (
      ["location": "up/outside.bin"],
      #"external data: found the file "up/outside.bin", expected one inside the model's folder"#
    ),
    (
      ["location": "weights.bin", "offset": "-8"],
      "external data has offset \"-8\", expected a number of bytes"
    ),
    (
      ["location": "weights.bin", "length": "99999999999999999999"],
      "external data has length \"99999999999999999999\", expected a number of bytes"
    ),
    (["location": "weights.bin", "length": "4"], "external data has length 4, expected 8"),
    (
      ["location": "weights.bin", "offset": "9"],
      "external data at 9 of length 8: found 16 bytes in \"weights.bin\", "
        + "expected more"
    ),
    (
      ["location": "weights.bin", "offset": "9223372036854775807"],
      "external data at 9223372036854775807 of length 8: found 16 bytes in \"weights.bin\", "
        + "expected more"
    ),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) throws {
    let (entries, error) = Self.faulty[index]
    try Self.withFolder { file, folder throws in
      let manager = FileManager.default
      try manager.createSymbolicLink(
        atPath: folder.appendingPathComponent("link.bin").path,
        withDestinationPath: "../outside.bin")
      try manager.createSymbolicLink(
        atPath: folder.appendingPathComponent("up").path, withDestinationPath: "..")
      #expect(
        errors(Self.external(entries), file: file) == ["\(file): value \"y\": error: \(error)"])
    }
  }

  /// As a model that is not there does.
  @Test(arguments: ["absent.bin", "deeper"])
  func aMissingFileHasItsOwnCode(_ name: String) throws {
    try Self.withFolder { file, _ throws in
      let bytes = Self.external(["location": name])
      let failure = #expect(throws: Failure.self) { _ = try read(bytes, file: file) }
      #expect(failure?.code == .noInput)
      #expect(
        failure?.diagnostics.map(\.message) == [
          "external data: found no file \"\(name)\" beside the model"
        ])
    }
  }

  @Test func needsAFolder() {
    #expect(
      errors(Self.external(["location": "weights.bin"]), file: "-") == [
        #"-: value "y": error: external data: found the file "weights.bin" "#
          + "named by a model on standard input"
      ])
  }
}
