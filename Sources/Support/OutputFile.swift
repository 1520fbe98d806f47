public import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that appear whole or not at all.
public enum OutputFile {
  /// Writes `data` beside `path`, flushes it to the disk, and renames it into place; `-` writes to
  /// standard output.
  ///
  /// - Throws: exit code 73 if that is not possible; then nothing is left behind.
  public static func write(_ data: Data, to path: String) throws(Failure) {
    if path == "-" {
      do {
        try FileHandle.standardOutput.write(contentsOf: data)
      } catch {
        throw Failure(.cannotCreate, at: Place(file: path), "cannot write to standard output")
      }
      return
    }
    let temporary = path + ".\(getpid()).part"
    do {
      try data.write(to: URL(fileURLWithPath: temporary))
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
      try handle.synchronize()
      try handle.close()
    } catch {
      unsafe unlink(temporary)
      throw Failure(.cannotCreate, at: Place(file: path), "cannot write the file")
    }
    guard unsafe rename(temporary, path) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      unsafe unlink(temporary)
      throw Failure(.cannotCreate, at: Place(file: path), "cannot write the file: \(reason)")
    }
  }

  /// Writes text as UTF-8.
  public static func write(_ text: String, to path: String) throws(Failure) {
    try write(Data(text.utf8), to: path)
  }
}
