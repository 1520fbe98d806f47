import Foundation
import Hardware
import Support
import Testing

/// Files of accelerators without optics.
@Suite struct ElectronicMachineTests {
  private static let text = """
    format: sonic-electronic
    version: 1
    name: chip
    summary: a chip
    peak: {value: 1.5 TOp/s, mark: O, source: made up}
    utilization: {value: 50 %, mark: O, source: made up}
    power: {value: 2 W, mark: O, source: made up}
    bits: {value: 16, mark: O, source: made up}
    skips-zero-weights: {value: true, mark: O, source: made up}
    skips-zero-activations: {value: false, mark: O, source: made up}
    memory-bandwidth: {value: 1 GB/s, mark: O, source: made up}
    memory-energy: {value: 10 pJ, mark: O, source: made up}
    """

  private func problem(_ from: String, _ to: String) -> String? {
    let changed = Self.text.replacingOccurrences(of: from, with: to)
    do throws(Failure) {
      _ = try ElectronicMachine(yaml: Data(changed.utf8), file: "chip.yaml")
      return nil
    } catch {
      return error.diagnostics.first?.message
    }
  }

  @Test func figuresAreRead() throws {
    let machine = try ElectronicMachine(yaml: Data(Self.text.utf8), file: "chip.yaml")
    #expect(machine.name == "chip" && machine.peak == 1_500_000 && machine.utilization.ratio == 0.5)
    #expect(machine.power.watts == 2 && machine.skipsZeroWeights && !machine.skipsZeroActivations)
    #expect(machine.memoryBandwidth == 1000 && machine.memoryEnergy == Attojoules(10_000_000))
    #expect(machine.figures.count == 8)
  }

  @Test func wrongFiguresAreRefused() {
    #expect(problem("1.5 TOp/s", "1.5 W")?.contains("expected a number and one of MOp/s") == true)
    #expect(problem("50 %", "101 %")?.contains("a whole number of ppm") == true)
    #expect(problem("bits:", "wires:")?.hasPrefix("found key wires") == true)
    #expect(problem("sonic-electronic", "sonic-machine") != nil)
  }
}
