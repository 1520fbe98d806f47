/// An assumption behind a comparison, changed against the base, which is the first of ``all(_:)``.
struct Experiment: Sendable {
  let name: String
  /// How SONIC is read.
  let reading: String
  let memory: MemoryCost
  let bits: Outcome.Bits
  /// Whether rings stay on their wavelengths for nothing, SONIC's and those of others.
  var holdsForFree = false
  /// What it would mean if this explained a difference.
  let meaning: String

  /// - Parameter readings: the default first.
  static func all(_ readings: [Variant]) -> [Experiment] {
    let (base, others) = (readings[0].name, readings.dropFirst().filter { !$0.hasFastMemory })
    let one = Outcome.Bits.streamed
    let read = others.map {
      Experiment(
        name: $0.name, reading: $0.name, memory: .free, bits: one,
        meaning: "SONIC would have to be read so: \($0.summary)")
    }
    return [
      Experiment(
        name: "base", reading: base, memory: .free, bits: one,
        meaning: "SONIC would be read by default, and memory not counted")
    ] + read + [
      Experiment(
        name: "memory counted", reading: base, memory: .counted, bits: one,
        meaning: "the time and energy of memory would have to be in what is published"),
      Experiment(
        name: "held for free", reading: base, memory: .free, bits: one, holdsForFree: true,
        meaning: "collective tuning would have to save all that rings draw to stay where they are"),
      Experiment(
        name: "bits of both operands", reading: base, memory: .free, bits: .both,
        meaning: "a bit would have to be one of either operand of a multiplication"),
      Experiment(
        name: "bits of the network", reading: base, memory: .free, bits: .network,
        meaning: "a bit would have to be the network's, the same for every accelerator"),
    ]
  }
}
