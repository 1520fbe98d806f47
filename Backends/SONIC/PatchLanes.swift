import Hardware
import Kernels
import Plan
import Support

/// A layer whose patches stay on the rings, made ready for vector lanes over kernels: the weights of
/// a block of a group's kernels at one element of the patch are neighbours.
struct PatchLanes {
  private let record: LayerRecord
  private let gain: Int32
  private let length: Int
  /// The largest activation at which no vector can reach beyond the ADC's range.
  private let reach: Int
  /// Kernels of a block.
  private let width: Int
  /// Blocks of a group.
  private let blocks: Int
  /// Group by group, block by block, element by element, kernel by kernel: weights' codes, zero where
  /// none is.
  private let codes: [UInt8]
  /// The value of code c is at c % 64.
  private let table: [Int16]
  /// Block by block, kernel by kernel.
  private let scales: [sonic_scale]

  /// For fewer patches than this, codes are looked up as they are met; for more, once a block.
  private static let fewPositions = 8

  /// Positions whose patches are squeezed at a time: a few MiB of them.
  private var together: Int { min(max((1 << 21) / geometry.patch, 1), 256) }

  private var geometry: Geometry { record.geometry }
  private var blockSize: Int { geometry.patch * width }

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, threads: Int) {
    let record = runnable.program.layers[layer]
    let geometry = record.geometry
    self.record = record
    length = runnable.program.machine.array(record.kind).length
    let parameters = Array(runnable.program.kernels(of: layer))
    gain = parameters[0].gain
    let heaviest = runnable.surveys(of: layer).reduce(0) { max($0, Int($1.heaviest)) }
    reach = Numerics.reach(heaviest: heaviest, gain: Int(gain))
    let width = Self.width(geometry)
    let blocks = (geometry.kernels + width - 1) / width
    let blockSize = geometry.patch * width
    self.width = width
    self.blocks = blocks
    let pieces = geometry.groups * blocks
    codes = unsafe [UInt8](unsafeUninitializedCapacity: pieces * blockSize) { codes, count in
      nonisolated(unsafe) let codes = codes.baseAddress!
      unsafe sonic_use_large_pages(codes, pieces * blockSize)
      parallelForEach(count: pieces, threads: threads) { piece in
        let kernels = Self.kernels(of: piece, width, blocks, geometry)
        unsafe runnable.withWeights(of: layer) { weights, starts in
          unsafe sonic_lay_codes(
            weights, starts + kernels.lowerBound, kernels.count, geometry.patch, width,
            codes + piece * blockSize)
        }
      }
      count = pieces * blockSize
    }
    table = record.valuesByCode
    scales = (0..<pieces).flatMap { piece in
      let kernels = Self.kernels(of: piece, width, blocks, geometry)
      let idle = sonic_scale(bias: 0, multiplier: 0, shift: 1)
      return kernels.map { parameters[$0].scale }
        + [sonic_scale](repeating: idle, count: width - kernels.count)
    }
  }

  /// Lanes of a block: as many as leave at most an eighth of them idle, and let a block that many
  /// positions go past stay in the processor's second cache.
  private static func width(_ geometry: Geometry) -> Int {
    let step = Int(SONIC_LANES)
    return [4 * step, 2 * step].first { width in
      (geometry.kernels + width - 1) / width * width * 8 <= geometry.kernels * 9
        && (geometry.positions < fewPositions || geometry.patch * width <= 300_000)
    } ?? step
  }

  /// The kernels of a block, counted through all groups.
  private static func kernels(
    of piece: Int, _ width: Int, _ blocks: Int, _ geometry: Geometry
  ) -> Range<Int> {
    let (group, block) = piece.quotientAndRemainder(dividingBy: blocks)
    let first = group * geometry.kernels + block * width
    return first..<min(first + width, (group + 1) * geometry.kernels)
  }

  /// The output codes of all samples, one sample's after another's.
  func run(_ inputs: [[Int16]], _ workers: Workers) -> [Int16] {
    let positions = inputs.count * geometry.positions
    let count = positions * geometry.allKernels
    let saturates = Numerics.peak(inputs) > reach
    return unsafe [Int16](unsafeUninitializedCapacity: count) { output, initialized in
      nonisolated(unsafe) let output = output.baseAddress!
      for start in stride(from: 0, to: positions, by: together) {
        let run = start..<min(start + together, positions)
        for group in 0..<geometry.groups {
          let parts = min(run.count, 8 * workers.threads)
          let patches = workers.map(count: parts) { part in
            let first = run.lowerBound + run.count * part / parts
            let end = run.lowerBound + run.count * (part + 1) / parts
            return squeeze(inputs, positions: first..<end, group: group)
          }.flatMap { $0 }
          workers.forEach(count: blocks) { block in
            unsafe fire(
              group * blocks + block, patches, from: run.lowerBound, saturates: saturates,
              into: output)
          }
        }
      }
      initialized = count
    }
  }

  /// A patch without its zeros, cut into vectors.
  private struct Patch {
    /// Where an element's weights lie in a block.
    var offsets: [UInt32] = []
    var factors: [Int16] = []
    var ends: [UInt32] = []
  }

  /// The patches of a group at a run of positions, counted through all samples.
  private func squeeze(_ inputs: [[Int16]], positions: Range<Int>, group: Int) -> [Patch] {
    let size = geometry.patch
    return unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: positions.count * size) {
      patches in
      unsafe gather(inputs, positions: positions, group: group, into: patches.baseAddress!)
      return (0..<positions.count).map { index in
        unsafe squeeze(patches.baseAddress! + index * size)
      }
    }
  }

  /// Copies patches, zeros included, one after another.
  private func gather(
    _ inputs: [[Int16]], positions: Range<Int>, group: Int,
    into patches: UnsafeMutablePointer<Int16>
  ) {
    let geometry = geometry
    let channelStep = geometry.layout == .planes ? geometry.inHeight * geometry.inWidth : 1
    let plane = geometry.outHeight * geometry.outWidth
    for (index, counted) in positions.enumerated() {
      let (sample, position) = counted.quotientAndRemainder(dividingBy: geometry.positions)
      let (image, pixel) = position.quotientAndRemainder(dividingBy: plane)
      let top = pixel / geometry.outWidth * geometry.strideY - geometry.padTop
      let left = pixel % geometry.outWidth * geometry.strideX - geometry.padLeft
      unsafe inputs[sample].withUnsafeBufferPointer { input in
        for tap in 0..<geometry.slice {
          let y = top + tap / geometry.kernelWidth * geometry.dilationY
          let x = left + tap % geometry.kernelWidth * geometry.dilationX
          let isInside = y >= 0 && y < geometry.inHeight && x >= 0 && x < geometry.inWidth
          var to = unsafe patches + (index * geometry.patch + tap)
          guard isInside else {
            for _ in 0..<geometry.channels {
              unsafe to.pointee = 0
              unsafe to += geometry.slice
            }
            continue
          }
          let start = geometry.inputIndex(
            image: image, channel: group * geometry.channels, y: y, x: x)
          var from = unsafe input.baseAddress! + start
          for _ in 0..<geometry.channels {
            unsafe to.pointee = unsafe from.pointee
            unsafe to += geometry.slice
            unsafe from += channelStep
          }
        }
      }
    }
  }

  /// A patch without its zeros.
  private func squeeze(_ values: UnsafePointer<Int16>) -> Patch {
    let room = (geometry.patch + Int(SONIC_LANES) - 1) / Int(SONIC_LANES) * Int(SONIC_LANES)
    var patch = Patch()
    var count = 0
    patch.offsets = unsafe [UInt32](unsafeUninitializedCapacity: room) { offsets, used in
      patch.factors = unsafe [Int16](unsafeUninitializedCapacity: room) { factors, alsoUsed in
        count = unsafe sonic_squeeze(
          values, geometry.patch, 0, UInt32(width), offsets.baseAddress!, factors.baseAddress!)
        alsoUsed = count
      }
      used = count
    }
    patch.ends = stride(from: length, to: count, by: length).map { UInt32($0) }
    if count > 0 { patch.ends.append(UInt32(count)) }
    return patch
  }

  /// Streams a block of kernels past patches.
  private func fire(
    _ piece: Int, _ patches: [Patch], from first: Int, saturates: Bool,
    into output: UnsafeMutablePointer<Int16>
  ) {
    let geometry = geometry
    let kernels = Self.kernels(of: piece, width, blocks, geometry)
    // Between the outputs of a kernel and the next.
    let step = geometry.layout == .planes ? geometry.outHeight * geometry.outWidth : 1
    let values = patches.count < Self.fewPositions ? [] : expanded(piece)
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: width) { sums in
      unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: width) { codes in
        for (index, patch) in patches.enumerated() {
          unsafe accumulate(
            piece, values, patch, saturates: saturates, into: sums.baseAddress!)
          unsafe scales.withUnsafeBufferPointer { scales in
            unsafe sonic_collect_each(
              sums.baseAddress!, width, scales.baseAddress! + piece * width, record.lower,
              record.upper, codes.baseAddress!)
          }
          let (sample, position) = (first + index).quotientAndRemainder(
            dividingBy: geometry.positions)
          let first = geometry.outputIndex(kernel: kernels.lowerBound, position: position)
          let target = unsafe output + (sample * geometry.outputCount + first)
          for lane in 0..<kernels.count { unsafe target[lane * step] = codes[lane] }
        }
      }
    }
  }

  /// The weights of a block.
  private func expanded(_ piece: Int) -> [Int16] {
    unsafe [Int16](unsafeUninitializedCapacity: blockSize) { values, count in
      unsafe codes.withUnsafeBufferPointer { codes in
        unsafe sonic_expand(
          codes.baseAddress! + piece * blockSize, table, blockSize, values.baseAddress!)
      }
      count = blockSize
    }
  }

  /// The partial sums of a block of kernels at a patch, from the block's weights, or their codes if there
  /// are none.
  private func accumulate(
    _ piece: Int, _ values: [Int16], _ patch: Patch, saturates: Bool,
    into sums: UnsafeMutablePointer<Int32>
  ) {
    guard values.isEmpty else {
      unsafe sonic_accumulate(
        values, patch.offsets, patch.factors, patch.ends, patch.ends.count, width, gain,
        saturates ? 1 : 0, sums)
      return
    }
    unsafe codes.withUnsafeBufferPointer { codes in
      unsafe sonic_accumulate_codes(
        codes.baseAddress! + piece * blockSize, table, patch.offsets, patch.factors, patch.ends,
        patch.ends.count, width, gain, saturates ? 1 : 0, sums)
    }
  }
}
