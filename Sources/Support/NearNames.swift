extension String {
  /// The names that this one may be a misspelling of: at most three, the nearest first, within an
  /// edit distance of a third of its length (at least 2).
  public func nearNames(in names: [String]) -> [String] {
    let limit = max(2, count / 3)
    let near = names.map { (name: $0, distance: distance(to: $0)) }
      .filter { $0.distance <= limit }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return near.prefix(3).map(\.name)
  }

  /// Insertions, deletions and substitutions of characters (Levenshtein). O(count * other.count).
  private func distance(to other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (i, character) in enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in other.indices {
        let substituted = diagonal + (character == other[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(substituted, diagonal + 1, row[j] + 1)
      }
    }
    return row[other.count]
  }
}
