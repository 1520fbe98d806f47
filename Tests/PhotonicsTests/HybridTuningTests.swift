import Photonics
import Testing

@Suite struct HybridTuningTests {
  private static let tuning = HybridTuning(
    threshold: Nanometers(1), electroOpticLatency: Nanoseconds(20),
    electroOpticPower: Milliwatts(0.004), thermoOpticLatency: Nanoseconds(4000),
    thermoOpticPower: Milliwatts(27.5), freeSpectralRange: Nanometers(18))

  @Test func smallShiftsAreElectroOptic() {
    let small = Self.tuning.tune(by: Nanometers(-0.5))
    #expect(small.method == .electroOptic && small.latency == Nanoseconds(20))
    expectClose(small.power.value, 0.002)
    #expect(Self.tuning.tune(by: Nanometers(1)).method == .electroOptic)
  }

  /// 2.1 nm of 18 nm: what the machine file holds a ring with.
  @Test func largeShiftsAreThermoOptic() {
    let large = Self.tuning.tune(by: Nanometers(2.1))
    #expect(large.method == .thermoOptic && large.latency == Nanoseconds(4000))
    expectClose(large.power.value, 3.208333333)
  }
}
