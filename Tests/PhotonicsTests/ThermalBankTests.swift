import Foundation
import Photonics
import Support
import TestKit
import Testing

/// Numbers without a derivation here are printed by reference.py.
@Suite struct ThermalBankTests {
  private static func bank(_ rings: Int, pitch: Double = 5, decay: Double = 10) -> ThermalBank {
    ThermalBank(
      rings: rings, pitch: Micrometers(pitch), decay: Micrometers(decay),
      freeSpectralRange: Nanometers(18), fullShiftPower: Milliwatts(27.5))
  }

  @Test func conditions() {
    expectClose(Self.bank(5).modes.condition, 10.03736014)
    expectClose(Self.bank(15).modes.condition, 14.90321905)
    // Two rings: 1 + k and 1 - k.
    let k = exp(-0.5)
    expectClose(Self.bank(2).modes.values[0], 1 - k)
    expectClose(Self.bank(2).modes.values[1], 1 + k)
  }

  @Test func commonShift() {
    let shifts = [Nanometers](repeating: Nanometers(2.1), count: 5)
    let tuning = Self.bank(5).collective(shifts)
    expectClose(tuning.power.value, 6.351456168)
    #expect(tuning.bias == .zero)
    // Neighbours' heat is all to the good, so whoever tunes finds the same.
    expectClose(Self.bank(5).ringByRing(shifts).power.value, 6.351456168)
    expectClose(Self.bank(5).isolated(shifts).power.value, 5 * 27.5 * 2.1 / 18)
  }

  /// The least bias by a linear program, the fewest hops by trying all.
  @Test func unequalShifts() {
    let shifts = [1.0, 3.5, 0.2, 4.0, 2.0].map { Nanometers($0) }
    let bank = Self.bank(5)
    let collective = bank.collective(shifts)
    expectClose(collective.bias.value, 27.61565643)
    expectClose(collective.power.value, 89.25776852)
    let naive = bank.ringByRing(shifts)
    expectClose(naive.power.value, 114.6162403)
    #expect(naive.hops == [2, 2, 2, 2, 2])
  }

  @Test func laws() {
    withSeed(0..<200) { _, random in
      let rings = 1 + random.next(below: 16)
      let bank = Self.bank(
        rings, pitch: 2 + 20 * Double(random.nextFloat()),
        decay: 1 + 20 * Double(random.nextFloat()))
      let shifts = (0..<rings).map { _ in Nanometers(4.2 * Double(random.nextFloat())) }
      let isolated = bank.isolated(shifts)
      let naive = bank.ringByRing(shifts)
      let collective = bank.collective(shifts)
      try #require(collective.power <= naive.power)
      // Where no heater would have to cool, neighbours' heat only helps.
      if naive.hops.allSatisfy({ $0 == 0 }) {
        try #require(collective.power <= isolated.power * (1 + 1e-9))
      }
      for tuning in [naive, collective] {
        try #require(tuning.heats.allSatisfy { $0 >= .zero })
        for (index, row) in bank.crosstalkMatrix.enumerated() {
          let moved = zip(row, tuning.heats).reduce(0) { $0 + $1.0 * $1.1.value }
          let wanted = shifts[index] + tuning.bias + Nanometers(18) * Double(tuning.hops[index])
          try #require((moved - wanted.value).magnitude < 1e-6)
        }
      }
    }
  }
}
