import Support
import TestKit
import Testing

@Suite struct RadixSortTests {
  @Test func sortsAndKeepsTheOrderOfEquals() {
    withSeed(0..<100) { _, random in
      let most = [1, 5, 3000, 1 << 40, .max][random.next(below: 5)]
      let elements = (0..<random.next(below: 200)).map { index in
        (key: random.next(below: most), index: index)
      }
      let sorted = elements.sorted(byKey: \.key)
      let expected = elements.sorted { ($0.key, $0.index) < ($1.key, $1.index) }
      try #require(sorted.map(\.index) == expected.map(\.index))
    }
  }
}
