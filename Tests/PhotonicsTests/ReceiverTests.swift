import Foundation
import Photonics
import Support
import TestKit
import Testing

/// Numbers without a derivation here are printed by reference.py.
@Suite struct ReceiverTests {
  private static let receiver = Receiver(
    responsivity: 0.8, load: 2000, temperature: 300, bandwidth: Hertz(1.5e9),
    intensityNoise: Decibels(-140))

  private static func currents(_ milliwatts: Double, _ count: Int = 5) -> [Amperes] {
    [Amperes](repeating: receiver.current(Milliwatts(milliwatts)), count: count)
  }

  @Test func coefficients() {
    let noise = Self.receiver.noise
    expectClose(noise.thermal, 1.2425841e-14)
    expectClose(noise.shot, 4.806529902e-10)
    expectClose(noise.intensity, 1.5e-5)
    // 16 uA of each of five: 0.8 A/W x 20 uW.
    let (one, sum) = (1.6e-5, 8e-5)
    expectClose(
      noise.variance(Self.currents(0.02)),
      1.2425841e-14 + 4.806529902e-10 * sum + 1.5e-5 * 5 * one * one)
    // The same light in both arms: twice the shot noise and no intensity noise.
    expectClose(
      noise.variance(positive: [Amperes(1e-5)], negative: [Amperes(1e-5)]),
      1.2425841e-14 + 4.806529902e-10 * 2e-5)
  }

  @Test func bits() throws {
    expectClose(Self.receiver.effectiveBits(fullScale: Self.currents(0.02)), 6.446893313)
    let four = try #require(Self.receiver.leastPower(bits: 4, channels: 5))
    expectClose(four.value, 0.001749187517)
    let seven = try #require(Self.receiver.leastPower(bits: 7, channels: 5))
    expectClose(seven.value, 0.06346301155)
    expectClose(Self.receiver.mostBits(channels: 5), 7.380821784, 1e-6)
    #expect(Self.receiver.leastPower(bits: 7.4, channels: 5) == nil)
    // The signal's power is the square of full scale: twelve times 4^bits the noise's.
    let ratio = Self.receiver.signalToNoise(fullScale: Self.currents(0.02)).ratio
    expectClose(log2(ratio / 12) / 2, 6.446893313)
  }

  @Test func laws() {
    withSeed(0..<300) { _, random in
      let receiver = Receiver(
        responsivity: 0.5 + Double(random.nextFloat()),
        load: 50 * exp(6 * Double(random.nextFloat())), temperature: 300,
        bandwidth: Hertz(1e8 * exp(5 * Double(random.nextFloat()))),
        intensityNoise: Decibels(-160 + 30 * Double(random.nextFloat())))
      let channels = 1 + random.next(below: 20)
      let arms = 1 + random.next(below: 2)
      let most = receiver.mostBits(channels: channels, arms: arms)
      let bits = most - 0.1 - 4 * Double(random.nextFloat())
      let least = try #require(
        receiver.leastPower(bits: bits, channels: channels, arms: arms))
      func effective(_ power: Milliwatts) -> Double {
        let currents = [Amperes](repeating: receiver.current(power), count: channels)
        return receiver.effectiveBits(fullScale: currents, arms: arms)
      }
      try #require((effective(least) - bits).magnitude < 1e-9)
      try #require(effective(least * 2) > bits && effective(least * 1e9) < most)
      // A second arm is worth a bit.
      let currents = [Amperes(1e-5)]
      let gain =
        receiver.effectiveBits(fullScale: currents, arms: 2)
        - receiver.effectiveBits(fullScale: currents)
      try #require((gain - 1).magnitude < 1e-12)
    }
  }
}
