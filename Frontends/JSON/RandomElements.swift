import Support
import Tensor

/// Seeded random elements, pruned to a sparsity. The same on every machine.
struct RandomElements {
  enum Distribution: String, CaseIterable {
    case normal, uniform
  }

  enum Scale {
    /// After He et al., arXiv 1502.01852: the variance of a weight is 2 over the inputs of a
    /// kernel, which are the elements of a slice along the first axis.
    case he
    /// The standard deviation, or half the width of the interval.
    case value(Float)
  }

  var seed: UInt64?
  var distribution = Distribution.normal
  var scale = Scale.he
  var mean: Float = 0
  /// The fraction of elements that is zero.
  var sparsity: Double?

  /// Uniform in `mean - scale ..< mean + scale`.
  static func uniform(mean: Float = 0, scale: Float) -> RandomElements {
    RandomElements(distribution: .uniform, scale: .value(scale), mean: mean)
  }

  /// Draws elements, none of them zero, then sets those of smallest magnitude to zero: exactly
  /// `sparsity` times the count, to the nearest integer and halves up. O(count).
  func draw(_ shape: Shape, _ random: inout SeededRandom) -> [Float] {
    let scale = scale(of: shape)
    var floats: [Float] = []
    floats.reserveCapacity(shape.count)
    for _ in 0..<shape.count {
      var value: Float
      repeat {
        let unit =
          switch distribution {
          case .normal: random.nextNormal()
          case .uniform: 2 * random.nextFloat() - 1
          }
        value = mean + scale * unit
      } while value == 0
      floats.append(value)
    }
    if let sparsity {
      floats.zeroSmallest(Int((sparsity * Double(shape.count)).rounded()))
    }
    return floats
  }

  private func scale(of shape: Shape) -> Float {
    switch scale {
    case .value(let value): return value
    case .he:
      let fanIn = Float(max(shape.sizes.dropFirst().reduce(1, *), 1))
      // A uniform variable of half width w has the variance w^2 / 3.
      return ((distribution == .normal ? 2 : 6) / fanIn).squareRoot()
    }
  }
}

extension ModelReader {
  /// `{"seed": 1, "distribution": "normal", "scale": "he", "mean": 0, "sparsity": 0.5}`
  mutating func randomElements(_ item: Item) -> RandomElements? {
    guard
      let fields = document.object(
        item, optional: ["seed", "distribution", "scale", "mean", "sparsity"])
    else { return nil }
    var elements = RandomElements()
    elements.seed = fields["seed"].flatMap { document.integer($0, in: 0...Int.max) }
      .map { UInt64($0) }
    if let item = fields["distribution"],
      let distribution = document.choice(
        item, RandomElements.Distribution.self)
    {
      elements.distribution = distribution
    }
    if let item = fields["scale"], let scale = scale(item) { elements.scale = scale }
    if let item = fields["mean"],
      let mean = document.float(item, in: -1e30...1e30, "a number from -1e30 to 1e30")
    {
      elements.mean = mean
    }
    if let item = fields["sparsity"] { elements.sparsity = sparsity(item) }
    return elements
  }

  private mutating func scale(_ item: Item) -> RandomElements.Scale? {
    if item.value.string == "he" { return .he }
    return document.float(item, in: 1e-30...1e30, "\"he\" or a number from 1e-30 to 1e30")
      .map { .value($0) }
  }

  private mutating func sparsity(_ item: Item) -> Double? {
    guard case .number(let spelling) = item.value.kind, let value = Double(spelling),
      (0...1).contains(value)
    else {
      document.mismatch(item, "a number from 0 to 1")
      return nil
    }
    return value
  }
}

extension Elements {
  var seed: UInt64? {
    if case .random(let elements) = self { elements.seed } else { nil }
  }
}
