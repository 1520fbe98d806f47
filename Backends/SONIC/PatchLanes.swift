import Hardware
import Kernels
import Plan
import Support

/// A layer whose patches stay on the rings, made ready for vector lanes over kernels: the weights of
/// all kernels of a group at one element of the patch are neighbours.
struct PatchLanes {
  private let record: LayerRecord
  private let parameters: [KernelRecord]
  /// Kernels of a group, rounded up to whole vectors of lanes.
  private let pitch: Int
  /// Group by group, element by element, kernel by kernel; zero where a weight is.
  private var weights: [Int16]

  /// What the kernels of a group are rounded up to.
  static let lanes = Int(SONIC_LANES)

  private var geometry: Geometry { record.geometry }

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>) {
    let record = runnable.program.layers[layer]
    let geometry = record.geometry
    let lanes = Self.lanes
    self.record = record
    parameters = Array(runnable.program.kernels(of: layer))
    pitch = (geometry.kernels + lanes - 1) / lanes * lanes
    let pitch = pitch
    var weights = [Int16](repeating: 0, count: geometry.groups * geometry.patch * pitch)
    for kernel in parameters.indices {
      let (group, lane) = kernel.quotientAndRemainder(dividingBy: geometry.kernels)
      let base = group * geometry.patch * pitch + lane
      runnable.forEachSurvivor(of: layer, kernel: kernel) { element, code in
        weights[base + element * pitch] = record.codebook[Int(code) - 1]
      }
    }
    self.weights = weights
  }

  /// The layer's output codes; `length` is that of a vector.
  func run(_ input: [Int16], length: Int, threads: Int) -> [Int16] {
    // Lanes are cut into blocks too, so that a single position still keeps every thread busy.
    let units = pitch / Self.lanes
    let blocks = geometry.positions >= threads ? 1 : min(threads, units)
    let runs = (0..<blocks).map { block in
      block * units / blocks
        * Self.lanes..<min((block + 1) * units / blocks * Self.lanes, geometry.kernels)
    }
    let pieces = geometry.positions * geometry.groups * blocks
    let results = parallelMap(count: pieces, threads: threads) { piece in
      let (rest, block) = piece.quotientAndRemainder(dividingBy: blocks)
      let (position, group) = rest.quotientAndRemainder(dividingBy: geometry.groups)
      let sums = sums(
        input, group: group, position: position, lanes: runs[block], length: length)
      return runs[block].map { lane in
        Numerics.collect(
          sums[lane - runs[block].lowerBound], parameters[group * geometry.kernels + lane], record)
      }
    }
    var output = [Int16](repeating: 0, count: geometry.outputCount)
    for (piece, codes) in results.enumerated() {
      let (rest, block) = piece.quotientAndRemainder(dividingBy: blocks)
      let (position, group) = rest.quotientAndRemainder(dividingBy: geometry.groups)
      for (lane, code) in zip(runs[block], codes) {
        let kernel = group * geometry.kernels + lane
        output[geometry.outputIndex(kernel: kernel, position: position)] = code
      }
    }
    return output
  }

  /// The partial sums of a run of a group's kernels at a position.
  private func sums(
    _ input: [Int16], group: Int, position: Int, lanes: Range<Int>, length: Int
  ) -> [Int32] {
    let step = Self.lanes
    var sums = [Int32](repeating: 0, count: (lanes.count + step - 1) / step * step)
    var offsets: [UInt32] = []
    var factors: [Int16] = []
    offsets.reserveCapacity(geometry.patch)
    factors.reserveCapacity(geometry.patch)
    for element in 0..<geometry.patch {
      guard
        let index = geometry.inputIndex(group: group, position: position, element: element),
        input[index] != 0
      else { continue }
      offsets.append(UInt32(element * pitch))
      factors.append(input[index])
    }
    guard !factors.isEmpty else { return sums }
    let ends =
      stride(from: length, to: factors.count, by: length).map { UInt32($0) }
      + [UInt32(factors.count)]
    let base = group * geometry.patch * pitch + lanes.lowerBound
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe sonic_accumulate(
        weights.baseAddress! + base, offsets, factors, ends, ends.count, lanes.count,
        parameters[0].gain, &sums)
    }
    return sums
  }
}
