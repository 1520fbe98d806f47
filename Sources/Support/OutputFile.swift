public import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that appear whole or not at all.
public struct OutputFile: Sendable {
  /// Where it goes; `-` for standard output.
  public let path: String
  public let data: Data

  public init(_ path: String, _ data: Data) {
    self.path = path
    self.data = data
  }

  /// Writes `data` beside `path`, flushes it to the disk, and renames it into place; `-` writes to
  /// standard output.
  ///
  /// - Throws: exit code 73 if that is not possible; then nothing is left behind.
  public static func write(_ data: Data, to path: String) throws(Failure) {
    try write([OutputFile(path, data)])
  }

  /// Writes text as UTF-8.
  public static func write(_ text: String, to path: String) throws(Failure) {
    try write(Data(text.utf8), to: path)
  }

  /// Writes several files so that all appear, or none: they take their places when all are written.
  ///
  /// - Throws: exit code 73 if that is not possible; then nothing is left behind.
  public static func write(_ files: [OutputFile]) throws(Failure) {
    var written: [String] = []
    do throws(Failure) {
      for file in files where !file.isStandardOutput {
        written.append(file.temporary)
        try file.writeTemporary()
      }
      for file in files where file.isStandardOutput { try file.writeToStandardOutput() }
      for (index, file) in files.filter({ !$0.isStandardOutput }).enumerated() {
        try file.moveIntoPlace()
        written[index] = file.path
      }
    } catch {
      for path in written { unsafe unlink(path) }
      throw error
    }
  }

  /// Makes a folder, and those it lies in, if it is not there.
  ///
  /// - Throws: exit code 73 if that is not possible.
  public static func makeFolder(_ path: String) throws(Failure) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure(.cannotCreate, at: Place(file: path), "cannot make the folder")
    }
  }

  private var isStandardOutput: Bool { path == "-" }

  private var temporary: String { path + ".\(getpid()).part" }

  private func writeToStandardOutput() throws(Failure) {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      throw Failure(.cannotCreate, at: Place(file: path), "cannot write to standard output")
    }
  }

  private func writeTemporary() throws(Failure) {
    do {
      try data.write(to: URL(fileURLWithPath: temporary))
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
      try handle.synchronize()
      try handle.close()
    } catch {
      throw Failure(.cannotCreate, at: Place(file: path), "cannot write the file")
    }
  }

  private func moveIntoPlace() throws(Failure) {
    guard unsafe rename(temporary, path) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw Failure(.cannotCreate, at: Place(file: path), "cannot write the file: \(reason)")
    }
  }
}
