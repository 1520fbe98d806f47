import Dispatch
import Synchronization

/// Threads that share the work of whoever made them: loops, of which the caller does its part, and
/// jobs beside them, which nobody waits for until ``finish()``.
public final class Workers: Sendable {
  /// How many there are, the caller's among them.
  public let threads: Int
  /// One for each thread but the caller's.
  private let queues: [DispatchQueue]

  /// - Parameter threads: at least one.
  public init(threads: Int) {
    self.threads = max(threads, 1)
    queues = (1..<max(threads, 1)).map { DispatchQueue(label: "worker \($0)") }
  }

  /// Does a job at once if the caller is alone; else on another thread, after the jobs before it and
  /// while the caller goes on.
  public func later(_ job: @escaping @Sendable () -> Void) {
    guard let queue = queues.first else { return job() }
    queue.async(execute: job)
  }

  /// Waits until all jobs are done.
  public func finish() {
    queues.first?.sync {}
  }

  /// `body` of 0 ..< `count`, in no order, on all threads that have nothing else to do.
  public func forEach(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    guard count > 1, !queues.isEmpty else {
      for index in 0..<count { body(index) }
      return
    }
    let loop = SharedLoop(count: count, body)
    for queue in queues.prefix(count - 1) { queue.async { loop.takePart() } }
    loop.takePart()
    loop.close()
  }

  /// `transform` of 0 ..< `count`, in the order of the indices.
  public func map<Result: Sendable>(
    count: Int, _ transform: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    guard count > 1, !queues.isEmpty else { return (0..<count).map(transform) }
    let results = Slots<Result>(count: count)
    forEach(count: count) { results.set($0, transform($0)) }
    return results.all
  }
}

/// A loop whose iterations threads take as they come. A thread that comes after the loop was closed
/// finds nothing to do.
private final class SharedLoop: Sendable {
  private let count: Int
  private let body: @Sendable (Int) -> Void
  private let next = Atomic(0)
  private let state = Mutex((isOpen: true, inside: 0))
  private let left = DispatchSemaphore(value: 0)

  init(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.body = body
  }

  func takePart() {
    let isOpen = state.withLock { state in
      if state.isOpen { state.inside += 1 }
      return state.isOpen
    }
    guard isOpen else { return }
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      if index >= count { break }
      body(index)
    }
    let isLast = state.withLock { state in
      state.inside -= 1
      return !state.isOpen && state.inside == 0
    }
    if isLast { left.signal() }
  }

  /// Lets nobody in any more, and waits for those that are inside.
  func close() {
    let isEmpty = state.withLock { state in
      state.isOpen = false
      return state.inside == 0
    }
    if !isEmpty { left.wait() }
  }
}

/// Results by index, from any thread.
private final class Slots<Element: Sendable>: Sendable {
  private let elements: Mutex<[Element?]>

  init(count: Int) {
    elements = Mutex([Element?](repeating: nil, count: count))
  }

  func set(_ index: Int, _ element: Element) {
    elements.withLock { $0[index] = element }
  }

  var all: [Element] { elements.withLock { $0.map { $0! } } }
}
