public import Foundation

extension InputFile {
  /// Maps a file that a model names. It lies in the model's folder or below, after symbolic links,
  /// so that a model cannot make us read what its author has no business with.
  ///
  /// - Parameters:
  ///   - location: relative to the folder of `model`.
  ///   - model: the model's path.
  /// - Throws: exit code 65 if the location leaves the folder, 66 if no regular file is there.
  public static func read(_ location: String, beside model: String) throws(Failure) -> Data {
    guard model != "-" else {
      throw .data("found the file \(location.quoted) named by a model on standard input")
    }
    guard !location.isEmpty, !location.hasPrefix("/") else {
      throw .data("found the file \(location.quoted), expected a path relative to the model")
    }
    let folder = URL(fileURLWithPath: model).deletingLastPathComponent().resolvingSymlinksInPath()
    let url = folder.appendingPathComponent(location).resolvingSymlinksInPath()
    guard url.pathComponents.starts(with: folder.pathComponents) else {
      throw .data("found the file \(location.quoted), expected one inside the model's folder")
    }
    let values = try? url.resourceValues(forKeys: [.isRegularFileKey])
    guard values?.isRegularFile == true else {
      throw Failure(.noInput, "found no file \(location.quoted) beside the model")
    }
    return try read(url.path)
  }
}
