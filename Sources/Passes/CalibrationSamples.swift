package import Compiler
package import Graph
package import Support
package import Tensor

/// What passes evaluate a graph on to see its activations: the user's samples, those with more than the
/// compiled batch in slices of it. Without any, four random ones stand in, and what they show is taken
/// as half of what there may be.
package struct CalibrationSamples {
  /// Inputs by name.
  package let all: [[String: Tensor]]
  /// How much larger than what is seen a peak is taken to be.
  let margin: Float

  /// - Throws: what is wrong with a sample's batch.
  package init(_ graph: Graph, _ options: Options) throws(Failure) {
    guard !options.samples.isEmpty else {
      all = (0..<4).map { graph.randomSample(seed: $0) }
      margin = 2
      return
    }
    var slices: [[String: Tensor]] = []
    for sample in options.samples { slices += try graph.slices(sample) }
    all = slices
    margin = 1
  }
}

extension Graph {
  /// Inputs that stand in for samples: floats uniform in [-1, 1), bytes uniform in 0 ... 255 as in
  /// images, zeros of other types, as they may be indices.
  fileprivate func randomSample(seed: UInt64) -> [String: Tensor] {
    var random = SeededRandom(seed: seed)
    var sample: [String: Tensor] = [:]
    for input in inputs {
      guard let type = values[input].type else { continue }
      let range = 0..<type.shape.count
      sample[values[input].name] =
        type.element.isFloatingPoint
        ? Tensor(
          type.shape, floats: range.map { _ in 2 * random.nextFloat() - 1 }, type: type.element)
        : Tensor(
          type.shape,
          ints: range.map { _ in type.element == .uint8 ? Int64(random.next(below: 256)) : 0 },
          type: type.element)
    }
    return sample
  }

  /// A sample cut into batches of the compiled size along the first axes that the model leaves
  /// open; the last batch reaches back where the sample does not divide evenly.
  fileprivate func slices(_ sample: [String: Tensor]) throws(Failure) -> [[String: Tensor]] {
    let batched = inputs.map { values[$0] }.filter { $0.hasOpenBatch && sample[$0.name] != nil }
    var counts: Set<Int> = []
    for input in batched {
      if let tensor = sample[input.name], let shape = input.shape, tensor.shape.rank == shape.rank,
        tensor.shape[0] > shape[0]
      {
        counts.insert(tensor.shape[0])
      }
    }
    guard let count = counts.first, let size = batched.first?.shape?[0] else { return [sample] }
    guard counts.count == 1, batched.allSatisfy({ $0.shape?[0] == size }) else {
      let sizes = counts.sorted().map(String.init).joined(separator: " and ")
      throw .data("found samples of \(sizes) in a batch, expected the same for all inputs")
    }
    return stride(from: 0, to: count, by: size).map { start in
      var slice = sample
      let start = min(start, count - size)
      for input in batched {
        guard let tensor = sample[input.name], tensor.shape.sizes.first == count else { continue }
        slice[input.name] = tensor.rows(start..<start + size)
      }
      return slice
    }
  }
}

extension Value {
  /// Whether the model leaves the size of the first axis open.
  fileprivate var hasOpenBatch: Bool {
    guard let shape, shape.rank > 0 else { return false }
    if case .fixed? = declared?.first { return false }
    return true
  }
}
