/// SONIC and other accelerators on the paper's networks, in their likeliest layouts.
struct Comparison: Sendable {
  /// What is compared; more is better for SONIC.
  enum Metric: Sendable, CaseIterable {
    case efficiency, energyPerBit

    var name: String { self == .efficiency ? "FPS/W" : "energy a bit" }
  }

  /// How SONIC is read, and whether memory is counted.
  struct Setting: Hashable, Sendable {
    let reading: String
    let memory: MemoryCost
  }

  /// A network on all of them.
  struct Entry: Sendable {
    let network: String
    let sonic: [Setting: Outcome]
    /// By accelerator.
    let others: [[MemoryCost: Outcome]]
  }

  let accelerators: [Accelerator]
  var entries: [Entry] = []

  /// How many times better SONIC is than an accelerator, network by network.
  func ratios(_ metric: Metric, over accelerator: Int, _ experiment: Experiment) -> [Double] {
    entries.map { entry in
      let (sonic, other) = (entry.sonic(experiment), entry.other(accelerator, experiment))
      return switch metric {
      case .efficiency: sonic.efficiency / other.efficiency
      case .energyPerBit:
        other.energyPerBit(experiment.bits) / sonic.energyPerBit(experiment.bits)
      }
    }
  }

  /// The mean over networks of ``ratios(_:over:_:)``: what the paper gives.
  func ratio(_ metric: Metric, over accelerator: Int, _ experiment: Experiment) -> Double {
    mean(ratios(metric, over: accelerator, experiment))
  }
}

extension Comparison.Entry {
  func sonic(_ experiment: Experiment) -> Outcome {
    let outcome = sonic[
      Comparison.Setting(reading: experiment.reading, memory: experiment.memory)]!
    return experiment.holdsForFree ? outcome.heldForFree : outcome
  }

  func other(_ accelerator: Int, _ experiment: Experiment) -> Outcome {
    let outcome = others[accelerator][experiment.memory]!
    return experiment.holdsForFree ? outcome.heldForFree : outcome
  }
}

/// The arithmetic mean; zero of nothing.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
