import Kernels
import Plan

/// Activations laid out so that the lanes of vector instructions are positions.
///
/// Each input channel becomes strideY x strideX planes, one for each phase, so that what an element of
/// the kernel meets at successive positions are neighbours whatever the stride. A plane has `rows` rows
/// `pitch` apart; padding is shared by the end of one row and the start of the next, and by an image
/// and the next. Planes of all images follow each other, and lanes count through them; those that are
/// no position compute what nobody reads.
///
/// Lanes are cut into blocks, which lie one after another in memory, each with all its planes, so
/// that a block stays in the processor's cache while all kernels go past it.
struct LanePlanes {
  /// The layer's, without strides that a single row or column has no use for.
  let geometry: Geometry
  /// Between a row and the next, and rows of an image.
  let pitch: Int
  let rows: Int
  /// Lanes of a block, a multiple of `SONIC_LANES`.
  let block: Int
  /// Between a plane of a block and the next: the block, and how far elements reach beyond it.
  let blockPitch: Int
  /// Where an element of a group's patch lies for the first lane of a block, from the group's first
  /// plane on.
  let offsets: [Int]

  /// What the planes of a group in a block may take: half of a usual second-level cache, in elements.
  private static let cached = 1 << 17

  private var phases: Int { geometry.strideY * geometry.strideX }
  var imageSize: Int { pitch * rows }
  /// Between a group's first plane and the next group's.
  var groupPitch: Int { geometry.channels * phases * blockPitch }
  /// Elements of a block.
  var blockSize: Int { geometry.groups * groupPitch }

  /// - Parameter samples: the most that go side by side.
  init(_ layer: Geometry, samples: Int) {
    var geometry = layer.flattened
    if geometry.outHeight == 1 { geometry.strideY = 1 }
    if geometry.outWidth == 1 { geometry.strideX = 1 }
    self.geometry = geometry
    let across = Axis(
      input: geometry.inWidth, output: geometry.outWidth, kernel: geometry.kernelWidth,
      stride: geometry.strideX, dilation: geometry.dilationX, padding: geometry.padLeft)
    let down = Axis(
      input: geometry.inHeight, output: geometry.outHeight, kernel: geometry.kernelHeight,
      stride: geometry.strideY, dilation: geometry.dilationY, padding: geometry.padTop)
    pitch = across.pitch
    rows = down.pitch
    let reach = (down.taps.map(\.step).max()! * pitch) + across.taps.map(\.step).max()!
    let lanes = samples * geometry.images * rows * pitch
    let planes = geometry.channels * geometry.strideY * geometry.strideX
    let block = min(max(Self.cached / planes - reach, reach, 128), lanes)
    let step = Int(SONIC_LANES)
    // Blocks of about equal size, whole wide vectors where there is more than one.
    let blocks = (lanes + block - 1) / block
    let even = (lanes + blocks - 1) / blocks
    let rounding = blocks > 1 ? 4 * step : step
    self.block = (even + rounding - 1) / rounding * rounding
    // An odd number of cache lines, so that planes do not compete for the same sets of a cache.
    let lines = (self.block + reach + step - 1) / step
    let blockPitch = (lines | 1) * step
    self.blockPitch = blockPitch
    let pitch = pitch
    offsets = (0..<geometry.patch).map { element in
      let (channel, tap) = element.quotientAndRemainder(dividingBy: geometry.slice)
      let (y, x) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
      let plane =
        (channel * geometry.strideY + down.taps[y].phase) * geometry.strideX + across.taps[x].phase
      return plane * blockPitch + down.taps[y].step * pitch + across.taps[x].step
    }
  }

  /// How many lanes `samples` have.
  func lanes(samples: Int) -> Int {
    (samples * geometry.images - 1) * imageSize + (geometry.outHeight - 1) * pitch
      + geometry.outWidth
  }

  func blocks(samples: Int) -> Int { (lanes(samples: samples) + block - 1) / block }

  /// The lanes of one block, rounded up to whole vectors.
  func lanes(of index: Int, samples: Int) -> Int {
    let step = Int(SONIC_LANES)
    return (min(lanes(samples: samples) - index * block, block) + step - 1) / step * step
  }

