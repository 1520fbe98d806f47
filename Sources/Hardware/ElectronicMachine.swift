public import Foundation
public import Support

/// An accelerator without optics, as far as it is published: how much it computes a second, what it skips,
/// what it draws. Sources and certainty come along as ``figures``, as they do with a ``Machine``.
public struct ElectronicMachine: Sendable, Hashable {
  public var name: String
  /// One line about which version of it this is.
  public var summary: String
  /// Operations a microsecond at most; a multiplication and the addition after it are two.
  public var peak: Int
  /// The part of ``peak`` that it reaches.
  public var utilization: PartsPerMillion
  /// While it computes.
  public var power: Nanowatts
  /// Bits of an operand.
  public var bits: Int
  /// Whether multiplications by zero weights take no time, and those weights no room in memory.
  public var skipsZeroWeights: Bool
  /// Whether multiplications by zero activations take no time.
  public var skipsZeroActivations: Bool
  /// Bytes a microsecond that main memory gives it.
  public var memoryBandwidth: Int
  /// Of a byte of main memory; none where ``power`` has it.
  public var memoryEnergy: Attojoules
  /// Every figure with its source, in the order of the file.
  public var figures: [Figure]

  /// Reads a file of one line a figure. Every key must be known and every figure must be there.
  ///
  /// - Throws: 65 with all that is wrong in the file.
  public init(yaml bytes: Data, file: String) throws(Failure) {
    var reader = try MachineReader(bytes, file: file)
    reader.yaml.open(
      "",
      [
        "format", "version", "name", "summary", "peak", "utilization", "power", "bits",
        "skips-zero-weights", "skips-zero-activations", "memory-bandwidth", "memory-energy",
      ])
    reader.yaml.expect("format", "sonic-electronic")
    reader.yaml.expect("version", "1")
    name = reader.yaml.string("name")
    summary = reader.yaml.string("summary")
    peak = reader.quantity("peak", .rate, atLeast: 1)
    utilization = PartsPerMillion(reader.quantity("utilization", .ratio, atLeast: 1))
    power = Nanowatts(reader.quantity("power", .power, atLeast: 1))
    bits = reader.integer("bits", 1...64)
    skipsZeroWeights = reader.bool("skips-zero-weights")
    skipsZeroActivations = reader.bool("skips-zero-activations")
    memoryBandwidth = reader.quantity("memory-bandwidth", .bandwidth, atLeast: 1)
    memoryEnergy = Attojoules(reader.quantity("memory-energy", .energy))
    figures = reader.figures
    try reader.yaml.diagnostics.check()
  }
}
