import Plan
import Synchronization

/// Follows a program's instructions for one sample: when each runs on its resource, and what it
/// spends. It needs no values but what tiles make VDUs do, and so may lag behind them.
final class Accountant: Sendable {
  private let state: Mutex<State>
  private let instructions: Int

  private struct State {
    var recorder: Recorder
    /// The instruction that comes next.
    var next = 0
    var spent = Duration.zero
  }

  /// How long this computer has spent on the account.
  var spent: Duration { state.withLock { $0.spent } }

  init(_ tariff: Tariff) {
    instructions = tariff.entries.count
    state = Mutex(State(recorder: Recorder(tariff)))
  }

  /// Takes the instructions up to and with `last`.
  ///
  /// - Parameter firings: of the layer whose tiles are among them.
  func follow(through last: Int, _ firings: any FiringSource) {
    var firings: (any FiringSource)? = firings
    state.withLock { state in
      let start = ContinuousClock.now
      defer { state.spent += ContinuousClock.now - start }
      while state.next <= last {
        state.recorder.take(state.next, &firings)
        state.next += 1
      }
    }
  }

  /// Takes the rest of the instructions, among which there is no tile.
  func finish() -> Account {
    var none: (any FiringSource)?
    return state.withLock { state in
      let start = ContinuousClock.now
      defer { state.spent += ContinuousClock.now - start }
      while state.next < instructions {
        state.recorder.take(state.next, &none)
        state.next += 1
      }
      return state.recorder.finish()
    }
  }
}
