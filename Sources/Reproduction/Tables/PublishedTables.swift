import Charts
import Hardware

extension DataTable {
  /// CrossLight's table III.
  static var crossLight: DataTable {
    DataTable(
      name: "published-crosslight", header: ["accelerator", "kFPS/W", "pJ a bit"],
      rows: PublishedFigures.crossLight.map {
        [Cell($0.accelerator), Cell($0.efficiency), Cell($0.energyPerBit)]
      })
  }

  /// What CrossLight's table III says of electronic accelerators, beside what they compute at most.
  static func limits(_ accelerators: [Accelerator]) -> DataTable {
    DataTable(
      name: "published-limits",
      header: [
        "accelerator", "kFPS/W, CrossLight paper", "W", "kFPS that these make", "peak, GOp/s",
        "MOp a picture at most",
      ],
      rows: accelerators.compactMap { accelerator in
        guard case .electronic(let machine) = accelerator.model,
          let row = PublishedFigures.crossLight.first(where: { $0.accelerator == accelerator.peer })
        else { return nil }
        let (watts, gigaoperations) = (machine.power.watts, Double(machine.peak) / 1e3)
        let rate = row.efficiency.value * watts
        return [
          Cell(accelerator.name), Cell(row.efficiency), Cell(watts), Cell(rate),
          Cell(gigaoperations), Cell(gigaoperations / rate),
        ]
      })
  }

  /// CrossLight over each accelerator of which both papers speak.
  static var contradictions: DataTable {
    let ratios = PublishedFigures.ratios
    let rows = PublishedFigures.crossLight
    guard let own = rows.first(where: { $0.accelerator.hasPrefix("CrossLight") }),
      let sonic = ratios.first(where: { $0.accelerator == "CrossLight" })
    else { preconditionFailure("both papers have CrossLight") }
    return DataTable(
      name: "contradictions",
      header: [
        "CrossLight against", "times the FPS/W, SONIC paper", "times the FPS/W, CrossLight paper",
        "times less energy a bit, SONIC paper", "times less energy a bit, CrossLight paper",
      ],
      rows: ratios.compactMap { ratio in
        guard ratio.accelerator != "CrossLight",
          let row = rows.first(where: { $0.accelerator == ratio.accelerator })
        else { return nil }
        return [
          Cell(ratio.accelerator), Cell(ratio.efficiency.value / sonic.efficiency.value),
          Cell(own.efficiency.value / row.efficiency.value),
          Cell(ratio.energyPerBit.value / sonic.energyPerBit.value),
          Cell(row.energyPerBit.value / own.energyPerBit.value),
        ]
      })
  }
}

extension Cell {
  init(_ number: PublishedFigures.Number) { self.init(number.value, as: number.text) }
}
