import Charts
import Foundation

extension DataTable {
  /// How far each experiment is from all that is published together: geometric means of factors, against the
  /// likelier model of each accelerator.
  static func fits(_ differences: [Difference], _ experiments: [Experiment]) -> DataTable {
    DataTable(
      name: "fits",
      header: ["experiment"] + Comparison.Metric.allCases.map { "times off in \($0.name)" }
        + ["within 25 %"],
      rows: experiments.map { experiment in
        let found = Comparison.Metric.allCases.map { metric in
          differences.filter { $0.metric == metric }.compactMap { $0.quotient(experiment) }
        }
        let near = found.joined().filter { $0.isNear(1) }.count
        return [Cell(experiment.name)]
          + found.map { $0.isEmpty ? "" : Cell(exp(mean($0.map { log($0).magnitude }))) }
          + ["\(near) of \(found.joined().count)"]
      })
  }
}

extension Difference {
  /// Ours over the published under an experiment, against the likelier model.
  fileprivate func quotient(_ experiment: Experiment) -> Double? {
    candidates.first {
      $0.experiment.name == experiment.name && $0.model == candidates[0].model
    }.map { $0.ratio / published.value }
  }
}
