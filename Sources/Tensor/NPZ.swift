public import Foundation
public import Support

/// NumPy's file format for several named arrays: a zip archive of NPY files.
public enum NPZ {
  /// Reads the arrays in the order of the archive; a name is that of the member without `.npy`.
  ///
  /// - Throws: everything wrong with the members, by their names.
  public static func read(
    _ data: Data
  ) throws(Failure) -> [(name: String, tensor: Tensor)] {
    let archive = try Zip(data)
    var diagnostics = Diagnostics()
    var arrays: [(name: String, tensor: Tensor)] = []
    var names: Set<String> = []
    for member in archive.members {
      let place = Place(.named("member \"\(member.name)\""))
      if !member.name.hasSuffix(suffix) {
        diagnostics.error(at: place, "found a member that is no \(suffix) file")
        continue
      }
      if !names.insert(member.name).inserted {
        diagnostics.error(at: place, "found a second member of this name")
        continue
      }
      let contents = try archive.contents(of: member)
      do throws(Failure) {
        arrays.append((String(member.name.dropLast(suffix.count)), try NPY.read(contents)))
      } catch {
        for problem in error.diagnostics {
          diagnostics.error(at: place, "\(problem.place): \(problem.message)")
        }
      }
    }
    try diagnostics.check()
    return arrays
  }

  /// The arrays as stored members, in their order.
  ///
  /// - Throws: exit code 73 if they take 4 GiB or more.
  public static func write(_ arrays: [(name: String, tensor: Tensor)]) throws(Failure) -> Data {
    var writer = ZipWriter()
    for array in arrays {
      try writer.add(array.name + suffix, NPY.write(array.tensor))
    }
    return writer.finish()
  }

  private static let suffix = ".npy"
}
