import Support
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [0, 1, 2, 7])
  func resultsComeInOrder(_ threads: Int) {
    for count in [0, 1, 5, 100] {
      #expect(
        parallelMap(count: count, threads: threads) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }
  }
}
