import Plan
import Synchronization

/// Follows a program's instructions for one sample: when each runs on its resource, and what it
/// spends. It needs no values but what tiles make VDUs do, and so may lag behind them.
final class Accountant: Sendable {
  private let tariff: Tariff
  private let state: Mutex<State>

  private struct State {
    var recorder: Recorder
    /// How many layers it has followed.
    var layers = 0
    var spent = Duration.zero
  }

  /// How long this computer has spent on the account.
  var spent: Duration { state.withLock { $0.spent } }

  /// - Parameter isBeside: whether other threads compute values meanwhile.
  init(_ tariff: Tariff, isBeside: Bool = false) {
    self.tariff = tariff
    state = Mutex(State(recorder: Recorder(tariff, isBeside: isBeside)))
  }

  /// Takes the instructions up to the end of the next layer, in the order of the program.
  ///
  /// - Parameter firings: what the layer's tiles make VDUs do.
  func follow(_ firings: any FiringSource) {
    timed { state in
      state.recorder.take(tariff.stretches[state.layers], firings)
      state.layers += 1
    }
  }

  /// Takes the rest of the instructions, among which there is no tile.
  func finish() {
    timed { $0.recorder.finish() }
  }

  /// What it has come to, once it is finished.
  var account: Account { state.withLock { $0.recorder.account } }

  private func timed(_ body: (inout State) -> Void) {
    state.withLock { state in
      let start = ContinuousClock.now
      defer { state.spent += ContinuousClock.now - start }
      body(&state)
    }
  }
}
