import Charts
import Hardware

extension DataTable {
  /// Every figure of a machine.
  static func figures(of machine: Machine) -> DataTable {
    DataTable(
      name: "machine", header: ["figure", "value", "mark", "source"],
      rows: machine.figures.map(\.cells))
  }

  /// Figures of other accelerators: of photonic ones those that SONIC has otherwise, or not at all.
  static func figures(of accelerators: [Accelerator], beside machine: Machine) -> DataTable {
    DataTable(
      name: "accelerator-figures", header: ["accelerator", "figure", "value", "mark", "source"],
      rows: accelerators.flatMap { accelerator in
        accelerator.figures
          .filter { figure in
            !machine.figures.contains { $0.path == figure.path && $0.value == figure.value }
          }
          .map { [Cell(accelerator.name)] + $0.cells }
      })
  }

  static func summaries(of accelerators: [Accelerator]) -> DataTable {
    DataTable(
      name: "accelerators", header: ["accelerator", "of the papers", "what it is", "least known"],
      rows: accelerators.map {
        [Cell($0.name), Cell($0.peer), Cell($0.summary), Cell($0.doubt)]
      })
  }
}

extension Figure {
  fileprivate var cells: [Cell] { [path, value, mark.rawValue, source].map { Cell($0) } }
}
