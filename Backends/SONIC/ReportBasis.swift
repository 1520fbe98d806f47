public import Hardware

extension Report {
  /// What the figures of a report rest on.
  public struct Basis: Encodable, Sendable {
    /// Where it comes from how many of everything there are: vectors, imprints, zeros.
    public enum Counts: String, Encodable, Sendable {
      case measured = "measured by execution"
      case expected = "expected from the zeros that calibration saw"
    }

    /// How much of the energy has a least certain figure of this mark.
    public struct Share: Encodable, Sendable {
      public var mark: Mark
      public var meaning: String
      public var energyFemtojoules: Int
    }

    public var counts: Counts
    /// The figures that time is computed from, by path; energy has them too, as far as it is power times time.
    public var timeFigures: [String]
    public var energyByMark: [Share]
    /// All figures that the report depends on, in the machine file's order.
    public var figures: [Figure]

    init(_ counts: Counts, _ components: [Component], on machine: Machine) {
      self.counts = counts
      let paths = Set(components.flatMap(\.figures))
      timeFigures = []
      figures = []
      for figure in machine.figures {
        if figure.isOfTime {
          timeFigures.append(figure.path)
        } else if !paths.contains(figure.path), !figure.isOfBits {
          continue
        }
        figures.append(figure)
      }
      let marks = Dictionary(figures.map { ($0.path, $0.mark) }) { first, _ in first }
      var energies: [Mark: Int] = [:]
      for component in components {
        // A figure that is left out has a value that we chose.
        let mark = component.figures.map { marks[$0] ?? .ours }.max() ?? .ours
        energies[mark, default: 0] += component.energyFemtojoules
      }
      energyByMark = Mark.allCases.compactMap { mark in
        energies[mark].map { Share(mark: mark, meaning: mark.meaning, energyFemtojoules: $0) }
      }
    }
  }
}

extension Report.Basis {
  /// The marks of the figures at paths, the most certain first.
  private func marks(of paths: [String]) -> [Mark] {
    Set(figures.filter { paths.contains($0.path) }.map(\.mark)).sorted()
  }

  /// Those of the figures that time is computed from.
  var timeMarks: [Mark] { marks(of: timeFigures) }

  /// All there are.
  var marks: [Mark] { Set(figures.map(\.mark)).sorted() }

  /// What a component's energy is computed from: `2.8 mW (T), arms 2 (O)`.
  func words(_ component: Report.Component) -> String {
    let own = component.figures.compactMap { path in figures.first { $0.path == path } }
    guard own.count <= 2 else {
      let marks = marks(of: component.figures).map(\.rawValue).joined(separator: ", ")
      return "\(own.count) figures (\(marks))"
    }
    return own.enumerated().map { place, figure in
      let name = place == 0 ? "" : figure.path.split(separator: ".").last! + " "
      return "\(name)\(figure.value) (\(figure.mark.rawValue))"
    }.joined(separator: ", ")
  }
}

extension Figure {
  /// Whether an account's times, or how many vectors it counts, depend on it.
  var isOfTime: Bool {
    let ends: [String] =
      if path.hasPrefix("devices.") {
        [".latency", ".interval"]
      } else if path.hasPrefix("memory.") {
        [".bandwidth"]
      } else if path.hasPrefix("control.") {
        [".period", ".lanes", ".drops-zeros"]
      } else if path.hasPrefix("conv.") || path.hasPrefix("fc.") {
        [".units", ".length", ".rows", ".banks"]
      } else {
        []
      }
    return ends.contains { path.hasSuffix($0) }
  }

  /// Whether energy a bit depends on it, and nothing else does.
  var isOfBits: Bool { path.hasPrefix("devices.") && path.hasSuffix(".bits") }
}
