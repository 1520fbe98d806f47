import Foundation

/// Where the numbers of an axis stand in a drawing, and which of them are labelled.
struct AxisScale {
  private let scale: LineChart.Axis.Scale
  private let range: ClosedRange<Double>
  private let start: Double
  private let end: Double

  /// - Parameters:
  ///   - values: what the axis reaches over, rounded outwards, if it has no range of its own.
  ///   - start: the coordinate of the range's lower end.
  ///   - end: that of its upper end.
  init(_ axis: LineChart.Axis, _ values: [Double], from start: Double, to end: Double) {
    scale = axis.scale
    self.start = start
    self.end = end
    let shown = values.filter { $0.isFinite && (axis.scale == .linear || $0 > 0) }
    let (low, high) = (shown.min() ?? 1, shown.max() ?? 1)
    switch (axis.range, axis.scale) {
    case (let range?, _): self.range = range
    case (nil, .linear):
      let step = Self.step(high - low)
      let first = (low / step).rounded(.down) * step
      self.range = first...max((high / step).rounded(.up) * step, first + step)
    case (nil, .logarithmic):
      let first = Self.round(low) { $0 <= low * (1 + 1e-9) }.last ?? low
      let last = Self.round(high) { $0 >= high * (1 - 1e-9) }.first ?? high
      self.range = first...max(last, 10 * first)
    }
  }

  /// One, two and five times the powers of ten about a number, those that are wanted.
  private static func round(_ number: Double, where isWanted: (Double) -> Bool) -> [Double] {
    let decade = log10(number).rounded(.down)
    return [-1, 0, 1].flatMap { (shift: Double) -> [Double] in
      let power = pow(10, decade + shift)
      return [power, 2 * power, 5 * power].filter(isWanted)
    }
  }

  func contains(_ value: Double) -> Bool { range.contains(value) }

  func place(_ value: Double) -> Double {
    let share =
      switch scale {
      case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      case .logarithmic: log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
      }
    return start + share * (end - start)
  }

  /// Round numbers: multiples of one step, or powers of ten, with twice and five times them where there are
  /// few.
  var ticks: [Double] {
    switch scale {
    case .linear:
      let step = Self.step(range.upperBound - range.lowerBound)
      let first = (range.lowerBound / step).rounded(.up)
      let last = (range.upperBound / step + 1e-9).rounded(.down)
      return stride(from: first, through: last, by: 1).map { $0 * step }
    case .logarithmic:
      let first = Int(log10(range.lowerBound).rounded(.down))
      let last = Int(log10(range.upperBound).rounded(.up))
      let parts: [Double] = last - first <= 3 ? [1, 2, 5] : [1]
      let shown = range.lowerBound * (1 - 1e-9)...range.upperBound * (1 + 1e-9)
      return (first...last).flatMap { (decade: Int) -> [Double] in
        let power = pow(10, Double(decade))
        return parts.map { $0 * power }.filter(shown.contains)
      }
    }
  }

  func label(_ tick: Double) -> String {
    String(format: "%g", scale == .linear && tick.magnitude < 1e-9 ? 0 : tick)
  }

  /// One, two or five times a power of ten, so that a length has five to ten of them.
  private static func step(_ length: Double) -> Double {
    guard length > 0 else { return 1 }
    let rough = length / 10
    let power = pow(10, log10(rough).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= rough * (1 - 1e-9) } ?? 10) * power
  }
}
