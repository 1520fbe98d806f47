import Hardware

/// Numbers a machine's units: DMA, ECU, CONV VDUs, FC VDUs.
struct UnitRows: Sendable {
  private let conv: Int
  private let fc: Int
  /// How many units there are.
  let count: Int

  init(_ machine: Machine) {
    conv = machine.firstRow(of: .conv)
    fc = machine.firstRow(of: .fc)
    count = fc + machine.fc.units
  }

  /// The row of a unit that exists.
  subscript(unit: Unit) -> Int {
    switch unit.resource {
    case .dma: 0
    case .ecu: 1
    case .conv: conv + Int(unit.number)
    case .fc: fc + Int(unit.number)
    }
  }
}
