import Foundation
import Photonics
import Support
import TestKit
import Testing

/// Numbers without a derivation here are printed by reference.py.
@Suite struct WeightImprintTests {
  private static let imprint = WeightImprint(MicroringTests.ring, range: Nanometers(1))

  @Test func detuningsOfWeights() {
    expectClose(Self.imprint.detuning(of: 0.25).value, 0.0555841258)
    #expect(Self.imprint.detuning(of: 0) == .zero)
    expectClose(Self.imprint.detuning(of: 1).value, 1)
  }

  /// Brute force has all orders of the step, of which the formulas have the first.
  @Test func errorsAgainstBruteForce() {
    expectClose(Self.imprint.quantizationError(bits: 6).rms, 0.0214205323, 0.01)
    expectClose(Self.imprint.quantizationError(bits: 6).worst, 0.0534911932, 0.01)
    expectClose(Self.imprint.quantizationError(bits: 10).rms, 0.00132105156, 1e-3)
    expectClose(Self.imprint.quantizationError(bits: 10).worst, 0.003307040595, 1e-3)
    let drift = Self.imprint.driftError(Nanometers(1e-4))
    expectClose(drift.rms, 0.0004681533425, 1e-5)
    expectClose(drift.worst, 0.0006767629553, 1e-5)
  }

  /// A uniform quantizer of b bits has b effective bits.
  @Test func effectiveBitsAreOfAnEvenQuantizer() {
    let step = pow(2, -7.5)
    expectClose(ImprintError(worst: step / 2, rms: step / 12.0.squareRoot()).effectiveBits, 7.5)
  }

  @Test func laws() {
    withSeed(0..<500) { _, random in
      let ring = MicroringTests.random(&random)
      let share = 0.001 + 0.499 * Double(random.nextFloat())
      let imprint = WeightImprint(ring, range: ring.freeSpectralRange * share)
      let weights = [Double(random.nextFloat()), Double(random.nextFloat())].sorted()
      for weight in weights {
        let detuning = imprint.detuning(of: weight)
        try #require(detuning >= .zero && detuning <= imprint.range * (1 + 1e-9))
        try #require((imprint.weight(at: detuning) - weight).magnitude < 1e-9)
        let slope = imprint.slope(at: weight)
        try #require(slope <= imprint.largestSlope * (1 + 1e-9))
        // The weight is the transmission of the through port, scaled.
        let span = ring.through(at: imprint.range) - ring.minimum
        let expected = ring.throughSlope(at: detuning) / span
        try #require((slope - expected).magnitude < 1e-9 * imprint.largestSlope)
      }
      try #require(imprint.detuning(of: weights[0]) <= imprint.detuning(of: weights[1]))
      try #require(imprint.rmsSlope <= imprint.largestSlope)
      let (coarse, fine) = (
        imprint.quantizationError(bits: 6), imprint.quantizationError(bits: 8)
      )
      try #require(fine.worst < coarse.worst && fine.rms < coarse.rms)
      try #require(coarse.rms <= coarse.worst)
    }
  }
}
