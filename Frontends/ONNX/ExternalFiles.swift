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
    guard let location = entries["location"], !location.isEmpty else {
      throw Malformed("external data has no location")
    }
    let offset = try Self.number("offset", in: entries) ?? 0
    let length = try Self.number("length", in: entries) ?? count
    guard length == count else {
      throw Malformed("external data has length \(length), expected \(count)")
    }
    let file = try file(location)
    guard offset <= file.count, length <= file.count - offset else {
      throw Malformed(
        "external data at \(offset) of length \(length): found \(file.count) bytes in \(location)")
    }
    return file[offset..<(offset + length)]
  }

  private static func number(
    _ key: String, in entries: [String: String]
  ) throws(Malformed) -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw Malformed("external data has \(key) \"\(text)\", expected a number of bytes")
    }
    return number
  }

  private mutating func file(_ location: String) throws(Malformed) -> Data {
    if let file = files[location] { return file }
    let path = try resolve(location)
    do {
      let file = try InputFile.read(path)
      files[location] = file
      return file
    } catch {
      throw Malformed(
        "external data file \(location): \(error.diagnostics.map(\.message).joined())")
    }
  }

  /// The path of a file that lies in the model's folder or below, after symbolic links.
  private func resolve(_ location: String) throws(Malformed) -> String {
    guard model != "-" else {
      throw Malformed("external data needs a model in a file, found one on standard input")
    }
    guard !location.hasPrefix("/") else {
      throw Malformed("external data file \(location): found an absolute path")
    }
    let folder = URL(fileURLWithPath: model).deletingLastPathComponent().resolvingSymlinksInPath()
    let url = folder.appendingPathComponent(location).resolvingSymlinksInPath()
    guard url.pathComponents.starts(with: folder.pathComponents) else {
      throw Malformed("external data file \(location): found a path out of the model's folder")
    }
    let values = try? url.resourceValues(forKeys: [.isRegularFileKey])
    guard values?.isRegularFile == true else {
      throw Malformed("external data file \(location): no such file")
    }
    return url.path
  }
}
