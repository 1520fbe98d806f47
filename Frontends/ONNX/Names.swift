/// Names that are taken, to make new ones that are not.
struct Names {
  private var taken: Set<String> = []
  /// The next suffix to try, by wanted name.
  private var suffixes: [String: Int] = [:]

  /// Takes a name; false if it is taken already.
  @discardableResult
  mutating func reserve(_ name: String) -> Bool { taken.insert(name).inserted }

  /// `wanted`, or if that is taken the first of `wanted_1`, `wanted_2` ... that is not; takes it.
  mutating func unique(_ wanted: String) -> String {
    var name = wanted
    while !reserve(name) {
      suffixes[wanted, default: 0] += 1
      name = "\(wanted)_\(suffixes[wanted, default: 0])"
    }
    return name
  }
}
