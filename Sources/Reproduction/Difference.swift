import Charts
import Foundation

/// A published ratio beside ours, with what each experiment makes of ours.
struct Difference: Sendable {
  /// Ours under one experiment, with one model of the accelerator.
  struct Candidate: Sendable {
    let model: String
    let experiment: Experiment
    let ratio: Double
  }

  let peer: String
  let metric: Comparison.Metric
  let published: PublishedFigures.Number
  /// What is least known of the accelerator.
  let doubt: String
  /// The likeliest model's first, of those the base first.
  let candidates: [Candidate]
  /// How many times as many bits a picture has on SONIC as on the likeliest model.
  let bits: Double

  private var base: Candidate { candidates[0] }
  /// Whether ours is off by at most 25 %.
  var isNear: Bool { base.ratio.isNear(published.value) }

  /// Of every ratio that the paper gives a number of.
  static func all(_ comparison: Comparison, _ experiments: [Experiment]) -> [Difference] {
    let published = PublishedFigures.ratios.map(\.accelerator)
    return published.flatMap { peer in
      Comparison.Metric.allCases.compactMap { metric in
        let models = comparison.accelerators.indices.filter {
          comparison.accelerators[$0].peer == peer
        }
        guard let first = models.first, let number = PublishedFigures.ratio(metric, over: peer)
        else { return nil }
        let candidates = models.flatMap { model in
          experiments.filter { $0.applies(to: metric) }.map { experiment in
            Candidate(
              model: comparison.accelerators[model].name, experiment: experiment,
              ratio: comparison.ratio(metric, over: model, experiment))
          }
        }
        let bits = comparison.entries.map { entry in
          entry.sonic(experiments[0]).bits[.streamed]!
            / entry.other(first, experiments[0]).bits[.streamed]!
        }
        return Difference(
          peer: peer, metric: metric, published: number,
          doubt: comparison.accelerators[first].doubt, candidates: candidates, bits: mean(bits))
      }
    }
  }

  /// How many times a ratio is off, whichever way.
  private func factor(_ ratio: Double) -> Double {
    exp(log(ratio / published.value).magnitude)
  }

  /// A paragraph on the likely cause, as far as the experiments show one.
  var paragraph: String {
    var lines = [
      "**\(peer), \(metric.name).** Published is \(published.text); here it is \(figure(base.ratio)), "
        + "\(figure(base.ratio / published.value)) times that. \(movement)"
    ]
    if metric == .energyPerBit, let other = PublishedFigures.ratio(.efficiency, over: peer) {
      lines.append(
        "If energy a bit is a picture's energy over its bits, \(published.text) and \(other.text) times the FPS/W "
          + "together say that a picture has \(figure(published.value / other.value)) times as many bits on SONIC "
          + "as on \(peer); here it has \(figure(bits)) times as many.")
    }
    lines.append(verdict)
    return lines.joined(separator: "\n") + "\n"
  }

  /// What each change makes of it.
  private var movement: String {
    let own = candidates.dropFirst().filter { $0.model == base.model }
    let others = candidates.filter {
      $0.model != base.model && $0.experiment.name == base.experiment.name
    }
    let changes =
      own.map { "\(figure($0.ratio)) with *\($0.experiment.name)*" }
      + others.map { "\(figure($0.ratio)) against `\($0.model)`" }
    return "Changed one at a time, it becomes \(changes.joined(separator: ", "))."
  }

  /// Which of all combinations comes nearest, and whether that is near enough to explain the difference.
  private var verdict: String {
    guard let nearest = candidates.min(by: { factor($0.ratio) < factor($1.ratio) }) else {
      return ""
    }
    let what = "*\(nearest.experiment.name)* against `\(nearest.model)`, \(figure(nearest.ratio)),"
    guard !nearest.ratio.isNear(published.value) else {
      return
        "What comes nearest, \(what) would explain the difference: \(nearest.experiment.meaning)."
    }
    let gain = factor(base.ratio) / factor(nearest.ratio)
    let share =
      gain > 1.25
      ? "takes the difference from a factor of \(figure(factor(base.ratio))) to one of "
        + "\(figure(factor(nearest.ratio)))"
      : "still leaves a factor of \(figure(factor(nearest.ratio)))"
    return "What comes nearest, \(what) \(share); none of these changes explains it alone. "
      + "The rest is likely in the model of \(peer): \(doubt)."
  }
}

extension Experiment {
  /// Whether it may move a metric at all.
  func applies(to metric: Comparison.Metric) -> Bool {
    metric == .energyPerBit || bits == .streamed
  }
}
