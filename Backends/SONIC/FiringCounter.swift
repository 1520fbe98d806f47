import Hardware
import Plan
import Support

/// Counts what tiles make VDUs do, from where activations are zero.
struct FiringCounter {
  private let shape: LayerShape
  private let runnable: Runnable
  private let layer: ID<LayerRecord>
  private let zeros: ZeroCounter
  /// For each run of positions met: by element, how often it is not zero.
  private var byElement: [Range<Int>: [Int]] = [:]
  /// The most counts kept, 64 MiB of them: a program may name as many runs as it likes.
  private static let mostCounts = 1 << 23
  /// For each run of positions and group met: by position, how many elements are not zero.
  private var byPosition: [Run: [Int]] = [:]
  /// For each group met: by input pixel, how many channels are not zero.
  private var planeSums: [Int: [Int32]] = [:]

  private struct Run: Hashable {
    var positions: Range<Int>
    var group: Int
  }

  init(
    _ shape: LayerShape, _ runnable: Runnable, _ layer: ID<LayerRecord>, input: [Int16]
  ) {
    self.shape = shape
    self.runnable = runnable
    self.layer = layer
    zeros = ZeroCounter(shape.geometry, input: input)
  }

  mutating func fire(kernels: Range<Int>, positions: Range<Int>) -> Firing {
    switch shape.record.dataflow {
    case .kernel:
      var firing = shape.kernelFiring(kernels: kernels, positions: positions.count)
      firing.lit = lit(kernels, positions)
      return firing
    case .patch:
      var firing = Firing()
      for (group, run) in shape.geometry.groups(of: kernels) {
        let key = Run(positions: positions, group: group)
        if planeSums[group] == nil { planeSums[group] = zeros.planeSums(group: group) }
        if byPosition[key] == nil {
          byPosition[key] = zeros.byPosition(positions, planeSums: planeSums[group]!)
        }
        var part = shape.patchFiring(kernels: run.count, patches: byPosition[key]!)
        part.lit = lit(run, positions)
        firing += part
      }
      return firing
    }
  }

  /// Products of a survivor and an activation that is not zero.
  private mutating func lit(_ kernels: Range<Int>, _ positions: Range<Int>) -> Int {
    let counts = byElement[positions] ?? zeros.byElement(positions)
    if byElement.count * counts.count > Self.mostCounts { byElement = [:] }
    byElement[positions] = counts
    var lit = 0
    for kernel in kernels {
      let base = kernel / shape.geometry.kernels * shape.geometry.patch
      runnable.forEachSurvivor(of: layer, kernel: kernel) { element, _ in
        lit += counts[base + element]
      }
    }
    return lit
  }
}
