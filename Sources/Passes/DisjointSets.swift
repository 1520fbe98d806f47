/// Numbers that are put together in sets, each of which one of them stands for.
struct DisjointSets {
  private var parents: [Int]

  /// The numbers below `count`, each in a set of its own.
  init(_ count: Int) {
    parents = Array(0..<count)
  }

  /// The number that stands for the set of `number`.
  mutating func find(_ number: Int) -> Int {
    var number = number
    while parents[number] != number {
      parents[number] = parents[parents[number]]
      number = parents[number]
    }
    return number
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (find(a), find(b))
    parents[a] = b
  }
}
