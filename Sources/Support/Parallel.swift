import Dispatch
import Synchronization

/// `transform` of 0 ..< `count`, spread over at most `threads` threads. Results come in the order of
/// their indices, so they do not depend on the number of threads.
public func parallelMap<Result: Sendable>(
  count: Int, threads: Int, _ transform: @Sendable (Int) -> Result
) -> [Result] {
  guard threads > 1, count > 1 else { return (0..<count).map(transform) }
  let results = Slots<Result>(count: count)
  parallelForEach(count: count, threads: threads) { results.set($0, transform($0)) }
  return results.all
}

/// `body` of 0 ..< `count`, spread over at most `threads` threads, in no order.
public func parallelForEach(count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
  guard threads > 1, count > 1 else {
    for index in 0..<count { body(index) }
    return
  }
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      if index >= count { return }
      body(index)
    }
  }
}
