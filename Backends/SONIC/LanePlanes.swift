import Kernels
import Plan

/// Activations laid out so that the lanes of vector instructions are positions.
///
/// Each input channel becomes at most strideY x strideX planes, one for each phase that a tap meets, so
/// that what an element of the kernel meets at successive positions are neighbours whatever the stride.
/// A plane has `rows` rows `pitch` apart; padding is shared by the end of one row and the start of the
/// next, and by an image and the next. Planes of all images follow each other, and lanes count through
/// them; those that are no position compute what nobody reads.
///
/// Lanes are cut into blocks, laid out with the planes of as many groups as stay in the processor's cache
/// while all their kernels go past them.
final class LanePlanes: Sendable {
  /// The layer's, without strides that a single row or column has no use for.
  let geometry: Geometry
  /// Between a row and the next, and rows of an image.
  let pitch: Int
  let rows: Int
  /// Lanes of a block, a multiple of `SONIC_LANES`.
  let block: Int
  /// Between a plane of a block and the next: the block, and how far elements reach beyond it.
  let blockPitch: Int
  /// How many groups are laid out and computed at a time: they have nothing in common.
  let groupsAtOnce: Int
  /// For each tap, the phase that it meets and how many lanes further on.
  let taps: [Tap]
  /// How many lanes further on elements reach.
  let reach: Int
  /// Which lanes are positions, a bit for each, with a word of zeros before and one behind.
  let valid: [UInt64]

  struct Tap: Sendable {
    let phase: Int
    let lanes: Int
  }

  /// What the planes of as many groups as are laid out at a time may take, unless it is one: half of a usual
  /// second-level cache, in elements.
  private static let cached = 1 << 17

  /// Threads share kernels, not lanes, where blocks of their own would have fewer lanes than this: each block
  /// goes through all kernels again.
  private static let worthBlock = 1 << 10

  /// The first row and column of each phase that a tap meets.
  private let starts: [(y: Int, x: Int)]

  var phases: Int { starts.count }
  var imageSize: Int { pitch * rows }
  /// Of all groups.
  var channels: Int { geometry.groups * geometry.channels }
  /// Between a channel's first plane in a block and the next channel's.
  var channelPitch: Int { phases * blockPitch }
  /// Between a group's first plane in a block and the next group's.
  var groupPitch: Int { geometry.channels * channelPitch }

  /// - Parameters:
  ///   - samples: the most that go side by side.
  ///   - threads: how many will lay out blocks and compute in them.
  init(_ layer: Geometry, samples: Int, threads: Int = 1) {
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
    let starts = down.starts.flatMap { y in across.starts.map { x in (y: y, x: x) } }
    self.starts = starts
    let taps = (0..<geometry.slice).map { tap in
      let (y, x) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
      return Tap(
        phase: down.taps[y].phase * across.starts.count + across.taps[x].phase,
        lanes: down.taps[y].step * across.pitch + across.taps[x].step)
    }
    self.taps = taps
    let reach = taps.map(\.lanes).max()!
    self.reach = reach
    let lanes = samples * geometry.images * rows * pitch
    let most = max(Self.cached / (geometry.channels * starts.count) - reach, reach, 128)
    // Several threads share groups where those are many.
    let areGroupsShared = threads > 1 && geometry.groups >= 4 * threads
    let blocks = Self.blocks(
      lanes, most: most, reach: reach, threads: areGroupsShared ? 1 : threads)
    let step = Int(SONIC_LANES)
    // Blocks of about equal size, of whole words of bits where there is more than one.
    let even = (lanes + blocks - 1) / blocks
    let rounding = blocks > 1 ? 2 * step : step
    block = (even + rounding - 1) / rounding * rounding
    // An odd number of cache lines, so that planes do not compete for the same sets of a cache.
    let lines = (block + reach + step - 1) / step
    blockPitch = (lines | 1) * step
    let channelPitch = starts.count * blockPitch
    let groups = areGroupsShared ? geometry.groups / (8 * threads) : geometry.groups
    groupsAtOnce = max(min(Self.cached / (geometry.channels * channelPitch), groups), 1)
    valid = Self.valid(geometry, pitch: pitch, rows: rows, images: samples * geometry.images)
  }

  /// How many blocks there are: as few as the cache allows, but for some for each thread to have its own.
  ///
  /// - Parameters:
  ///   - most: lanes of a block.
  ///   - reach: lanes that neighbouring blocks have in common.
  private static func blocks(_ lanes: Int, most: Int, reach: Int, threads: Int) -> Int {
    let fewest = (lanes + most - 1) / most
    let shares = min(lanes / max(4 * reach, Self.worthBlock), 2 * threads) / threads
    guard threads > 1, fewest < 2 * threads, shares > 0 else { return fewest }
    return max((fewest + threads - 1) / threads, shares) * threads
  }

