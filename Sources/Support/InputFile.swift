public import Foundation

/// A whole file's bytes, memory-mapped where the system can.
public enum InputFile {
  /// Says that part of a file will hardly be looked at again, so that it need not take memory. The
  /// bytes stay as they are; of bytes that are no part of a mapped file nothing changes.
  public static func release(_ bytes: Data) { MappedFiles.release(bytes) }

  /// Maps `path`; `-` reads standard input.
  ///
  /// - Throws: exit code 66 if the file does not exist or cannot be read.
  public static func read(_ path: String) throws(Failure) -> Data {
    if path == "-" {
      do {
        return try FileHandle.standardInput.readToEnd() ?? Data()
      } catch {
        throw Failure(.noInput, at: Place(file: path), "cannot read standard input: \(error)")
      }
    }
    let url = URL(fileURLWithPath: path)
    do {
      guard try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory != true else {
        throw Failure(.noInput, at: Place(file: path), "is a folder, expected a file")
      }
      if let data = MappedFiles.map(path) { return data }
      return try Data(contentsOf: url, options: .alwaysMapped)
    } catch let failure as Failure {
      throw failure
    } catch CocoaError.fileReadNoSuchFile {
      throw Failure(.noInput, at: Place(file: path), "no such file")
    } catch {
      throw Failure(.noInput, at: Place(file: path), "cannot read the file")
    }
  }
}
