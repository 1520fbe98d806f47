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
  /// standard output, and what is no file, as a pipe or `/dev/null`, is written to directly.
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
      let streams = files.filter(\.isStream)
      let files = files.filter { !$0.isStream }
      for file in files {
        written.append(file.temporary)
        try file.writeTemporary()
      }
      for stream in streams { try stream.writeDirectly() }
      for (index, file) in files.enumerated() {
        try file.moveIntoPlace()
        written[index] = file.target
      }
    } catch {
      for path in written { unsafe unlink(path) }
      throw error
    }
  }

  /// Checks that files could be written, before a long computation.
  ///
  /// - Throws: exit code 73 with all folders that are not there or not to be written to.
  public static func check(_ paths: [String]) throws(Failure) {
    var diagnostics = Diagnostics()
    for path in paths {
      let file = OutputFile(path, Data())
      guard !file.isStream else { continue }
      let folder = URL(fileURLWithPath: file.target).deletingLastPathComponent().path
      if !FileManager.default.isWritableFile(atPath: folder) {
        diagnostics.error(at: Place(file: path), "cannot write the file")
      }
    }
    try diagnostics.check(.cannotCreate)
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

  /// Whether there is something at the path, and it is neither a file nor a folder.
  private var isStream: Bool {
    if path == "-" { return true }
    var info = stat()
    guard unsafe stat(path, &info) == 0 else { return false }
    return info.st_mode & S_IFMT != S_IFREG && info.st_mode & S_IFMT != S_IFDIR
  }

  /// The path after symbolic links, so that none is replaced by a file.
  private var target: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

  private var temporary: String { target + ".\(getpid()).part" }

  private func writeDirectly() throws(Failure) {
    do {
      let handle =
        path == "-"
        ? FileHandle.standardOutput : try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.write(contentsOf: data)
    } catch {
      throw Failure(.cannotCreate, at: Place(file: path), "cannot write")
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
    guard unsafe rename(temporary, target) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw Failure(.cannotCreate, at: Place(file: path), "cannot write the file: \(reason)")
    }
  }
}
