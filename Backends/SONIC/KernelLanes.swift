import Hardware
import Kernels
import Plan
import Support

/// A layer whose kernels stay on the rings, made ready for vector lanes over positions.
///
/// Each input channel becomes strideY x strideX padded planes, one for each phase, so that the
/// activations that an element of the kernel meets at successive positions are neighbours whatever
/// the stride. Rows are `pitch` apart; lanes beyond a row's end compute what nobody reads.
struct KernelLanes {
  private let record: LayerRecord
  private let parameters: [KernelRecord]
  private let pitch: Int
  private let rows: Int
  /// Survivors of all kernels: where each meets its activations, and its weight.
  private var offsets: [UInt32] = []
  private var factors: [Int16] = []
  /// Ends of vectors, counted within a kernel.
  private var ends: [UInt32] = []
  /// Where each kernel's survivors and vectors start.
  private var survivorStarts = [0]
  private var vectorStarts = [0]

  private var geometry: Geometry { record.geometry }
  private var planeSize: Int { pitch * rows }
  private var phases: Int { geometry.strideY * geometry.strideX }
  private var lanes: Int { (geometry.outHeight - 1) * pitch + geometry.outWidth }

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>) {
    var record = runnable.program.layers[layer]
    // What a single row or column strides over is nothing: no planes for it.
    if record.geometry.outHeight == 1 { record.geometry.strideY = 1 }
    if record.geometry.outWidth == 1 { record.geometry.strideX = 1 }
    let geometry = record.geometry
    self.record = record
    parameters = Array(runnable.program.kernels(of: layer))
    pitch = geometry.outWidth + (geometry.kernelWidth - 1) * geometry.dilationX / geometry.strideX
    rows = geometry.outHeight + (geometry.kernelHeight - 1) * geometry.dilationY / geometry.strideY
    let places = elementOffsets()
    let length = runnable.program.machine.array(record.kind).length
    for kernel in parameters.indices {
      var cutter = VectorCutter(length: length, slice: Int(record.slice))
      var count: UInt32 = 0
      let base = kernel / geometry.kernels * geometry.channels * phases * planeSize
      runnable.forEachSurvivor(of: layer, kernel: kernel) { element, code in
        if cutter.startsVector(at: element), count > 0 { ends.append(count) }
        offsets.append(UInt32(base + places[element]))
        factors.append(record.codebook[Int(code) - 1])
        count += 1
      }
      if count > 0 { ends.append(count) }
      survivorStarts.append(offsets.count)
      vectorStarts.append(ends.count)
    }
  }

  /// Where, from the first plane of its group, an element of the patch lies for the first position.
  private func elementOffsets() -> [Int] {
    (0..<geometry.patch).map { element in
      let (channel, tap) = element.quotientAndRemainder(dividingBy: geometry.slice)
      let (y, x) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
      let (row, phaseY) = (y * geometry.dilationY).quotientAndRemainder(
        dividingBy: geometry.strideY)
      let (column, phaseX) = (x * geometry.dilationX).quotientAndRemainder(
        dividingBy: geometry.strideX)
      let plane = (channel * geometry.strideY + phaseY) * geometry.strideX + phaseX
      return plane * planeSize + row * pitch + column
    }
  }

  /// The activations of one image as padded planes.
  private func planes(_ input: [Int16], image: Int) -> [Int16] {
    let channels = geometry.groups * geometry.channels
    var planes = [Int16](
      repeating: 0, count: channels * phases * planeSize + 2 * Int(SONIC_LANES))
    for channel in 0..<channels {
      for y in 0..<geometry.inHeight {
        let (row, phaseY) = (y + geometry.padTop).quotientAndRemainder(
          dividingBy: geometry.strideY)
        guard row < rows else { continue }
        let base = geometry.inputIndex(image: image, channel: channel, y: y, x: 0)
        for phaseX in 0..<geometry.strideX {
          let plane = (channel * geometry.strideY + phaseY) * geometry.strideX + phaseX
          let target = plane * planeSize + row * pitch
          // Columns x of the input with (x + padLeft) mod stride = phase, inside the pitch.
          var x = phaseX - geometry.padLeft
          var column = 0
          if x < 0 {
            let skipped = (-x + geometry.strideX - 1) / geometry.strideX
            x += skipped * geometry.strideX
            column = skipped
          }
          while x < geometry.inWidth, column < pitch {
            planes[target + column] = input[base + x]
            x += geometry.strideX
            column += 1
          }
        }
      }
    }
    return planes
  }

  /// The layer's output codes.
  func run(_ input: [Int16], threads: Int) -> [Int16] {
    var output = [Int16](repeating: 0, count: geometry.outputCount)
    for image in 0..<geometry.images {
      let planes = planes(input, image: image)
      let results = parallelMap(count: parameters.count, threads: threads) { kernel in
        collect(kernel, sums(kernel, planes))
      }
      let first = image * geometry.outHeight * geometry.outWidth
      for (kernel, codes) in results.enumerated() {
        scatter(codes, kernel: kernel, firstPosition: first, into: &output)
      }
    }
    return output
  }

  /// A kernel's activations at the positions of one image.
  private func collect(_ kernel: Int, _ sums: [Int32]) -> [Int16] {
    var codes: [Int16] = []
    codes.reserveCapacity(geometry.outHeight * geometry.outWidth)
    for row in 0..<geometry.outHeight {
      for lane in row * pitch..<row * pitch + geometry.outWidth {
        codes.append(Numerics.collect(sums[lane], parameters[kernel], record))
      }
    }
    return codes
  }

  private func scatter(
    _ codes: [Int16], kernel: Int, firstPosition: Int, into output: inout [Int16]
  ) {
    let start = geometry.outputIndex(kernel: kernel, position: firstPosition)
    switch geometry.layout {
    case .planes:
      output.replaceSubrange(start..<start + codes.count, with: codes)
    case .rows:
      for (position, code) in codes.enumerated() {
        output[start + position * geometry.allKernels] = code
      }
    }
  }

  /// A kernel's partial sums in all lanes.
  private func sums(_ kernel: Int, _ planes: [Int16]) -> [Int32] {
    let padded = (lanes + Int(SONIC_LANES) - 1) / Int(SONIC_LANES) * Int(SONIC_LANES)
    var sums = [Int32](repeating: 0, count: padded)
    let survivors = survivorStarts[kernel]
    let vectors = vectorStarts[kernel]..<vectorStarts[kernel + 1]
    guard !vectors.isEmpty else { return sums }
    unsafe planes.withUnsafeBufferPointer { planes in
      unsafe offsets.withUnsafeBufferPointer { offsets in
        unsafe factors.withUnsafeBufferPointer { factors in
          unsafe ends.withUnsafeBufferPointer { ends in
            unsafe sonic_accumulate(
              planes.baseAddress!, offsets.baseAddress! + survivors,
              factors.baseAddress! + survivors, ends.baseAddress! + vectors.lowerBound,
              vectors.count, lanes, parameters[kernel].gain, &sums)
          }
        }
      }
    }
    return sums
  }
}
