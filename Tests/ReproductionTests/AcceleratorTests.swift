import Foundation
import Hardware
import Reproduction
import Support
import Testing

/// The accelerators that SONIC is compared with.
@Suite struct AcceleratorTests {
  /// Those that the papers speak of, each figure with a source.
  @Test func everyFigureHasASource() throws {
    let all = try Accelerator.all()
    #expect(
      Set(all.map(\.peer)) == [
        "NullHop", "RSNN", "LightBulb", "CrossLight", "HolyLight", "P100", "Xeon 9282",
      ])
    #expect(Set(all.map(\.name)).count == all.count)
    for accelerator in all {
      #expect(accelerator.figures.allSatisfy { !$0.source.isEmpty }, "\(accelerator.name)")
    }
  }

  /// Without what makes SONIC sparse.
  @Test func photonicOnesAreDense() throws {
    var count = 0
    for case .photonic(let machine) in try Accelerator.all().map(\.model) {
      #expect(!machine.control.dropsZeros && !machine.devices.gatesVCSEL)
      #expect(!machine.conv.takesActivationsAsWeights && !machine.fc.takesActivationsAsWeights)
      #expect(machine.devices.weightBits == machine.devices.activationBits)
      count += 1
    }
    #expect(count == 4)
  }

  private static let work = Workload(
    weights: 100, weightsLeft: 40, multiplications: 1000, byWeights: 400, byActivations: 300,
    byBoth: 100)

  private func machine(weights: Bool, activations: Bool) throws -> ElectronicMachine {
    let text = """
      format: sonic-electronic
      version: 1
      name: chip
      summary: a chip
      peak: {value: 2 GOp/s, mark: O, source: made up}
      utilization: {value: 50 %, mark: O, source: made up}
      power: {value: 3 W, mark: O, source: made up}
      bits: {value: 16, mark: O, source: made up}
      skips-zero-weights: {value: \(weights), mark: O, source: made up}
      skips-zero-activations: {value: \(activations), mark: O, source: made up}
      memory-bandwidth: {value: 10 MB/s, mark: O, source: made up}
      memory-energy: {value: 10 pJ, mark: O, source: made up}
      """
    return try ElectronicMachine(yaml: Data(text.utf8), file: "chip.yaml")
  }

  /// 1,000 multiplications are 2,000 operations: 2 us at half of 2 GOp/s, 6 uJ at 3 W. The 100 weights are 200
  /// bytes: 20 us at 10 MB/s, 60 uJ at 3 W, and 2 nJ for themselves.
  @Test func electronicCostsByHand() throws {
    let dense = try machine(weights: false, activations: false)
    let free = ElectronicCost(dense, Self.work, readsMemory: false)
    #expect(free.products == 1000)
    #expect(isClose(free.seconds, 2e-6) && isClose(free.joules, 6e-6))
    let counted = ElectronicCost(dense, Self.work, readsMemory: true)
    #expect(isClose(counted.seconds, 20e-6) && isClose(counted.joules, 60.002e-6))
  }

  /// What is skipped takes no time, and skipped weights are not read.
  @Test(arguments: [(true, false, 400), (false, true, 300), (true, true, 100)])
  func zerosAreSkipped(_ weights: Bool, _ activations: Bool, _ products: Int) throws {
    let sparse = try machine(weights: weights, activations: activations)
    let free = ElectronicCost(sparse, Self.work, readsMemory: false)
    #expect(free.products == products && isClose(free.seconds, Double(products) * 2e-9))
    let counted = ElectronicCost(sparse, Self.work, readsMemory: true)
    #expect(isClose(counted.seconds, weights ? 8e-6 : 20e-6))
  }

  private func isClose(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude <= 1e-12 * b }
}
