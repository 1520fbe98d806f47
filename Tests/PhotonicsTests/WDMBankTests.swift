import Foundation
import Photonics
import Support
import TestKit
import Testing

/// Numbers without a derivation here are printed by reference.py.
@Suite struct WDMBankTests {
  private static func bank(_ rings: Int) -> WDMBank {
    WDMBank(rings: rings, filling: MicroringTests.ring)
  }

  /// CrossLight's equations on its own grid, where wavelengths are not folded.
  @Test func resolutions() {
    // A third of 3.6 nm and a fifteenth of 18 nm: hundreds, dozens, and a handful of levels. The reference
    // has unfolded wavelengths, so rings off the middle have less noise there, and the middle one has the most.
    expectClose(Self.bank(5).resolution(), 552.7245733, 0.01)
    expectClose(Self.bank(15).resolution(), 50.98386694, 0.02)
    expectClose(Self.bank(50).resolution(), 4.503339961, 0.02)
    expectClose(Self.bank(5).bits(), 9.110416944, 0.005)
  }

  /// One neighbour on each side at distance s: two Lorentzians.
  @Test func threeRingsByHand() {
    let bank = WDMBank(rings: 3, spacing: Nanometers(2), ring: MicroringTests.ring)
    let half = 1550.0 / 16000
    expectClose(bank.noise(powers: [1, 1, 1])[1], 2 / (1 + 4 / (half * half)))
    #expect(
      bank.crosstalkMatrix[1][1] == 1 && WDMBank(rings: 1, filling: bank.ring).worstNoise == 0)
  }

  /// What is left when a matrix that is one per cent wrong is inverted, by numpy.
  @Test func calibrationLeavesTheUncertainty() {
    expectClose(Self.bank(15).worstNoise * 0.01, 0.000192330367, 0.04)
    expectClose(
      Self.bank(15).bits(uncertainty: 0.01) - Self.bank(15).bits(), log2(100))
  }

  @Test func qualityForBits() {
    expectClose(Self.bank(15).quality(bits: 16), 287489.0996, 0.01)
  }

  @Test func laws() {
    withSeed(0..<200) { _, random in
      let ring = MicroringTests.random(&random)
      let rings = 2 + random.next(below: 30)
      let bank = WDMBank(rings: rings, filling: ring)
      for row in bank.crosstalkMatrix {
        try #require(row.allSatisfy { $0 > 0 && $0 <= 1 })
      }
      // More rings, or wider ones, disturb each other more; calibration never makes it worse.
      try #require(WDMBank(rings: rings + 1, filling: ring).worstNoise > bank.worstNoise)
      var sharper = ring
      sharper.quality *= 2
      try #require(WDMBank(rings: rings, filling: sharper).worstNoise < bank.worstNoise)
      let uncertainty = Double(random.nextFloat())
      try #require(bank.bits(uncertainty: uncertainty) >= bank.bits())
      // Noise is linear in the powers.
      let powers = (0..<rings).map { _ in Double(random.nextFloat()) }
      let doubled = bank.noise(powers: powers.map { 2 * $0 })
      for (one, two) in zip(bank.noise(powers: powers), doubled) {
        try #require((two - 2 * one).magnitude < 1e-12 * max(two, 1))
      }
    }
  }
}
