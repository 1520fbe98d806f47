import Foundation
import Support

/// Files beside the model that hold tensors. They are memory-mapped, once each.
struct ExternalFiles {
  /// The model's path.
  private let model: String
  private var files: [String: Data] = [:]

  init(model: String) {
    self.model = model
  }

  /// The bytes of a tensor.
  ///
  /// - Parameters:
  ///   - entries: TensorProto.external_data: `location`, `offset` and `length`.
  ///   - count: as many bytes as the tensor has.
  mutating func bytes(
    _ entries: [(key: String, value: String)], count: Int
  ) throws(Malformed) -> Data {
    let entries = Dictionary(entries.map { ($0.key, $0.value) }) { _, last in last }
    guard let location = entries["location"] else {
      throw Malformed("external data has no location, expected one")
    }
    guard !location.utf8.contains(0) else {
      throw Malformed(
        "external data: found the file \(location.quoted), expected a name without NUL")
    }
    let offset = try Self.number("offset", in: entries) ?? 0
    let length = try Self.number("length", in: entries) ?? count
    guard length == count else {
      throw Malformed("external data has length \(length), expected \(count)")
    }
    let file = try file(location)
    guard offset <= file.count, length <= file.count - offset else {
      throw Malformed(
        "external data at \(offset) of length \(length): "
          + "found \(file.count) bytes in \(location.quoted), expected more"
      )
    }
    return file[offset..<(offset + length)]
  }

  private static func number(
    _ key: String, in entries: [String: String]
  ) throws(Malformed) -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw Malformed("external data has \(key) \(text.quoted), expected a number of bytes")
    }
    return number
  }

  private mutating func file(_ location: String) throws(Malformed) -> Data {
    if let file = files[location] { return file }
    do {
      let file = try InputFile.read(location, beside: model)
      files[location] = file
      return file
    } catch {
      var problem = Malformed("external data: \(error.diagnostics.map(\.message).joined())")
      problem.isMissingFile = error.code == .noInput
      throw problem
    }
  }
}