  private static func valid(
    _ geometry: Geometry, pitch: Int, rows: Int, images: Int
  ) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (images * rows * pitch + 63) / 64 + 2)
    for image in 0..<images {
      for row in 0..<geometry.outHeight {
        var lane = (image * rows + row) * pitch
        let end = lane + geometry.outWidth
        while lane < end {
          let (word, bit) = lane.quotientAndRemainder(dividingBy: 64)
          let count = min(64 - bit, end - lane)
          words[word + 1] |= (UInt64.max >> UInt64(64 - count)) << UInt64(bit)
          lane += count
        }
      }
    }
    return words
  }

  /// Where an element of a group's patch lies for the first lane of a block, from the group's first
  /// plane on. O(elements).
  var offsets: [UInt32] {
    (0..<geometry.patch).map { element in
      let (channel, tap) = element.quotientAndRemainder(dividingBy: geometry.slice)
      let plane = channel * phases + taps[tap].phase
      return UInt32(plane * blockPitch + taps[tap].lanes)
    }
  }

  /// How many lanes `samples` have.
  func lanes(samples: Int) -> Int {
    (samples * geometry.images - 1) * imageSize + (geometry.outHeight - 1) * pitch
      + geometry.outWidth
  }

  /// The lane of a position, counted through all samples.
  func lane(of position: Int) -> Int {
    let (image, pixel) = position.quotientAndRemainder(
      dividingBy: geometry.outHeight * geometry.outWidth)
    let (row, column) = pixel.quotientAndRemainder(dividingBy: geometry.outWidth)
    return image * imageSize + row * pitch + column
  }

  func blocks(samples: Int) -> Int { (lanes(samples: samples) + block - 1) / block }

  /// The lanes of one block, rounded up to whole vectors.
  func lanes(of index: Int, samples: Int) -> Int {
    let step = Int(SONIC_LANES)
    return (min(lanes(samples: samples) - index * block, block) + step - 1) / step * step
  }

  /// How many channels are laid out at a time, so that they are in the nearest cache when they are read.
  var stride: Int { max((1 << 13) / channelPitch, 1) }

  /// Lays out some channels, counted through all groups, of one block of the samples' activations.
  ///
  /// - Parameters:
  ///   - channels: of one group, unless groups follow each other in the input.
  ///   - target: where the first of them goes.
  func pack(
    _ inputs: [[Int16]], block index: Int, channels: Range<Int>,
    into target: UnsafeMutablePointer<Int16>
  ) {
    let first = index * block
    let end = min(first + blockPitch, inputs.count * geometry.images * imageSize)
    if geometry.isPointwise {
      // Images without padding fill a block up to their end.
      for channel in 0..<channels.count {
        unsafe (target + (channel * channelPitch + end - first)).update(
          repeating: 0, count: first + channelPitch - end)
      }
    } else {
      unsafe target.update(repeating: 0, count: channels.count * channelPitch)
    }
    for image in first / imageSize...(end - 1) / imageSize {
      let start = image * imageSize
      let (sample, within) = image.quotientAndRemainder(dividingBy: geometry.images)
      unsafe inputs[sample].withUnsafeBufferPointer { input in
        unsafe pack(
          image: within, of: input.baseAddress!, channels: channels,
          lanes: max(first - start, 0)..<end - start,
          into: target + (start - first))
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
    let (channelStep, rowStep, columnStep) =
      geometry.layout == .planes
      ? (geometry.inHeight * geometry.inWidth, geometry.inWidth, geometry.strideX)
      : (1, geometry.channels, geometry.channels)
    let source =
      unsafe input + geometry.inputIndex(image: image, channel: channels.lowerBound, y: 0, x: 0)
    for (phase, first) in starts.enumerated() {
      let skipped = max(geometry.padLeft - first.x + geometry.strideX - 1, 0) / geometry.strideX
      let x = skipped * geometry.strideX + first.x - geometry.padLeft
      let filled = (geometry.inWidth - x + geometry.strideX - 1) / geometry.strideX
      let endColumn = min(skipped + filled, pitch)
      guard skipped < endColumn else { continue }
      let columns = skipped..<endColumn
      // Lanes' rows that have one of the input.
      let inside = first.y - geometry.padTop
      let end = min(
        (lanes.upperBound + pitch - 1) / pitch, rows,
        (geometry.inHeight - inside + geometry.strideY - 1) / geometry.strideY)
      var row = max(
        lanes.lowerBound / pitch, (geometry.strideY - 1 - inside) / geometry.strideY, 0)
      while row < end {
        let start = row * pitch
        let part = columns.clamped(to: lanes.lowerBound - start..<lanes.upperBound - start)
        // Only the first row and the last may be cut.
        let whole = (lanes.upperBound - columns.upperBound) / pitch + 1 - row
        let count = part == columns ? min(whole, end - row) : 1
        let y = row * geometry.strideY + inside
        let column = (part.lowerBound - skipped) * geometry.strideX + x
        let planes = unsafe sonic_planes(
          numbers: source + (y * rowStep + column), planes: channels.count,
          plane_pitch: channelStep, rows: count, row_pitch: geometry.strideY * rowStep,
          step: columnStep)
        unsafe sonic_take(
          planes, part.count, target + (phase * blockPitch + start + part.lowerBound),
          channelPitch, pitch)
        row += count
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
  /// The first row or column of each phase that an element of the kernel meets.
  let starts: [Int]
  /// Where an element of the kernel lies: in which of those phases, and how many steps from the first.
  let taps: [(phase: Int, step: Int)]
  /// From one row (or image) to the next.
  let pitch: Int

  init(input: Int, output: Int, kernel: Int, stride: Int, dilation: Int, padding: Int) {
    let places = (0..<kernel).map { tap in
      (start: tap * dilation % stride, step: tap * dilation / stride)
    }
    let starts = Set(places.map(\.start)).sorted()
    let phases = Dictionary(uniqueKeysWithValues: zip(starts, starts.indices))
    self.starts = starts
    taps = places.map { (phase: phases[$0.start]!, step: $0.step) }
    pitch = places.reduce(output) { pitch, place in
      // What the element reads: places up to `last`, of which the first `zeros` are padding, and
      // those from `filled` on. Padding beyond the pitch is the next row's, if that has enough.
      let last = output - 1 + place.step
      let zeros = max(padding - place.start + stride - 1, 0) / stride
      let filled = max(input + padding - place.start + stride - 1, 0) / stride
      return max(pitch, last - zeros + 1, min(filled, last + 1))
    }
  }
}
