import Hardware
import Kernels
import Plan
import Support

/// Counts what a layer's tiles make VDUs do, from where activations are zero: for some samples side by
/// side, again and again.
///
/// The lit VCSELs of a tile are its products of a survivor and an activation that is not zero. They
/// add up over the elements of a patch, as how many of the tile's kernels have a weight there, which no
/// sample changes, times how many of its positions have an activation there.
struct FiringCounter {
  let shape: LayerShape
  private let runnable: Runnable
  private let layer: ID<LayerRecord>
  /// For each run of kernels met: by element of its groups' patches, how many have a weight there.
  private var weighted: [Range<Int>: BitCounts] = [:]
  private var samples: [Sample] = []

  /// The most bytes of counts kept: a program may name as many runs as it likes.
  private static let mostBytes = 1 << 26
  private var bytes = 0

  /// What is known of one sample's activations.
  private struct Sample {
    var zeros: ZeroCounter
    /// For each tile's positions and groups: by element, how often it is not zero.
    var lively: [Run: BitCounts] = [:]
    /// For each tile's positions, and one group: by position, how many elements are not zero.
    var byPosition: [Run: [Int]] = [:]
    var bytes = 0
  }

  private struct Run: Hashable {
    var positions: Range<Int>
    var groups: Range<Int>
  }

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>) {
    self.runnable = runnable
    self.layer = layer
    shape = LayerShape(runnable, layer)
  }

  /// Starts on samples' activations, or anything that is zero where they are.
  mutating func begin(_ inputs: [[Int16]]) {
    samples = inputs.map { Sample(zeros: ZeroCounter(shape.geometry, input: $0)) }
  }

  /// What a tile makes its VDU do, for each sample.
  mutating func fire(kernels: Range<Int>, positions: Range<Int>) -> [Firing] {
    let parts = shape.geometry.groups(of: kernels)
    let groups = parts[0].group..<parts[parts.count - 1].group + 1
    let weighted = weighted(kernels, groups)
    return samples.indices.map { index in
      var firing = Firing()
      switch shape.record.dataflow {
      case .kernel: firing = shape.kernelFiring(kernels: kernels, positions: positions.count)
      case .patch:
        for (group, run) in parts {
          let patches = byPosition(index, Run(positions: positions, groups: group..<group + 1))
          firing += shape.patchFiring(kernels: run.count, patches: patches)
        }
      }
      firing.lit = weighted * lively(index, Run(positions: positions, groups: groups))
      return firing
    }
  }

  private mutating func weighted(_ kernels: Range<Int>, _ groups: Range<Int>) -> BitCounts {
    if let known = weighted[kernels] { return known }
    let patch = shape.geometry.patch
    var counts = [Int32](repeating: 0, count: groups.count * patch)
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for kernel in kernels {
        let group = kernel / shape.geometry.kernels - groups.lowerBound
        let target = unsafe counts.baseAddress! + group * patch
        unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
          unsafe sonic_count_elements(pairs, count, target)
        }
      }
    }
    let found = BitCounts(counts)
    if bytes + found.size <= Self.mostBytes {
      bytes += found.size
      weighted[kernels] = found
    }
    return found
  }

  private mutating func lively(_ index: Int, _ run: Run) -> BitCounts {
    if let known = samples[index].lively[run] { return known }
    let found = BitCounts(samples[index].zeros.byElement(run.positions, groups: run.groups))
    if samples[index].bytes + found.size > Self.mostBytes {
      samples[index].lively = [:]
      samples[index].bytes = 0
    }
    samples[index].bytes += found.size
    samples[index].lively[run] = found
    return found
  }

  private mutating func byPosition(_ index: Int, _ run: Run) -> [Int] {
    if let known = samples[index].byPosition[run] { return known }
    let found = samples[index].zeros.byPosition(run.positions, group: run.groups.lowerBound)
    samples[index].byPosition[run] = found
    return found
  }
}
