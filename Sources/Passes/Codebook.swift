import Graph
import Tensor

/// The values that weights may take, and which of them a weight takes.
struct Codebook: Sendable {
  /// Ascending, none of them zero.
  private let values: [Float]
  /// Halfway between neighbours, exact in a `Double`.
  private let midpoints: [Double]

  init(_ values: [Float]) {
    self.values = values
    midpoints = zip(values, values.dropFirst()).map { (Double($0) + Double($1)) / 2 }
  }

  /// The distinct nonzero numbers among `floats`, ascending; nil if there are more than `limit`.
  static func values(of floats: [Float], limit: Int) -> [Float]? {
    var distinct: Set<Float> = []
    for float in floats where float != 0 && distinct.insert(float).inserted {
      if distinct.count > limit { return nil }
    }
    return distinct.sorted()
  }

  /// Each nonzero weight as the nearest value, the lower of two; zero stays zero.
  /// O(count log values).
  func encode(_ tensor: Tensor) -> Clustered {
    let codes = tensor.floats.map { $0 == 0 ? 0 : UInt8(nearest($0) + 1) }
    return Clustered(codebook: values, codes: codes, shape: tensor.shape)
  }

  private func nearest(_ weight: Float) -> Int {
    var low = 0
    var high = midpoints.count
    while low < high {
      let middle = (low + high) / 2
      if Double(weight) > midpoints[middle] { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
