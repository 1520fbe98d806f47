import Photonics
import Testing

/// Numbers without a derivation here are printed by reference.py.
@Suite struct LinkBudgetTests {
  private static let budget = LinkBudget(
    losses: Losses(
      propagation: Decibels(1), splitter: Decibels(0.13), combiner: Decibels(0.9),
      ringThrough: Decibels(0.02), ringModulation: Decibels(0.72), electroOptic: Decibels(6),
      thermoOptic: Decibels(1)),
    rings: 5, arms: 2, broadbandRings: 1, length: Micrometers(500), tunedLength: Micrometers(32))

  @Test func lossesAreFactors() {
    expectClose(Self.budget.total.value, 5.632699957)
    expectClose(Self.budget.laserPower(sensitivity: Milliwatts(0.01)).value, 0.03658221482)
  }

  /// P_laser - S_detector = loss + 10 log10 N, as CrossLight writes it.
  @Test func sharedLaserInDecibels() {
    let power = Self.budget.sharedLaserPower(sensitivity: Milliwatts(0.01))
    expectClose(power.dBm - -20, Self.budget.total.value + 6.989700043, 1e-9)
  }

  /// One ring and one arm divide and pass nothing.
  @Test func nothingIsLostInWhatIsNotThere() {
    var alone = Self.budget
    (alone.rings, alone.arms, alone.broadbandRings) = (1, 1, 0)
    let lost = alone.contributions.filter { $0.loss > .zero }.map(\.name)
    #expect(
      lost == ["combiner", "modulation", "EO-tuned waveguide", "TO-tuned waveguide", "propagation"])
  }

  @Test func whatGoesInComesOut() {
    let power = Milliwatts(0.3)
    expectClose(power.before(Decibels(7)).after(Decibels(7)).value, 0.3, 1e-14)
    expectClose(Decibels(3).ratio, 1.995262315, 1e-9)
  }
}
