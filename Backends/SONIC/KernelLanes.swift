import Hardware
import Kernels
import Plan
import Support

/// A layer whose kernels stay on the rings, made ready for vector lanes over positions: a surviving
/// weight is one factor against a run of neighbours in ``LanePlanes``.
struct KernelLanes {
  private let record: LayerRecord
  private let parameters: [KernelRecord]
  private let planes: LanePlanes
  /// Survivors of all kernels: where each meets its activations, and its weight.
  private var offsets: [UInt32] = []
  private var factors: [Int16] = []
  /// Ends of vectors, counted within a kernel.
  private var ends: [UInt32] = []
  /// Where each kernel's survivors and vectors start.
  private var survivorStarts = [0]
  private var vectorStarts = [0]
  /// For each kernel, the largest activation at which no vector can reach beyond the ADC's range.
  private var reaches: [Int] = []

  private var geometry: Geometry { record.geometry }

  /// - Parameter samples: the most that go side by side.
  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, samples: Int) {
    record = runnable.program.layers[layer]
    parameters = Array(runnable.program.kernels(of: layer))
    planes = LanePlanes(record.geometry, samples: samples)
    let length = runnable.program.machine.array(record.kind).length
    for kernel in parameters.indices {
      var cutter = VectorCutter(length: length, slice: Int(record.slice))
      var count: UInt32 = 0
      var load = 0
      var heaviest = 0
      runnable.forEachSurvivor(of: layer, kernel: kernel) { element, code in
        if cutter.startsVector(at: element) {
          if count > 0 { ends.append(count) }
          load = 0
        }
        let weight = record.codebook[Int(code) - 1]
        offsets.append(UInt32(planes.offsets[element]))
        factors.append(weight)
        load += abs(Int(weight))
        heaviest = max(heaviest, load)
        count += 1
      }
      if count > 0 { ends.append(count) }
      survivorStarts.append(offsets.count)
      vectorStarts.append(ends.count)
      reaches.append(Numerics.reach(heaviest: heaviest, gain: Int(parameters[kernel].gain)))
    }
  }

  /// The output codes of all samples, one sample's after another's.
  func run(_ inputs: [[Int16]], _ workers: Workers) -> [Int16] {
    let peak = Numerics.peak(inputs)
    let blocks = planes.blocks(samples: inputs.count)
    // Few blocks: kernels are cut into runs too, so that every thread has some.
    let threads = workers.threads
    let runs = blocks >= 4 * threads || threads == 1 ? 1 : min(8 * threads, parameters.count)
    let count = inputs.count * geometry.outputCount
    return unsafe [Int16](unsafeUninitializedCapacity: count) { output, initialized in
      nonisolated(unsafe) let output = output.baseAddress!
      // Aligned to cache lines, as are the planes in it.
      unsafe withUnsafeTemporaryAllocation(
        byteCount: 2 * blocks * planes.blockSize, alignment: 64
      ) { bytes in
        nonisolated(unsafe) let packed =
          unsafe bytes.bindMemory(to: Int16.self).baseAddress!
        workers.forEach(count: blocks) { block in
          unsafe planes.pack(inputs, block: block, into: packed + block * planes.blockSize)
        }
        workers.forEach(count: blocks * runs) { task in
          let (block, run) = task.quotientAndRemainder(dividingBy: runs)
          unsafe fire(
            parameters.count * run / runs..<parameters.count * (run + 1) / runs,
            at: packed + block * planes.blockSize, block: block, samples: inputs.count, peak: peak,
            into: output)
        }
      }
      initialized = count
    }
  }

  /// Computes a run of kernels in the lanes of a block.
  private func fire(
    _ kernels: Range<Int>, at packed: UnsafePointer<Int16>, block: Int, samples: Int, peak: Int,
    into output: UnsafeMutablePointer<Int16>
  ) {
    let lanes = planes.lanes(of: block, samples: samples)
    let runs = targets(planes.runs(of: block, samples: samples))
    unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: lanes) { sums in
      for kernel in kernels {
        let group = kernel / geometry.kernels
        unsafe accumulate(
          kernel, packed + group * planes.groupPitch, lanes, saturates: peak > reaches[kernel],
          into: sums.baseAddress!)
        unsafe collect(kernel, sums.baseAddress!, runs, into: output)
      }
    }
  }

  /// Where the activations of kernel 0 go in the samples' outputs.
  private func targets(_ runs: [LanePlanes.Run]) -> [sonic_run] {
    let plane = geometry.outHeight * geometry.outWidth
    return runs.map { run in
      var to = run.position * geometry.allKernels
      if geometry.layout == .planes {
        let (image, pixel) = run.position.quotientAndRemainder(dividingBy: plane)
        to = image * geometry.allKernels * plane + pixel
      }
      return sonic_run(lane: run.lane, count: run.count, to: to)
    }
  }

  /// Turns a kernel's partial sums into activations where they belong in the samples' outputs.
  private func collect(
    _ kernel: Int, _ sums: UnsafePointer<Int32>, _ targets: [sonic_run],
    into output: UnsafeMutablePointer<Int16>
  ) {
    let isPlanes = geometry.layout == .planes
    let plane = geometry.outHeight * geometry.outWidth
    unsafe sonic_collect(
      sums, parameters[kernel].scale, record.lower, record.upper, targets, targets.count,
      isPlanes ? 1 : geometry.allKernels, output + kernel * (isPlanes ? plane : 1))
  }

  private func accumulate(
    _ kernel: Int, _ packed: UnsafePointer<Int16>, _ lanes: Int, saturates: Bool,
    into sums: UnsafeMutablePointer<Int32>
  ) {
    let survivors = survivorStarts[kernel]
    let vectors = vectorStarts[kernel]..<vectorStarts[kernel + 1]
    unsafe offsets.withUnsafeBufferPointer { offsets in
      unsafe factors.withUnsafeBufferPointer { factors in
        unsafe ends.withUnsafeBufferPointer { ends in
          unsafe sonic_accumulate(
            packed, offsets.baseAddress! + survivors, factors.baseAddress! + survivors,
            ends.baseAddress! + vectors.lowerBound, vectors.count, lanes, parameters[kernel].gain,
            saturates ? 1 : 0, sums)
        }
      }
    }
  }
}

extension KernelRecord {
  /// What turns the kernel's partial sums into activations, as the vector kernels take it.
  var scale: sonic_scale { sonic_scale(bias: bias, multiplier: multiplier, shift: Int32(shift)) }
}
