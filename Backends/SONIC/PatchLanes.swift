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
  /// Kernels of a block.
  private let width: Int
  /// Blocks of a group.
  private let blocks: Int
  /// Group by group, block by block, element by element, kernel by kernel; zero where no weight is.
  private let weights: [Int16]
  /// Block by block, kernel by kernel.
  private let scales: [sonic_scale]

  /// Positions whose patches are squeezed at a time.
  private static let together = 256

  private var geometry: Geometry { record.geometry }
  private var blockSize: Int { geometry.patch * width }

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, threads: Int) {
    let record = runnable.program.layers[layer]
    let geometry = record.geometry
    self.record = record
    length = runnable.program.machine.array(record.kind).length
    let parameters = Array(runnable.program.kernels(of: layer))
    gain = parameters[0].gain
    // The widest blocks that leave at most an eighth of their lanes idle.
    let step = Int(SONIC_LANES)
    let width =
      [4 * step, 2 * step].first { width in
        (geometry.kernels + width - 1) / width * width * 8 <= geometry.kernels * 9
      } ?? step
    let blocks = (geometry.kernels + width - 1) / width
    let blockSize = geometry.patch * width
    self.width = width
    self.blocks = blocks
    let pieces = geometry.groups * blocks
    weights = unsafe [Int16](unsafeUninitializedCapacity: pieces * blockSize) { weights, count in
      nonisolated(unsafe) let weights = weights.baseAddress!
      parallelForEach(count: pieces, threads: threads) { piece in
        let block = unsafe weights + piece * blockSize
        unsafe block.update(repeating: 0, count: blockSize)
        for (lane, kernel) in Self.kernels(of: piece, width, blocks, geometry).enumerated() {
          runnable.forEachSurvivor(of: layer, kernel: kernel) { element, code in
            unsafe block[element * width + lane] = record.codebook[Int(code) - 1]
          }
        }
      }
      count = pieces * blockSize
    }
    scales = (0..<pieces).flatMap { piece in
      let kernels = Self.kernels(of: piece, width, blocks, geometry)
      let idle = sonic_scale(bias: 0, multiplier: 0, shift: 1)
      return kernels.map { parameters[$0].scale }
        + [sonic_scale](repeating: idle, count: width - kernels.count)
    }
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
  func run(_ inputs: [[Int16]], threads: Int) -> [Int16] {
    let positions = inputs.count * geometry.positions
    let count = positions * geometry.allKernels
    return unsafe [Int16](unsafeUninitializedCapacity: count) { output, initialized in
      nonisolated(unsafe) let output = output.baseAddress!
      for start in stride(from: 0, to: positions, by: Self.together) {
        let run = start..<min(start + Self.together, positions)
        for group in 0..<geometry.groups {
          let patches = parallelMap(count: run.count, threads: threads) { index in
            squeeze(inputs, position: run.lowerBound + index, group: group)
          }
          parallelForEach(count: blocks, threads: threads) { block in
            unsafe fire(group * blocks + block, patches, from: run.lowerBound, into: output)
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

  /// The patch of a group at a position, counted through all samples.
  private func squeeze(_ inputs: [[Int16]], position: Int, group: Int) -> Patch {
    let geometry = geometry
    let (sample, position) = position.quotientAndRemainder(dividingBy: geometry.positions)
    let (image, pixel) = position.quotientAndRemainder(
      dividingBy: geometry.outHeight * geometry.outWidth)
    let top = pixel / geometry.outWidth * geometry.strideY - geometry.padTop
    let left = pixel % geometry.outWidth * geometry.strideX - geometry.padLeft
    var patch = Patch()
    var count = 0
    patch.offsets = unsafe [UInt32](unsafeUninitializedCapacity: geometry.patch) { offsets, used in
      patch.factors = unsafe [Int16](unsafeUninitializedCapacity: geometry.patch) { factors, full in
        unsafe inputs[sample].withUnsafeBufferPointer { input in
          var offset: UInt32 = 0
          for channel in 0..<geometry.channels {
            for tapY in 0..<geometry.kernelHeight {
              let y = top + tapY * geometry.dilationY
              guard y >= 0, y < geometry.inHeight else {
                offset += UInt32(geometry.kernelWidth * width)
                continue
              }
              let row = geometry.inputIndex(
                image: image, channel: group * geometry.channels + channel, y: y, x: 0)
              for tapX in 0..<geometry.kernelWidth {
                let x = left + tapX * geometry.dilationX
                if x >= 0, x < geometry.inWidth {
                  // Written always, kept if it is not zero: no branch to guess.
                  let code = unsafe input[row + x]
                  unsafe offsets[count] = offset
                  unsafe factors[count] = code
                  count += code == 0 ? 0 : 1
                }
                offset += UInt32(width)
              }
            }
          }
        }
        full = count
      }
      used = count
    }
    patch.ends = stride(from: length, to: count, by: length).map { UInt32($0) }
    if count > 0 { patch.ends.append(UInt32(count)) }
    return patch
  }

  /// Streams a block of kernels past patches.
  private func fire(
    _ piece: Int, _ patches: [Patch], from first: Int, into output: UnsafeMutablePointer<Int16>
  ) {
    let kernels = Self.kernels(of: piece, width, blocks, geometry)
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: width) { sums in
      unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: width) { codes in
        for (index, patch) in patches.enumerated() {
          unsafe accumulate(piece, patch, into: sums.baseAddress!)
          unsafe scales.withUnsafeBufferPointer { scales in
            unsafe sonic_collect_each(
              sums.baseAddress!, width, scales.baseAddress! + piece * width, record.lower,
              record.upper, codes.baseAddress!)
          }
          let (sample, position) = (first + index).quotientAndRemainder(
            dividingBy: geometry.positions)
          let target = unsafe output + sample * geometry.outputCount
          for (lane, kernel) in kernels.enumerated() {
            unsafe target[geometry.outputIndex(kernel: kernel, position: position)] = codes[lane]
          }
        }
      }
    }
  }

  /// The partial sums of a block of kernels at a patch.
  private func accumulate(
    _ piece: Int, _ patch: Patch, into sums: UnsafeMutablePointer<Int32>
  ) {
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe sonic_accumulate(
        weights.baseAddress! + piece * blockSize, patch.offsets, patch.factors, patch.ends,
        patch.ends.count, width, gain, 1, sums)
    }
  }
}
