import Kernels
import Plan

/// Counts at how many positions of a sample activations are not zero: all that gating needs to know
/// of the data.
struct ZeroCounter {
  private let geometry: Geometry
  /// Activations, or anything that is zero where they are.
  private let input: [Int16]
  /// Where activations lie in planes: a bit for each, one where it is not zero. Rows of `pitch` words;
  /// image by image, channel by channel, row by row. None for a pointwise layer, in which every
  /// activation is met by one tap only.
  private var bits: [UInt64] = []
  private let pitch: Int
  /// For each group asked for: by input pixel, how many channels are not zero.
  private var pixels: [Int: [Int32]] = [:]

  init(_ layer: Geometry, input: [Int16]) {
    let geometry = layer.flattened
    self.geometry = geometry
    self.input = input
    let pitch = (geometry.inWidth + 63) / 64
    self.pitch = pitch
    guard geometry.layout == .planes, !geometry.isPointwise else { return }
    let rows = geometry.images * geometry.groups * geometry.channels * geometry.inHeight
    bits = unsafe [UInt64](unsafeUninitializedCapacity: rows * pitch) { bits, count in
      unsafe sonic_nonzero_bits(input, rows, geometry.inWidth, bits.baseAddress!, pitch)
      count = rows * pitch
    }
  }

  /// For each element of some groups' patches, the positions of the run at which it is not zero.
  func byElement(_ positions: Range<Int>, groups: Range<Int>) -> [Int32] {
    switch geometry.layout {
    case .planes where geometry.isPointwise: byChannel(positions, groups: groups)
    case .planes: byTap(positions, groups: groups)
    case .rows: byChannel(positions)
    }
  }

