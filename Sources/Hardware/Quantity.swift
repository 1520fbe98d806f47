/// A figure as a machine file spells it: a decimal number and a unit, as `0.33 ns`.
struct Quantity: Hashable {
  /// What a unit measures; the raw value names the base that ``Quantity/count`` is in.
  enum Dimension: String {
    case time = "ps"
    case power = "nW"
    case energy = "aJ"
    case bytes = "B"
    case bandwidth = "B/us"
    case rate = "Op/us"
    case length = "pm"
    case loss = "mdB"
    case attenuation = "mdB/cm"
    case level = "mdBm"
    case noise = "mdB/Hz"
    case ratio = "ppm"
    case responsivity = "mA/W"
    case resistance = "mohm"
    case temperature = "mK"
    case resolution = "bits"

    /// Levels below a milliwatt, and noise below the light, are negative.
    var isSigned: Bool { self == .level || self == .noise }
  }

  /// Units by dimension: how many base units one of them is.
  static let units: [Dimension: [(name: String, base: Int)]] = [
    .time: [("ps", 1), ("ns", 1_000), ("us", 1_000_000)],
    .power: [("nW", 1), ("uW", 1_000), ("mW", 1_000_000), ("W", 1_000_000_000)],
    .energy: [("aJ", 1), ("fJ", 1_000), ("pJ", 1_000_000), ("nJ", 1_000_000_000)],
    .bytes: [("B", 1), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30)],
    .bandwidth: [("MB/s", 1), ("GB/s", 1_000)],
    .rate: [("MOp/s", 1), ("GOp/s", 1_000), ("TOp/s", 1_000_000)],
    .length: [("pm", 1), ("nm", 1_000), ("um", 1_000_000)],
    .loss: [("dB", 1_000)], .attenuation: [("dB/cm", 1_000)], .level: [("dBm", 1_000)],
    .noise: [("dB/Hz", 1_000)],
    .ratio: [("ppm", 1), ("%", 10_000)],
    .responsivity: [("mA/W", 1), ("A/W", 1_000)],
    .resistance: [("ohm", 1_000), ("kohm", 1_000_000)],
    .temperature: [("K", 1_000)],
    .resolution: [("bits", 1)],
  ]

  /// The largest figure of each dimension, in base units: generous for a device, and small enough
  /// that no total over a network overflows.
  static let largest: [Dimension: Int] = [
    .time: 10_000_000, .power: 1_000_000_000_000, .energy: 1_000_000_000_000, .bytes: 1 << 44,
    .bandwidth: 1_000_000_000, .rate: 1_000_000_000, .length: 1_000_000_000, .loss: 300_000,
    .attenuation: 300_000, .level: 300_000, .noise: 1_000_000, .ratio: 1_000_000,
    .responsivity: 1_000_000, .resistance: 1_000_000_000,
    .temperature: 1_000_000, .resolution: 16,
  ]

  /// The figure in base units.
  let count: Int

  /// Reads `text`; nil unless it is a number and a unit of `dimension` that make a whole number of base
  /// units, of magnitude no larger than ``largest``, and not negative unless the dimension has a sign.
  init?(_ text: String, _ dimension: Dimension) {
    let parts = text.split(separator: " ")
    guard parts.count == 2,
      let unit = Self.units[dimension]?.first(where: { $0.name == parts[1] })
    else { return nil }
    let isNegative = dimension.isSigned && parts[0].hasPrefix("-")
    // Decimal arithmetic on integers: 0.33 ns is 330 ps exactly.
    let digits = parts[0].dropFirst(isNegative ? 1 : 0).split(
      separator: ".", omittingEmptySubsequences: false)
    guard digits.count <= 2, let whole = digits.first, !whole.isEmpty else { return nil }
    let fraction = digits.count == 2 ? digits[1] : ""
    guard whole.count + fraction.count <= 15, (whole + fraction).allSatisfy(\.isASCIIDigit),
      let number = Int(whole + fraction)
    else { return nil }
    let (scaled, overflow) = number.multipliedReportingOverflow(by: unit.base)
    var divisor = 1
    for _ in fraction { divisor *= 10 }
    guard !overflow, scaled % divisor == 0, scaled / divisor <= Self.largest[dimension]! else {
      return nil
    }
    count = isNegative ? -(scaled / divisor) : scaled / divisor
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
