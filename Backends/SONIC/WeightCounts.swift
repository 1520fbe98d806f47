import Kernels
import Plan
import Support

/// How many kernels of each of some runs have a weight at an element of a patch.
struct WeightCounts: Sendable {
  /// Run by run, those of few enough kernels that a byte holds their counts, by (tap, channel of the part's
  /// groups).
  private var parts: [sonic_part] = []
  private var ends: [Int] = []
  /// In one array: they are read one after another.
  private(set) var counts: [UInt8]

  /// How many runs there are.
  var runs: Int { ends.count }

  /// The most kernels that a byte counts.
  private static let mostKernels = Int(UInt8.max)

  /// Bytes that the counts of a run take.
  static func size(_ kernels: Range<Int>, _ geometry: Geometry) -> Int {
    parts(kernels).reduce(0) { $0 + geometry.groups(meeting: $1).count * geometry.patch }
  }

  /// The kernels of each part of a run.
  private static func parts(_ kernels: Range<Int>) -> [Range<Int>] {
    stride(from: kernels.lowerBound, to: kernels.upperBound, by: mostKernels).map {
      $0..<min($0 + mostKernels, kernels.upperBound)
    }
  }

  /// O(survivors + size).
  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, _ runs: some Sequence<Range<Int>>) {
    let geometry = runnable.program.layers[layer].geometry
    let size = runs.reduce(0) { $0 + Self.size($1, geometry) }
    counts = [UInt8](repeating: 0, count: size)
    var start = 0
    for run in runs {
      for kernels in Self.parts(run) {
        let groups = geometry.groups(meeting: kernels)
        unsafe counts.withUnsafeMutableBufferPointer { counts in
          unsafe Self.count(
            kernels, groups, runnable, layer, geometry, counts.baseAddress! + start)
        }
        parts.append(
          sonic_part(
            start: start, first: groups.lowerBound * geometry.channels,
            count: groups.count * geometry.channels, sum: 0))
        start += groups.count * geometry.patch
      }
      ends.append(parts.count)
    }
  }

  /// Adds the weights of the kernels of a part, which has some groups.
  private static func count(
    _ kernels: Range<Int>, _ groups: Range<Int>, _ runnable: Runnable, _ layer: ID<LayerRecord>,
    _ geometry: Geometry, _ counts: UnsafeMutablePointer<UInt8>
  ) {
    let places = geometry.places(channels: groups.count * geometry.channels)
    for kernel in kernels {
      let group = kernel / geometry.kernels - groups.lowerBound
      let target = unsafe counts + group * geometry.channels
      unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
        unsafe sonic_count_elements(pairs, count, places, target)
      }
    }
  }

  /// The parts of a run.
  ///
  /// - Parameter sum: which one they are added to.
  func parts(ofRun run: Int, sum: Int) -> [sonic_part] {
    parts[(run > 0 ? ends[run - 1] : 0)..<ends[run]].map {
      sonic_part(start: $0.start, first: $0.first, count: $0.count, sum: sum)
    }
  }
}

extension Geometry {
  /// The groups of some kernels, of which there is one at least.
  fileprivate func groups(meeting kernels: Range<Int>) -> Range<Int> {
    kernels.lowerBound / self.kernels..<(kernels.upperBound - 1) / self.kernels + 1
  }

  /// Where each element of a group's patch is among those of some channels by (tap, channel), from the
  /// group's first channel on.
  func places(channels: Int) -> [UInt32] {
    (0..<patch).map { element in
      let (channel, tap) = element.quotientAndRemainder(dividingBy: slice)
      return UInt32(tap * channels + channel)
    }
  }
}
