/// What heaters do so that every ring of a bank is where it is wanted.
public struct BankTuning: Hashable, Sendable {
  /// The shift that each heater gives its own ring.
  public let heats: [Nanometers]
  /// By how many resonances each ring has been moved past the nearest.
  public let hops: [Int]
  /// What all rings are moved by beyond what was wanted.
  public let bias: Nanometers
  /// Of all heaters.
  public let power: Milliwatts
}

extension ThermalBank {
  /// A heater's shift this near to zero is zero, as a share of the free spectral range.
  private static let tolerance = 1e-9

  /// Rings so far apart, or trenches so deep, that no heat reaches a neighbour: every heater gives what its
  /// own ring wants. What a power for each ring on its own stands for; it takes area instead.
  public func isolated(_ shifts: [Nanometers]) -> BankTuning {
    tuning(shifts, hops: [Int](repeating: 0, count: rings))
  }

  /// Naive tuning: each ring has a controller that knows nothing of the others and starts cold.
  ///
  /// Where the neighbours' heat moves a ring too far, its heater cannot move it back, so the controller goes on
  /// to the ring's next resonance, and warms the neighbours by that. It ends at the fewest hops at which no
  /// heater need cool, whichever ring takes its turn first: the inverse of K has nothing positive off its
  /// diagonal, so a hop never spares another ring one.
  public func ringByRing(_ shifts: [Nanometers]) -> BankTuning {
    var hops = [Int](repeating: 0, count: rings)
    while true {
      let wanted = zip(shifts, hops).map { $0.value + Double($1) * freeSpectralRange.value }
      let heats = modes.solve(wanted)
      let cold = heats.indices.filter { heats[$0] < -Self.tolerance * freeSpectralRange.value }
      guard !cold.isEmpty else { return tuning(heats.map { Nanometers(max($0, 0)) }, hops: hops) }
      for index in cold { hops[index] += 1 }
    }
  }

  /// Tuning of all rings at once, in eigenmodes, by a controller that knows K.
  ///
  /// It moves all rings further by one bias, the smallest at which no heater need cool: rings laid out that
  /// much to the blue of their wavelengths, or light moved to the red. Where whole resonances are cheaper, it
  /// does as ``ringByRing(_:)``.
  public func collective(_ shifts: [Nanometers]) -> BankTuning {
    let heats = modes.solve(shifts.map(\.value))
    let common = modes.solve([Double](repeating: 1, count: rings))
    let bias = zip(heats, common).map { -$0 / $1 }.reduce(0, max)
    let biased = zip(heats, common).map { Nanometers(max($0 + bias * $1, 0)) }
    let hops = [Int](repeating: 0, count: rings)
    let withBias = tuning(biased, hops: hops, bias: Nanometers(bias))
    let withHops = ringByRing(shifts)
    return withHops.power < withBias.power ? withHops : withBias
  }

  private func tuning(_ heats: [Nanometers], hops: [Int], bias: Nanometers = .zero) -> BankTuning {
    BankTuning(heats: heats, hops: hops, bias: bias, power: power(heats))
  }
}
