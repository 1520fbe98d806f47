import Support
import Synchronization
import Testing

/// Threads that share loops, and jobs beside them.
@Suite struct WorkersTests {
  @Test(arguments: 1...4) func loopsTakeEveryIndexOnce(_ threads: Int) {
    let workers = Workers(threads: threads)
    for count in [0, 1, 2, 7, 1000] {
      let taken = Mutex([Int](repeating: 0, count: count))
      workers.forEach(count: count) { index in taken.withLock { $0[index] += 1 } }
      #expect(taken.withLock { $0 } == [Int](repeating: 1, count: count))
      #expect(workers.map(count: count) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }
  }

  /// The first iteration ends long after threads have come to the second half.
  @Test(arguments: 1...4) func secondHalvesBeginWhenFirstHalvesAreDone(_ threads: Int) {
    let workers = Workers(threads: threads)
    for (count, half) in [(0, 0), (1, 1), (3, 1), (7, 3), (7, 7), (200, 100)] {
      let taken = Mutex([Int]())
      workers.forEach(count: count, secondHalf: half) { index in
        if index == 0 {
          let start = ContinuousClock.now
          while ContinuousClock.now - start < .microseconds(300) {}
        }
        workers.forEach(count: 4, secondHalf: 2) { _ in }
        taken.withLock { $0.append(index) }
      }
      let order = taken.withLock { $0 }
      #expect(order.prefix(half).sorted() == Array(0..<half))
      #expect(order.dropFirst(half).sorted() == Array(half..<count))
    }
  }

  @Test(arguments: 1...4) func jobsKeepTheirOrderBesideLoops(_ threads: Int) {
    let workers = Workers(threads: threads)
    let done = Mutex([Int]())
    for round in 0..<200 {
      workers.later { done.withLock { $0.append(round) } }
      let sum = Mutex(0)
      workers.forEach(count: 10) { index in sum.withLock { $0 += index } }
      #expect(sum.withLock { $0 } == 45)
    }
    workers.finish()
    #expect(done.withLock { $0 } == Array(0..<200))
  }

  @Test(arguments: 1...4) func loopsNest(_ threads: Int) {
    let workers = Workers(threads: threads)
    let sum = Mutex(0)
    for _ in 0..<50 {
      workers.forEach(count: 5) { _ in
        workers.forEach(count: 4) { _ in
          workers.forEach(count: 3) { _ in sum.withLock { $0 += 1 } }
        }
      }
    }
    #expect(sum.withLock { $0 } == 50 * 60)
  }

  /// Whoever waits for the end of a loop takes part in those that others have begun in it: the two
  /// iterations of the inner one wait for each other.
  @Test(.timeLimit(.minutes(1))) func loopsWithinLoopsAreShared() {
    let workers = Workers(threads: 2)
    let met = Atomic(0)
    workers.forEach(count: 2) { outer in
      guard outer == 1 else { return }
      workers.forEach(count: 2) { _ in
        met.add(1, ordering: .sequentiallyConsistent)
        while met.load(ordering: .sequentiallyConsistent) < 2 {}
      }
    }
    #expect(met.load(ordering: .sequentiallyConsistent) == 2)
  }
}
