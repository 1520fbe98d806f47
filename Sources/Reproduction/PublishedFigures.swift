/// What the SONIC paper and CrossLight's say of accelerators, to set beside what is computed.
enum PublishedFigures {
  /// A number as printed.
  struct Number: Sendable, ExpressibleByStringLiteral {
    let text: String
    let value: Double

    init(stringLiteral text: String) {
      guard let value = Double(text) else { preconditionFailure("\(text) is not a number") }
      self.text = text
      self.value = value
    }
  }

  /// An accelerator's frames a second and watt, and its energy a bit.
  struct Row: Sendable {
    let accelerator: String
    let efficiency: Number
    let energyPerBit: Number
  }

  /// How many times better SONIC is than each, averages over its four networks [T].
  static let ratios = [
    Row(accelerator: "NullHop", efficiency: "5.81", energyPerBit: "8.4"),
    Row(accelerator: "RSNN", efficiency: "4.02", energyPerBit: "5.78"),
    Row(accelerator: "LightBulb", efficiency: "3.08", energyPerBit: "19.4"),
    Row(accelerator: "CrossLight", efficiency: "2.94", energyPerBit: "18.4"),
    Row(accelerator: "HolyLight", efficiency: "13.8", energyPerBit: "27.6"),
  ]

  /// CrossLight's table III [C]: averages over four networks of its own, in kFPS/W and pJ a bit.
  static let crossLight = [
    Row(accelerator: "P100", efficiency: "24.9", energyPerBit: "971.31"),
    Row(accelerator: "Xeon 9282", efficiency: "2.39", energyPerBit: "5099.68"),
    Row(accelerator: "Edge TPU", efficiency: "17.53", energyPerBit: "697.37"),
    Row(accelerator: "NullHop", efficiency: "4.48", energyPerBit: "2727.43"),
    Row(accelerator: "HolyLight", efficiency: "3.3", energyPerBit: "274.13"),
    Row(accelerator: "CrossLight, opt TED", efficiency: "52.59", energyPerBit: "28.78"),
  ]

  /// How many times better SONIC is than an accelerator that the paper gives numbers of.
  static func ratio(_ metric: Comparison.Metric, over peer: String) -> Number? {
    ratios.first { $0.accelerator == peer }.map {
      metric == .efficiency ? $0.efficiency : $0.energyPerBit
    }
  }
}
