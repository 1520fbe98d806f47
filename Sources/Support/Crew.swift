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
    /// Those that threads are in, each begun after the ones before it.
    var loops: [SharedLoop] = []
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

  /// Does a loop together with threads that have nothing else to do.
  func run(_ loop: SharedLoop) {
    tell { $0.loops.append(loop) }
    loop.takePart()
    var seen: Int?
    Self.wait { [self] in
      let now = news.load(ordering: .acquiring)
      guard !loop.isOver, now != seen else { return loop.isOver }
      seen = now
      // Whoever is still in an iteration may have begun a loop there.
      while let inner = state.withLock({ Self.openLoop($0, after: loop) }) { inner.takePart() }
      return loop.isOver
    }
    state.withLock { state in state.loops.removeAll { $0 === loop } }
  }

  /// The first loop of which something is left to do, of those begun after another or of all: what is left of
  /// an outer one is work of its own, of an inner one part of somebody else's.
  private static func openLoop(_ state: State, after other: SharedLoop? = nil) -> SharedLoop? {
    let begun = other.flatMap { other in state.loops.firstIndex { $0 === other } }
    return state.loops[(begun.map { $0 + 1 } ?? 0)...].first { $0.isOpen }
  }

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
        (Self.nextJob(&state), Self.openLoop(state), state.isDismissed)
      }
      if let job {
        run(job)
      } else if let loop {
        loop.takePart()
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

/// A loop whose iterations threads take as they come.
final class SharedLoop: Sendable {
  private let count: Int
  /// From this iteration on, none begins before all below it are done.
  private let secondHalf: Int
  private let body: @Sendable (Int) -> Void
  private let next = Atomic(0)
  private let done = Atomic(0)

  init(count: Int, secondHalf: Int, _ body: @escaping @Sendable (Int) -> Void) {
    (self.count, self.secondHalf, self.body) = (count, secondHalf, body)
  }

  /// Whether there are iterations that nobody has taken.
  var isOpen: Bool { next.load(ordering: .relaxed) < count }

  /// Whether all iterations are done.
  var isOver: Bool { done.load(ordering: .acquiring) == count }

  /// Takes iterations until none is left.
  func takePart() {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      if index >= count { return }
      if index >= secondHalf { Crew.wait { done.load(ordering: .acquiring) >= secondHalf } }
      body(index)
      done.add(1, ordering: .acquiringAndReleasing)
    }
  }
}
