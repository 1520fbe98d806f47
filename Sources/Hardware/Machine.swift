/// The accelerator as data. Sources and certainty stand beside the figures in the machine file and
/// come along as ``figures``.
public struct Machine: Sendable, Hashable {
  public var name: String
  /// One line about what reading of the paper this is.
  public var summary: String
  /// N units that compute convolutions on vectors of length n.
  public var conv: VDUArray
  /// K units that compute fully connected layers on vectors of length m.
  public var fc: VDUArray
  public var devices: Devices
  public var control: ControlUnit
  public var memory: Memory
  /// Nil where the file leaves it out: then there are no noisy numerics.
  public var optics: Optics?
  /// Every figure with its source, in the order of the file.
  public var figures: [Figure]
  /// The text of the machine file: what a program carries, so that it always runs on the machine
  /// that it was compiled for.
  public var text: String
}

/// Vector dot-product units of one kind.
public struct VDUArray: Sendable, Hashable {
  /// How many there are.
  public var units: Int
  /// Elements of a vector: VCSELs, and microrings in an arm of a bank.
  public var length: Int
  /// Vectors that a unit takes at a time against what is on its rings.
  public var rows: Int
  /// Microring banks that hold different vectors: with two, one is tuned while the other is used.
  public var banks: Int
  /// Whether weights may be activations, which are known only at run time.
  public var takesActivationsAsWeights: Bool
}

/// A device: how long until its result is there, how often it takes a new one, what it draws while
/// busy.
public struct Device: Sendable, Hashable {
  public var latency: Picoseconds
  public var interval: Picoseconds
  public var power: Nanowatts
}

/// The optical and mixed-signal parts of a VDU.
public struct Devices: Sendable, Hashable {
  /// Imprints a weight: on a microring, or on a VCSEL where patches stay on the rings.
  public var weightDAC: Device
  /// Bits of a weight that it converts, for energy a bit. Values do not depend on them.
  public var weightBits: Int
  /// The same for an activation.
  public var activationDAC: Device
  public var activationBits: Int
  public var vcsel: Device
  /// Electro-optic tuning of one microring.
  public var tuning: Device
  public var photodetector: Device
  /// Transimpedance amplifier.
  public var tia: Device
  public var adc: Device
  /// What a microring draws all the time to stay on its wavelength in spite of fabrication
  /// variation: thermo-optic tuning, collective (TED) where the file says so.
  public var thermalHold: Nanowatts
  /// Arms of balanced detection: photodetectors a vector, and microrings an element.
  public var arms: Int
  /// Whether a VCSEL is dark at a zero.
  public var gatesVCSEL: Bool
  /// Whether the DAC of a gated VCSEL is gated too.
  public var gatesDAC: Bool
}

/// The electronic control unit.
public struct ControlUnit: Sendable, Hashable {
  public var period: Picoseconds
  /// Elementary operations a period.
  public var lanes: Int
  /// Static power.
  public var power: Nanowatts
  /// Whether it drops zero activations of a patch before the patch is held on rings; else they are held
  /// like others.
  public var dropsZeros: Bool
  /// An addition of partial sums, 32-bit integers.
  public var accumulate: Attojoules
  public var add: Attojoules
  public var multiply: Attojoules
  public var divide: Attojoules
  public var compare: Attojoules
  /// A transcendental function.
  public var function: Attojoules
}

/// A memory.
public struct MemoryLevel: Sendable, Hashable {
  public var capacity: Int
  /// Bytes a microsecond; zero where it keeps up with whatever reads it.
  public var bandwidth: Int
  /// For a byte read or written.
  public var energy: Attojoules

  /// The time that `bytes` take, rounded up.
  public func time(bytes: Int) -> Picoseconds {
    guard bandwidth > 0 else { return .zero }
    let picoseconds = (Int128(bytes) * 1_000_000 + Int128(bandwidth) - 1) / Int128(bandwidth)
    return Picoseconds(Int(clamping: picoseconds))
  }
}

public struct Memory: Sendable, Hashable {
  public var dram: MemoryLevel
  /// Holds activations between layers.
  public var sram: MemoryLevel
  /// The buffer of one VDU, of which one half is filled while the other is used.
  public var local: MemoryLevel
  /// Holds the parameters that are loaded and not yet used, half by half.
  public var parameters: MemoryLevel
}

/// A figure of the machine file with its origin.
public struct Figure: Sendable, Hashable, Encodable {
  /// Where it stands: `devices.adc.latency`.
  public var path: String
  /// As written: `14 ns`.
  public var value: String
  public var mark: Mark
  public var source: String
}
