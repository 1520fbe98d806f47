import Dispatch
import Foundation
import Synchronization

/// The threads behind ``Workers``. Between two things to do they look around for a while before they
/// sleep: a loop is often over sooner than a sleeper is up.
final class Crew: Sendable {
  /// How often a thread looks before it sleeps: a hundred microseconds or two, as long as what is done alone
  /// between two loops, and the waking, usually take.
  private static let looks = 200_000

  private struct State {
    var jobs: [@Sendable () -> Void] = []
    /// Jobs are done in order, one at a time.
    var isJobRunning = false
    var loop: SharedLoop?
    var sleepers = 0
    var isDismissed = false
  }

  private let state = Mutex(State())
  /// Counts what was posted, so that a thread sees that there is something new without the lock.
  private let news = Atomic(0)
  private let alarm = DispatchSemaphore(value: 0)

  /// Adds a thread.
  func hire() {
    let thread = Thread { [self] in work() }
    thread.name = "worker"
    // As much as the main thread has.
    thread.stackSize = 8 << 20
    thread.start()
  }

  func dismiss() { tell { $0.isDismissed = true } }

  func post(_ job: @escaping @Sendable () -> Void) { tell { $0.jobs.append(job) } }

  func post(_ loop: SharedLoop) { tell { $0.loop = loop } }

  /// Takes a loop back that is over.
  func withdraw() { state.withLock { $0.loop = nil } }

  /// Does what jobs are left, and waits for the one that another thread does.
  func finishJobs() {
    Self.wait { [self] in
      let (job, isOver) = state.withLock { state in
        (Self.nextJob(&state), state.jobs.isEmpty && !state.isJobRunning)
      }
      if let job { run(job) }
      return isOver
    }
  }

  /// Looks again and again whether something is so; if that takes long, others may have the processor
  /// in between.
  static func wait(until isSo: () -> Bool) {
    var looks = 0
    while !isSo() {
      looks += 1
      if looks > Self.looks { sched_yield() }
    }
  }

  private func tell(_ change: (inout State) -> Void) {
    let sleepers = state.withLock { state in
      change(&state)
      news.add(1, ordering: .releasing)
      defer { state.sleepers = 0 }
      return state.sleepers
    }
    for _ in 0..<sleepers { alarm.signal() }
  }

  private func work() {
    while true {
      let seen = news.load(ordering: .acquiring)
      let (job, loop, isDismissed) = state.withLock { state in
        (Self.nextJob(&state), state.loop, state.isDismissed)
      }
      if let job {
        run(job)
      } else if let loop, loop.takePart() {
        continue
      } else if isDismissed {
        return
      } else {
        waitForNews(after: seen)
      }
    }
  }

  private static func nextJob(_ state: inout State) -> (@Sendable () -> Void)? {
    guard !state.isJobRunning, !state.jobs.isEmpty else { return nil }
    state.isJobRunning = true
    return state.jobs.removeFirst()
  }

  private func run(_ job: @Sendable () -> Void) {
    job()
    tell { $0.isJobRunning = false }
  }

  private func waitForNews(after seen: Int) {
    for _ in 0..<Self.looks where news.load(ordering: .relaxed) != seen { return }
    let sleeps = state.withLock { state in
      guard news.load(ordering: .relaxed) == seen else { return false }
      state.sleepers += 1
      return true
    }
    if sleeps { alarm.wait() }
  }
}

/// A loop whose iterations threads take as they come. A thread that comes after the loop was closed
/// finds nothing to do.
final class SharedLoop: Sendable {
  private let count: Int
  private let body: @Sendable (Int) -> Void
  private let next = Atomic(0)
  private let inside = Atomic(0)

  init(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.body = body
  }

  /// Whether there was anything left to do.
  @discardableResult
  func takePart() -> Bool {
    guard next.load(ordering: .relaxed) < count else { return false }
    inside.add(1, ordering: .acquiring)
    defer { inside.subtract(1, ordering: .releasing) }
    var done = 0
    while true {
      let index = next.add(1, ordering: .acquiringAndReleasing).oldValue
      if index >= count { return done > 0 }
      body(index)
      done += 1
    }
  }

  /// Waits for those that are inside, once nothing is left to take.
  func close() {
    Crew.wait { inside.load(ordering: .acquiring) == 0 }
  }
}
