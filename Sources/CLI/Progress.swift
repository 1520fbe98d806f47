import Synchronization

/// A progress bar on standard error: only on a terminal, only for work of more than half a second,
/// and gone when the work is done. Threads may share it.
struct Progress: ~Copyable, Sendable {
  private let label: String
  private let total: Int
  private let isShown: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    var done = 0
    /// When the bar was last drawn.
    var drawn: ContinuousClock.Instant?
  }

  private static let width = 30
  private static let clearLine = "\r\u{1B}[2K"

  /// - Parameter isAlone: whether nothing else writes to standard error meanwhile.
  init(_ label: String, total: Int, isAlone: Bool = true) {
    self.label = label
    self.total = total
    isShown = isAlone && Console.isTerminal
  }

  deinit {
    if state.withLock({ $0.drawn != nil }) { Console.show(Self.clearLine) }
  }

  /// Counts so many more things as done.
  func advance(by count: Int = 1) {
    guard isShown else { return }
    state.withLock { state in
      state.done += count
      let now = ContinuousClock.now
      let next = state.drawn.map { $0 + .milliseconds(100) } ?? start + .milliseconds(500)
      guard now >= next else { return }
      state.drawn = now
      let filled = state.done * Self.width / max(total, 1)
      let bar = String(repeating: "#", count: filled)
      let rest = String(repeating: ".", count: Self.width - filled)
      Console.show(Self.clearLine + "\(label) [\(bar)\(rest)] \(state.done)/\(total)")
    }
  }
}