  /// As ``byElement(_:groups:)``, where an element is a channel and a position a row.
  private func byChannel(_ rows: Range<Int>) -> [Int32] {
    let channels = geometry.channels
    var counts = [Int32](repeating: 0, count: channels)
    unsafe input.withUnsafeBufferPointer { input in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        for row in rows {
          let from = unsafe input.baseAddress! + row * channels
          for channel in 0..<channels {
            unsafe counts[channel] &+= from[channel] == 0 ? 0 : 1
          }
        }
      }
    }
    return counts
  }

  /// As ``byElement(_:groups:)`` of a pointwise layer, where an element is a channel.
  private func byChannel(_ positions: Range<Int>, groups: Range<Int>) -> [Int32] {
    let plane = geometry.outHeight * geometry.outWidth
    var counts = [Int32](repeating: 0, count: groups.count * geometry.channels)
    unsafe input.withUnsafeBufferPointer { input in
      for image in positions.lowerBound / plane...(positions.upperBound - 1) / plane {
        let run = positions.clamped(to: image * plane..<(image + 1) * plane)
        let channel = (image * geometry.groups + groups.lowerBound) * geometry.channels
        unsafe sonic_count_nonzero(
          input.baseAddress! + channel * plane + run.lowerBound - image * plane, counts.count,
          plane, run.count, &counts)
      }
    }
    return counts
  }

  private func byTap(_ positions: Range<Int>, groups: Range<Int>) -> [Int32] {
    let plane = geometry.outHeight * geometry.outWidth
    var counts = [Int32](repeating: 0, count: groups.count * geometry.patch)
    unsafe bits.withUnsafeBufferPointer { bits in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        for image in positions.lowerBound / plane...(positions.upperBound - 1) / plane {
          let run = positions.clamped(to: image * plane..<(image + 1) * plane)
          let channel = (image * geometry.groups + groups.lowerBound) * geometry.channels
          let first = channel * geometry.inHeight * pitch
          for tap in 0..<geometry.slice {
            unsafe count(
              tap, run.lowerBound - image * plane..<run.upperBound - image * plane,
              in: bits.baseAddress! + first, channels: groups.count * geometry.channels,
              into: counts.baseAddress! + tap)
          }
        }
      }
    }
    return counts
  }

  /// Adds up, for each of some channels, the pixels of a run at which it is not zero under a tap.
  private func count(
    _ tap: Int, _ pixels: Range<Int>, in bits: UnsafePointer<UInt64>, channels: Int,
    into counts: UnsafeMutablePointer<Int32>
  ) {
    let (tapY, tapX) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
    let shiftY = tapY * geometry.dilationY - geometry.padTop
    let shiftX = tapX * geometry.dilationX - geometry.padLeft
    for (rows, columns) in rectangles(pixels) {
      let rows = inside(rows, geometry.strideY, shiftY, geometry.inHeight)
      let columns = inside(columns, geometry.strideX, shiftX, geometry.inWidth)
      guard !rows.isEmpty, !columns.isEmpty else { continue }
      let first = columns.lowerBound * geometry.strideX + shiftX
      let masks = masks(first: first, columns.count)
      let y = rows.lowerBound * geometry.strideY + shiftY
      unsafe masks.words.withUnsafeBufferPointer { words in
        let window = unsafe sonic_bit_window(
          words: bits + y * pitch + masks.start, plane_pitch: geometry.inHeight * pitch,
          rows: rows.count, row_pitch: geometry.strideY * pitch, masks: words.baseAddress!,
          count: words.count)
        unsafe sonic_count_planes(window, channels, geometry.slice, counts)
      }
    }
  }

  /// The bits of a row that a number of outputs meet, from the word on that has the first.
  private func masks(first: Int, _ count: Int) -> (start: Int, words: [UInt64]) {
    let (start, last) = (first / 64, first + (count - 1) * geometry.strideX)
    let step = geometry.strideX
    var words = [UInt64](repeating: step == 1 ? .max : 0, count: last / 64 - start + 1)
    if step == 1 {
      words[0] &= .max << UInt64(first % 64)
      words[words.count - 1] &= .max >> UInt64(63 - last % 64)
    } else {
      for bit in stride(from: first, through: last, by: step) {
        words[bit / 64 - start] |= 1 << UInt64(bit % 64)
      }
    }
    return (start, words)
  }

  /// The rows and columns that a run of pixels covers: a first and a last row that may be cut, and
  /// whole ones between them.
  private func rectangles(_ pixels: Range<Int>) -> [(rows: Range<Int>, columns: Range<Int>)] {
    let width = geometry.outWidth
    let (first, start) = pixels.lowerBound.quotientAndRemainder(dividingBy: width)
    let (last, end) = (pixels.upperBound - 1).quotientAndRemainder(dividingBy: width)
    if first == last { return [(first..<first + 1, start..<end + 1)] }
    let whole = (start == 0 ? first : first + 1)..<(end == width - 1 ? last + 1 : last)
    var rectangles = [(rows: whole, columns: 0..<width)]
    if start > 0 { rectangles.append((first..<first + 1, start..<width)) }
    if end < width - 1 { rectangles.append((last..<last + 1, 0..<end + 1)) }
    return rectangles
  }

  /// The part of a run of outputs whose inputs, `output * stride + shift`, are within 0 ..< size.
  private func inside(_ run: Range<Int>, _ stride: Int, _ shift: Int, _ size: Int) -> Range<Int> {
    let first = max(run.lowerBound, shift >= 0 ? 0 : (-shift + stride - 1) / stride)
    let last = min(run.upperBound, shift >= size ? 0 : (size - 1 - shift) / stride + 1)
    return first..<max(first, last)
  }

  /// For each position of the run, how many activations of a group's patch are not zero.
  mutating func byPosition(_ positions: Range<Int>, group: Int) -> [Int] {
    if pixels[group] == nil { pixels[group] = pixelCounts(group: group) }
    let counts = pixels[group]!
    return positions.map { geometry.total(at: $0, of: counts) }
  }

  /// For each input pixel, how many of a group's channels are not zero.
  private func pixelCounts(group: Int) -> [Int32] {
    let plane = geometry.inHeight * geometry.inWidth
    var counts = [Int32](repeating: 0, count: geometry.images * plane)
    let channels = group * geometry.channels..<(group + 1) * geometry.channels
    unsafe input.withUnsafeBufferPointer { input in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        switch geometry.layout {
        case .planes:
          for image in 0..<geometry.images {
            let to = unsafe counts.baseAddress! + image * plane
            for channel in channels {
              let from =
                unsafe input.baseAddress!
                + geometry.inputIndex(image: image, channel: channel, y: 0, x: 0)
              for pixel in 0..<plane { unsafe to[pixel] &+= from[pixel] == 0 ? 0 : 1 }
            }
          }
        case .rows:
          for pixel in 0..<plane {
            for channel in channels {
              let index = geometry.inputIndex(image: 0, channel: channel, y: pixel, x: 0)
              unsafe counts[pixel] &+= input[index] == 0 ? 0 : 1
            }
          }
        }
      }
    }
    return counts
  }
}
