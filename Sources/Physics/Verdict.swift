import Charts
import Hardware
import Photonics

extension Models {
  /// What the models say of the figures of the machine file, a line each.
  var verdict: DataTable {
    DataTable(
      name: "verdict", header: ["of the machine file", "there", "by the models"],
      words: laserVerdicts + bitVerdicts + holdVerdicts + [pitchVerdict, converterVerdict])
  }

  private var laserVerdicts: [[String]] {
    let there = "\(figure(Milliwatts(machine.devices.vcsel.power).value)) mW"
    func needed(_ sensitivity: (Kind) -> Milliwatts?) -> String {
      kinds.map { kind in
        let light = sensitivity(kind).map(kind.link.laserPower)
        return
          "\(kind.name) \(light.map { figure($0.value / optics.efficiency.ratio) } ?? "out of reach")"
      }
      .joined(separator: ", ")
    }
    let rows = [8.0, 16].map { bits in
      let power = needed { kind in
        receiver.leastPower(bits: bits, channels: kind.elements, arms: kind.link.arms)
      }
      return ["VCSEL, electric, for \(Int(bits)) bits", there, "mW: " + power]
    }
    return [["VCSEL, electric, for the sensitivity", there, "mW: " + needed { _ in sensitivity }]]
      + rows
  }

  private var bitVerdicts: [[String]] {
    func each(_ value: (Kind) -> Double) -> String {
      kinds.map { "\($0.name) \(figure(value($0)))" }.joined(separator: ", ")
    }
    let left = optics.crosstalkLeft.ratio
    let weights = imprint.quantizationError(bits: optics.weightBits).effectiveBits
    let even = imprint.quantizationError(bits: 6).effectiveBits
    let enough = (6...32).first { imprint.quantizationError(bits: $0).effectiveBits >= 6 } ?? 32
    let drift = imprint.driftError(Nanometers(optics.drift)).effectiveBits
    return [
      ["ADC, bits", "16", "the receiver leaves " + each(receivedBits) + " at full scale"],
      [
        "crosstalk", "\(figure(left * 100)) % left",
        "bits: " + each { $0.bank.bits(uncertainty: left) } + "; not calibrated "
          + each { $0.bank.bits() },
      ],
      [
        "weight DAC", "6 bits",
        "\(figure(even)) effective bits where its levels are even shifts; \(enough) bits would leave 6",
      ],
      [
        "levels of weights", "\(optics.weightBits) bits",
        "\(figure(weights)) effective bits; drift leaves \(figure(drift))",
      ],
    ]
  }

  private var holdVerdicts: [[String]] {
    let hold = Milliwatts(machine.devices.thermalHold).value
    return [("alike", alike), ("each by itself", byThemselves)].map { name, shifts in
      let said = kinds.map { kind in
        let hold = Hold(kind.thermal, shifts(kind.bank.rings))
        return "\(kind.name) \(figure(hold.isolated.value)) isolated, "
          + "\(figure(hold.ringByRing.value)) ring by ring, \(figure(hold.collective.value)) with TED"
      }
      return [
        "thermal-hold, rings off \(name)", "\(figure(hold)) mW a ring",
        said.joined(separator: "; ") + " (mW a ring)",
      ]
    }
  }

  private var pitchVerdict: [String] {
    let width = ring.circumference(groupIndex: Microring.groupIndex) / .pi
    return [
      "pitch of rings", "\(figure(Micrometers(optics.pitch).value)) um",
      "a circle of this free spectral range is \(figure(width.value)) um wide",
    ]
  }

  private var converterVerdict: [String] {
    let figures = adcs.map {
      "\(figure($0.converter.rate.value * 1e-6)) MHz: \(figure($0.converter.schreierFigure.value)) dB"
    }
    return [
      "ADC, 16 bits", "\(figure(Milliwatts(machine.devices.adc.power).value)) mW",
      "Schreier's figure, of which \(figure(OtherFigures.schreier.value)) dB is the best known (R), at "
        + figures.joined(separator: ", "),
    ]
  }
}
