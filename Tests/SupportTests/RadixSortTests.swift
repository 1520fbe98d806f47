import Support
import TestKit
import Testing

@Suite struct RadixSortTests {
  @Test func sortsAndKeepsTheOrderOfEquals() {
    withSeed(0..<100) { _, random in
      let most = [1, 5, 3000, 1 << 40, .max][random.next(below: 5)]
      let elements = elements(random.next(below: 200), below: most, &random)
      let start = random.next(below: elements.count + 1)
      var sorted = elements
      sorted.sort(from: start, byKey: \.key)
      try #require(sorted == elements[..<start] + inOrder(elements[start...]))
    }
  }

  @Test func mergesAndKeepsTheOrderOfEquals() {
    withSeed(0..<300) { _, random in
      let most = [1, 5, 30, 1 << 40][random.next(below: 4)]
      let elements = elements(2 + random.next(below: 50), below: most, &random)
      let first = random.next(below: elements.count - 1)
      let second = first + 1 + random.next(below: elements.count - first - 1)
      var merged = elements
      merged.sort(from: second, byKey: \.key)
      merged.replaceSubrange(first..<second, with: inOrder(elements[first..<second]))
      merged.mergeRuns(first, second, byKey: \.key)
      try #require(merged == elements[..<first] + inOrder(elements[first...]))
    }
  }

  private struct Element: Equatable {
    let key: Int
    let index: Int
  }

  private func elements(
    _ count: Int, below most: Int, _ random: inout SeededRandom
  ) -> [Element] {
    (0..<count).map { Element(key: random.next(below: most), index: $0) }
  }

  private func inOrder(_ elements: ArraySlice<Element>) -> [Element] {
    elements.sorted { ($0.key, $0.index) < ($1.key, $1.index) }
  }
}