  /// Lays out some channels, counted through all groups, of one block of the samples' activations.
  func pack(
    _ inputs: [[Int16]], block index: Int, channels: Range<Int>,
    into target: UnsafeMutablePointer<Int16>
  ) {
    let channelPitch = phases * blockPitch
    let first = index * block
    let end = min(first + blockPitch, inputs.count * geometry.images * imageSize)
    if !(geometry.isPointwise && end == first + blockPitch) {
      unsafe (target + channels.lowerBound * channelPitch).update(
        repeating: 0, count: channels.count * channelPitch)
    }
    for image in first / imageSize...(end - 1) / imageSize {
      let start = image * imageSize
      let (sample, within) = image.quotientAndRemainder(dividingBy: geometry.images)
      unsafe inputs[sample].withUnsafeBufferPointer { input in
        unsafe pack(
          image: within, of: input.baseAddress!, channels: channels,
          lanes: max(first - start, 0)..<end - start,
          into: target + (channels.lowerBound * channelPitch + start - first))
      }
    }
  }

  /// Copies the lanes of one image; `target` is where lane 0 of the first channel is, or would be, in a
  /// block.
  private func pack(
    image: Int, of input: UnsafePointer<Int16>, channels: Range<Int>, lanes: Range<Int>,
    into target: UnsafeMutablePointer<Int16>
  ) {
    let geometry = geometry
    let endRow = min((lanes.upperBound + pitch - 1) / pitch, rows)
    let (channelStep, rowStep, columnStep) =
      geometry.layout == .planes
      ? (geometry.inHeight * geometry.inWidth, geometry.inWidth, geometry.strideX)
      : (1, geometry.channels, geometry.channels)
    let source =
      unsafe input + geometry.inputIndex(image: image, channel: 0, y: 0, x: 0)
      + channels.lowerBound * channelStep
    for phaseY in 0..<geometry.strideY {
      for phaseX in 0..<geometry.strideX {
        let skipped = max(geometry.padLeft - phaseX + geometry.strideX - 1, 0) / geometry.strideX
        let x = skipped * geometry.strideX + phaseX - geometry.padLeft
        let filled = (geometry.inWidth - x + geometry.strideX - 1) / geometry.strideX
        let phase = phaseY * geometry.strideX + phaseX
        for row in lanes.lowerBound / pitch..<endRow {
          let y = row * geometry.strideY + phaseY - geometry.padTop
          guard y >= 0, y < geometry.inHeight else { continue }
          let start = max(row * pitch + skipped, lanes.lowerBound)
          let end = min(row * pitch + min(skipped + filled, pitch), lanes.upperBound)
          guard start < end else { continue }
          let column = (start - row * pitch - skipped) * geometry.strideX + x
          let lanes = unsafe sonic_rows(
            numbers: source + (y * rowStep + column), pitch: channelStep, step: columnStep)
          unsafe sonic_take(
            lanes, channels.count, end - start, target + (phase * blockPitch + start),
            phases * blockPitch)
        }
      }
    }
  }

  /// Neighbouring lanes of a block that are neighbouring positions.
  struct Run {
    /// The first lane, counted in the block.
    var lane: Int
    var count: Int
    /// The first position, counted through all samples.
    var position: Int
  }

  /// The lanes of a block that are positions.
  func runs(of index: Int, samples: Int) -> [Run] {
    let first = index * block
    let end = min(first + block, lanes(samples: samples))
    let plane = geometry.outHeight * geometry.outWidth
    var runs: [Run] = []
    for image in first / imageSize...(end - 1) / imageSize {
      let start = image * imageSize
      let lower = max(first - start, 0)
      let endRow = min((end - start + pitch - 1) / pitch, geometry.outHeight)
      for row in min(lower / pitch, endRow)..<endRow {
        let left = max(row * pitch, lower)
        let right = min(row * pitch + geometry.outWidth, end - start)
        guard left < right else { continue }
        let position = image * plane + row * geometry.outWidth + left - row * pitch
        runs.append(Run(lane: start + left - first, count: right - left, position: position))
      }
    }
    return runs
  }
}

/// One axis of a plane.
private struct Axis {
  /// Where an element of the kernel lies: in which phase, and how many steps from the first.
  let taps: [(phase: Int, step: Int)]
  /// From one row (or image) to the next.
  let pitch: Int

  init(input: Int, output: Int, kernel: Int, stride: Int, dilation: Int, padding: Int) {
    let taps = (0..<kernel).map { tap in
      (phase: tap * dilation % stride, step: tap * dilation / stride)
    }
    self.taps = taps
    pitch = taps.reduce(output) { pitch, tap in
      // What the element reads: places up to `last`, of which the first `zeros` are padding, and
      // those from `filled` on. Padding beyond the pitch is the next row's, if that has enough.
      let last = output - 1 + tap.step
      let zeros = max(padding - tap.phase + stride - 1, 0) / stride
      let filled = max(input + padding - tap.phase + stride - 1, 0) / stride
      return max(pitch, last - zeros + 1, min(filled, last + 1))
    }
  }
}
