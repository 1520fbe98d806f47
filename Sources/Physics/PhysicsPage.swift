public import Charts
public import Hardware
public import Support

/// What the physics of its devices says of a machine: eight models, each with its source, its figures and
/// a chart.
public struct PhysicsPage: Sendable {
  /// In Markdown; it refers to the charts by their names.
  public let text: String
  public let charts: [LineChart]

  /// - Throws: 65 if the machine file has no optics, or some that are beyond the models.
  public init(_ machine: Machine) throws(Failure) {
    guard let optics = machine.optics else {
      throw .data(at: Place(file: machine.name), "found no optics, which physics is computed from")
    }
    try Models.check(machine, optics)
    let models = Models(machine, optics)
    let sections = [
      models.ringSection, models.imprintSection, models.bankSection, models.thermalSection,
      models.tuningSection, models.linkSection, models.receiverSection, models.converterSection,
    ]
    charts = sections.map(\.chart)
    text = """
      # The physics of the devices

      Printed by `sonic physics` for the machine \(machine.name): \(machine.summary).

      Each formula stands with its source, and every figure says where it is from: **T** read in the SONIC paper (arXiv
      2109.04459), **C** in CrossLight's (arXiv 2102.06960), **P** in another paper's abstract, **R** recalled, **O** ours.
      Nothing is tuned to come out right. *CONV* and *FC* are the two kinds of VDU; a vector longer than one set of
      wavelengths is divided over banks, whose light meets on one photodetector (O).

      Figures have three digits, and charts a tenth of a unit, so that they are the same everywhere: eigenvectors come from
      LAPACK, logarithms from the C library, and both may differ in the last of some sixteen digits between machines. The
      thermal systems here lose no more than their condition number of those, so a third digit could only differ where a
      value lies within 10^-12 of a rounding's edge; the same holds of a heater that is taken for cold.

      ## What it says of the machine file

      \(models.verdict.markdown)
      ## What it is computed from

      \(Self.sources(machine).markdown)
      \(sections.map(\.markdown).joined(separator: "\n"))
      """
  }

  /// The machine file's figures that the models take, and those that it does not have.
  private static func sources(_ machine: Machine) -> DataTable {
    let taken = machine.figures.filter { figure in
      ["optics.", "devices.vcsel.power", "devices.adc.", "devices.tuning.", "devices.arms"]
        .contains { figure.path.hasPrefix($0) }
        || ["conv.length", "fc.length", "devices.thermal-hold"].contains(figure.path)
    }
    return DataTable(
      name: "sources", header: ["figure", "value", "mark", "source"],
      words: taken.map { [$0.path, $0.value, $0.mark.rawValue, $0.source] } + OtherFigures.sources)
  }
}
