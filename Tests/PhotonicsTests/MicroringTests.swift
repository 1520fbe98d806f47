import Foundation
import Photonics
import Support
import TestKit
import Testing

/// Numbers without a derivation here are printed by reference.py.
@Suite struct MicroringTests {
  static let ring = Microring(
    resonance: Nanometers(1550), quality: 8000, freeSpectralRange: Nanometers(18),
    extinction: Decibels(20))

  /// A ring of any sort.
  static func random(_ random: inout SeededRandom) -> Microring {
    Microring(
      resonance: Nanometers(1300 + 300 * Double(random.nextFloat())),
      quality: 2000 * exp(4 * Double(random.nextFloat())),
      freeSpectralRange: Nanometers(5 + 20 * Double(random.nextFloat())),
      extinction: Decibels(5 + 30 * Double(random.nextFloat())))
  }

  /// Against sums of fields over round trips: close near the resonance, and 2.5 times off in what is left
  /// of the tail halfway to the next.
  @Test func portsAreThoseOfCoupledWaveguides() {
    let ring = Self.ring
    expectClose(ring.through(at: .zero), 0.01)
    expectClose(ring.drop(at: .zero), 0.8099768482, 1e-4)
    expectClose(ring.through(at: Nanometers(0.05)), 0.2182612908, 1e-3)
    expectClose(ring.drop(at: Nanometers(0.05)), 0.639586117, 1e-3)
    expectClose(ring.through(at: Nanometers(0.3)), 0.906446346, 1e-4)
    expectClose(ring.drop(at: Nanometers(0.3)), 0.07654171095, 2e-3)
    // The Airy function is exact to what a high finesse leaves out.
    for (detuning, through) in [(0.05, 0.2182612908), (3, 0.9988693305), (9, 0.9997170903)] {
      let airy = ring.airy(at: Nanometers(detuning))
      expectClose(0.99 * airy, 1 - through, 1e-3)
    }
    let halfway = Nanometers(9)
    expectClose(ring.lorentzian(at: halfway) / ring.airy(at: halfway), 4 / (.pi * .pi), 1e-3)
  }

  /// Width and finesse of a ring whose numbers come out round; 31.8 um around at a group index of 4.2.
  @Test func widthsAndLengths() {
    expectClose(Self.ring.width.value, 0.19375)
    expectClose(Self.ring.finesse, 92.9032258064516)
    expectClose(Self.ring.circumference(groupIndex: 4.2).value, 31.77910053, 1e-8)
  }

  @Test func laws() {
    withSeed(0..<500) { _, random in
      let ring = Self.random(&random)
      let detuning = ring.freeSpectralRange * Double(4 * random.nextFloat() - 2)
      let (through, drop) = (ring.through(at: detuning), ring.drop(at: detuning))
      try #require(through >= ring.minimum * (1 - 1e-12) && drop >= 0)
      try #require(through + drop <= 1 + 1e-12)
      // The same a free spectral range on, and on the other side of the resonance.
      let next = ring.through(at: detuning + ring.freeSpectralRange)
      try #require((next - through).magnitude < 1e-9)
      try #require((ring.through(at: detuning * -1) - through).magnitude < 1e-12)
      // Half of the depth at half the width.
      let half = ring.through(at: ring.width / 2)
      try #require((half - (1 + ring.minimum) / 2).magnitude < 1e-12)
      // The slope is what a small step makes.
      let near = ring.width * Double(random.nextFloat())
      let step = ring.width * 1e-5
      let rise = ring.through(at: near + step) - ring.through(at: near - step)
      let slope = rise / (2 * step.value)
      try #require((slope - ring.throughSlope(at: near)).magnitude < 1e-6 / ring.width.value)
      // The Lorentzian is never above the Airy function.
      try #require(ring.lorentzian(at: detuning) <= ring.airy(at: detuning) * (1 + 1e-12))
    }
  }
}
