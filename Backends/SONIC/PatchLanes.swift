import Hardware
import Kernels
import Plan
import Support

/// A layer whose patches stay on the rings, made ready for vector lanes over kernels: the weights of
/// a block of a group's kernels at one element of the patch are neighbours.
final class PatchLanes: Sendable {
  private let record: LayerRecord
  private let gain: Int32
  private let length: Int
  private let dropsZeros: Bool
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
  /// Block by block, kernel by kernel: what turns partial sums into activations.
  private let offsets: [Int64]
  private let multipliers: [Int32]
  private let shifts: [Int64]

  /// For fewer patches than this, codes are looked up as they are met; for more, once a block.
  private static let fewPositions = 8

  /// Positions whose patches are squeezed at a time: a few MiB of them.
  private var together: Int { min(max((1 << 21) / geometry.patch, 1), 256) }

  private var geometry: Geometry { record.geometry }
  private var blockSize: Int { geometry.patch * width }

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, _ workers: Workers) {
    let record = runnable.program.layers[layer]
    let geometry = record.geometry
    self.record = record
    length = runnable.program.machine.array(record.kind).length
    dropsZeros = runnable.program.machine.control.dropsZeros
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
      workers.forEach(count: pieces) { piece in
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
    let scales = (0..<pieces).flatMap { piece in
      let kernels = Self.kernels(of: piece, width, blocks, geometry)
      let idle = sonic_scale(bias: 0, multiplier: 0, shift: 1)
      return kernels.map { parameters[$0].scale }
        + [sonic_scale](repeating: idle, count: width - kernels.count)
    }
    offsets = scales.map { $0.bias + 1 << (Int64($0.shift) - 1) }
    multipliers = scales.map(\.multiplier)
    shifts = scales.map { Int64($0.shift) }
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

  /// The output codes of all samples; and by group, then by position, counted through all samples, how many
  /// activations of a patch are not zero.
  ///
  /// - Parameter table: what codes are looked up in.
  func run(
    _ inputs: [[Int16]], _ table: LookedCodes?, _ workers: Workers
  ) -> (codes: [[Int16]], survivors: [Int32]) {
    let positions = inputs.count * geometry.positions
    let activations = PixelRows(geometry, inputs, workers)
    var survivors = [Int32](repeating: 0, count: positions * geometry.groups)
    let codes = unsafe [Int16].filled(inputs.count, of: geometry.outputCount) { outputs in
      nonisolated(unsafe) let outputs = unsafe outputs
      for start in stride(from: 0, to: positions, by: together) {
        let run = start..<min(start + together, positions)
        for group in 0..<geometry.groups {
          let parts = min(run.count, 8 * workers.threads)
          let bound: @Sendable (Int) -> Int = { run.lowerBound + run.count * $0 / parts }
          let patches = workers.map(count: parts) { [self] part in
            SqueezedPatches(
              activations, positions: bound(part)..<bound(part + 1), group: group, width: width,
              length: length, dropsZeros: dropsZeros)
          }
          // Where there are few blocks, threads share them: each gets its weights ready for itself.
          let shares = workers.threads == 1 ? 1 : min((2 * workers.threads - 1) / blocks + 1, parts)
          for (part, patches) in patches.enumerated() {
            let first = group * positions + bound(part)
            for index in 0..<patches.count {
              survivors[first + index] = Int32(patches.starts[index + 1] - patches.starts[index])
            }
          }
          let saturates = patches.contains { $0.peak > reach }
          workers.forEach(count: blocks * shares) { [self] task in
            let (block, share) = task.quotientAndRemainder(dividingBy: shares)
            let first = parts * share / shares
            unsafe fire(
              group * blocks + block, patches[first..<parts * (share + 1) / shares],
              from: bound(first), saturates: saturates, table, into: outputs)
          }
        }
      }
    }
    return (codes, survivors)
  }

  /// Positions whose activations are put in their places at a time.
  private static let tile = 32

  /// Streams a block of kernels past patches.
  private func fire(
    _ piece: Int, _ parts: ArraySlice<SqueezedPatches>, from first: Int, saturates: Bool,
    _ table: LookedCodes?, into outputs: [UnsafeMutablePointer<Int16>]
  ) {
    let plane = geometry.outHeight * geometry.outWidth
    let count = parts.reduce(0) { $0 + $1.count }
    let values = count < Self.fewPositions ? [] : expanded(piece)
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: width) { sums in
      unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: Self.tile * width) { codes in
        var (start, filled) = (first, 0)
        for patches in parts {
          for index in 0..<patches.count {
            unsafe accumulate(
              piece, values, patches, index, saturates: saturates, into: sums.baseAddress!)
            unsafe collect(
              piece, sums.baseAddress!, into: codes.baseAddress! + filled * width)
            filled += 1
            let isLast = start + filled == first + count
            if filled == Self.tile || isLast || (start + filled) % plane == 0 {
              if let table {
                unsafe sonic_look(
                  codes.baseAddress, filled * width, table.entries, codes.baseAddress)
              }
              unsafe put(piece, codes.baseAddress!, positions: start..<start + filled, in: outputs)
              (start, filled) = (start + filled, 0)
            }
          }
        }
      }
    }
  }

  private func collect(
    _ piece: Int, _ sums: UnsafePointer<Int32>, into codes: UnsafeMutablePointer<Int16>
  ) {
    unsafe offsets.withUnsafeBufferPointer { offsets in
      unsafe multipliers.withUnsafeBufferPointer { multipliers in
        unsafe shifts.withUnsafeBufferPointer { shifts in
          let scales = unsafe sonic_scales(
            offsets: offsets.baseAddress! + piece * width,
            multipliers: multipliers.baseAddress! + piece * width,
            shifts: shifts.baseAddress! + piece * width)
          unsafe sonic_collect_each(sums, width, scales, record.lower, record.upper, codes)
        }
      }
    }
  }

  /// Puts a block's activations at positions of one image, position by position, in their places.
  private func put(
    _ piece: Int, _ codes: UnsafePointer<Int16>, positions: Range<Int>,
    in outputs: [UnsafeMutablePointer<Int16>]
  ) {
    let geometry = geometry
    let kernels = Self.kernels(of: piece, width, blocks, geometry)
    let (sample, position) = positions.lowerBound.quotientAndRemainder(
      dividingBy: geometry.positions)
    let first = geometry.outputIndex(kernel: kernels.lowerBound, position: position)
    let target = unsafe outputs[sample] + first
    switch geometry.layout {
    case .planes:
      unsafe sonic_transpose(
        codes, positions.count, kernels.count, width, target,
        geometry.outHeight * geometry.outWidth)
    case .rows:
      for index in 0..<positions.count {
        unsafe (target + index * geometry.kernels).update(
          from: codes + index * width, count: kernels.count)
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
    _ piece: Int, _ values: [Int16], _ patches: SqueezedPatches, _ index: Int, saturates: Bool,
    into sums: UnsafeMutablePointer<Int32>
  ) {
    let vectors = patches.vectorStarts[index]..<patches.vectorStarts[index + 1]
    unsafe patches.offsets.withUnsafeBufferPointer { offsets in
      unsafe patches.factors.withUnsafeBufferPointer { factors in
        unsafe patches.ends.withUnsafeBufferPointer { ends in
          // Of no elements there may be no address.
          guard let offsets = offsets.baseAddress, let factors = factors.baseAddress,
            let ends = ends.baseAddress
          else { return unsafe sums.update(repeating: 0, count: width) }
          let start = patches.starts[index]
          unsafe accumulate(
            piece, values, offsets + start, factors + start, ends + vectors.lowerBound,
            vectors.count, saturates: saturates, into: sums)
        }
      }
    }
  }

  private func accumulate(
    _ piece: Int, _ values: [Int16], _ offsets: UnsafePointer<UInt32>,
    _ factors: UnsafePointer<Int16>, _ ends: UnsafePointer<UInt32>, _ vectors: Int,
    saturates: Bool, into sums: UnsafeMutablePointer<Int32>
  ) {
    guard values.isEmpty else {
      unsafe sonic_accumulate(
        values, offsets, factors, ends, vectors, width, gain, saturates ? 1 : 0, sums)
      return
    }
    unsafe codes.withUnsafeBufferPointer { codes in
      unsafe sonic_accumulate_codes(
        codes.baseAddress! + piece * blockSize, table, offsets, factors, ends, vectors, width,
        gain, saturates ? 1 : 0, sums)
    }
  }
}
