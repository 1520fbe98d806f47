import Hardware
import Plan

/// What each VDU was told to hold, so that it is known what streams past what.
struct HeldVectors {
  private let rows: UnitRows
  /// By the row of the VDU: kernels or positions.
  private var held: [Range<Int>]

  init(_ machine: Machine) {
    rows = UnitRows(machine)
    held = [Range<Int>](repeating: 0..<0, count: rows.count)
  }

  /// Takes the next instruction.
  ///
  /// - Returns: the tile, if it fires one: a VDU that was told to hold kernels streams positions.
  mutating func tile(_ instruction: SONICInstruction) -> Tile? {
    switch instruction {
    case .tuneKernel(let i):
      held[rows[i.unit]] = Range(i.kernels)
      return nil
    case .tunePatch(let i):
      held[rows[i.unit]] = Range(i.positions)
      return nil
    case .firePatch(let i):
      return Tile(
        unit: Int(i.unit.number), kernels: held[rows[i.unit]],
        positions: Range(i.positions))
    case .fireKernel(let i):
      return Tile(
        unit: Int(i.unit.number), kernels: Range(i.kernels),
        positions: held[rows[i.unit]])
    default: return nil
    }
  }
}

extension Range<Int> {
  fileprivate init(_ range: Range<UInt32>) {
    self = Int(range.lowerBound)..<Int(range.upperBound)
  }
}
