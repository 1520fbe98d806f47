package import Hardware

/// What an electronic accelerator takes for a picture, from what is published of it.
package struct ElectronicCost: Sendable {
  package let seconds: Double
  package let joules: Double
  /// Of multiplications done.
  package let products: Int

  /// - Parameter readsMemory: whether it waits for main memory and pays for it: each weight is read once, zeros
  ///   too unless it skips them.
  package init(_ machine: ElectronicMachine, _ work: Workload, readsMemory: Bool) {
    products =
      switch (machine.skipsZeroWeights, machine.skipsZeroActivations) {
      case (false, false): work.multiplications
      case (true, false): work.byWeights
      case (false, true): work.byActivations
      case (true, true): work.byBoth
      }
    // An operation a microsecond is 10^6 a second; a multiplication comes with an addition.
    let rate = Double(machine.peak) * 1e6 * machine.utilization.ratio
    let computing = Double(2 * products) / rate
    let weights = machine.skipsZeroWeights ? work.weightsLeft : work.weights
    let bytes = readsMemory ? Double(weights * machine.bits) / 8 : 0
    seconds = max(computing, bytes / (Double(machine.memoryBandwidth) * 1e6))
    joules = machine.power.watts * seconds + machine.memoryEnergy.joules * bytes
  }
}

extension Outcome {
  init(_ machine: ElectronicMachine, _ work: Workload, _ memory: MemoryCost) {
    let cost = ElectronicCost(machine, work, readsMemory: memory == .counted)
    seconds = cost.seconds
    joules = cost.joules
    holding = 0
    let operand = Double(cost.products * machine.bits)
    bits = [.streamed: operand, .both: 2 * operand, .network: work.networkBits]
  }
}
