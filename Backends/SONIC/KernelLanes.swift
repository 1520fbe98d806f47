import Hardware
import Kernels
import Plan
import Support
import Synchronization

/// A layer whose kernels stay on the rings, made ready for vector lanes over positions: a surviving
/// weight is one factor against a run of neighbours in ``LanePlanes``.
final class KernelLanes: Sendable {
  private let record: LayerRecord
  private let parameters: [KernelRecord]
  private let planes: LanePlanes
  /// Survivors of all kernels: where each meets its activations, and its weight.
  private let offsets: [UInt32]
  private let factors: [Int16]
  /// Ends of vectors, counted within a kernel.
  private let ends: [UInt32]
  /// Where each kernel's survivors and vectors start.
  private let survivorStarts: [Int]
  private let vectorStarts: [Int]
  /// By channel of all groups, whether any survivor meets it; nil if most are met.
  private let isMet: [Bool]?
  /// For each kernel, the largest activation at which no vector can reach beyond the ADC's range.
  private let reaches: [Int]

  /// Fewer survivors than this, in a vector of lanes, take less time than telling another thread of them.
  private static let fewSurvivors = 1 << 13

  private var geometry: Geometry { record.geometry }

  init(
    _ runnable: Runnable, _ layer: ID<LayerRecord>, _ planes: LanePlanes, _ workers: Workers
  ) {
    let record = runnable.program.layers[layer]
    self.record = record
    self.planes = planes
    let parameters = Array(runnable.program.kernels(of: layer))
    self.parameters = parameters
    let surveys = runnable.surveys(of: layer)
    let survivors = surveys.reduce(into: [0]) { $0.append($0.last! + Int($1.survivors)) }
    let vectors = surveys.reduce(into: [0]) { $0.append($0.last! + Int($1.vectors)) }
    (survivorStarts, vectorStarts) = (survivors, vectors)
    reaches = zip(surveys, parameters).map {
      Numerics.reach(heaviest: Int($0.heaviest), gain: Int($1.gain))
    }
    let length = runnable.program.machine.array(record.kind).length
    let cut = sonic_cut(record, length: length)
    let places = planes.offsets
    let values = record.valuesByCode
    var (factors, ends) = ([Int16](), [UInt32]())
    offsets = unsafe [UInt32](unsafeUninitializedCapacity: survivors.last!) { offsets, laid in
      factors = unsafe [Int16](unsafeUninitializedCapacity: survivors.last!) { factors, alsoLaid in
        ends = unsafe [UInt32](unsafeUninitializedCapacity: vectors.last!) { ends, cutOff in
          nonisolated(unsafe) let (offsets, factors, ends) = unsafe (offsets, factors, ends)
          workers.forEach(count: parameters.count) { kernel in
            guard survivors[kernel] < survivors[kernel + 1] else { return }
            unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
              unsafe sonic_lay_vectors(
                pairs, count, [cut], places, values, offsets.baseAddress! + survivors[kernel],
                factors.baseAddress! + survivors[kernel], ends.baseAddress! + vectors[kernel])
            }
          }
          cutOff = vectors.last!
        }
        alsoLaid = survivors.last!
      }
      laid = survivors.last!
    }
    (self.factors, self.ends) = (factors, ends)
    isMet = Self.metChannels(offsets, survivors, planes)
  }

  /// The channels that survivors meet: of a depthwise layer, there may be none in many.
  private static func metChannels(
    _ offsets: [UInt32], _ starts: [Int], _ planes: LanePlanes
  ) -> [Bool]? {
    // So many leave hardly a channel alone.
    guard offsets.count < 8 * planes.channels else { return nil }
    let geometry = planes.geometry
    var isMet = [Bool](repeating: false, count: planes.channels)
    for kernel in 0..<geometry.allKernels {
      let first = kernel / geometry.kernels * geometry.channels
      for offset in offsets[starts[kernel]..<starts[kernel + 1]] {
        isMet[first + Int(offset) / planes.channelPitch] = true
      }
    }
    // A few are not worth what it takes to leave them out.
    return 4 * isMet.count { !$0 } >= isMet.count ? isMet : nil
  }

  /// Some channels without those that nobody meets.
  private func met(_ channels: Range<Int>) -> [Range<Int>] {
    guard let isMet else { return [channels] }
    return channels.split { !isMet[$0] }
  }

  /// The output codes of all samples, and where their inputs are not zero.
  ///
  /// - Parameter table: what codes are looked up in.
  func run(
    _ inputs: [[Int16]], _ table: LookedCodes?, _ workers: Workers
  ) -> (codes: [[Int16]], bits: LaneBits) {
    var codes: [[Int16]] = []
    let bits = unsafe LaneBits(planes, samples: inputs.count, areAllFilled: isMet == nil) { bits in
      nonisolated(unsafe) let bits = unsafe bits
      codes = unsafe [Int16].filled(inputs.count, of: geometry.outputCount) { outputs in
        nonisolated(unsafe) let outputs = unsafe outputs
        // A few vectors are computed sooner than shared.
        let isOne = planes.lanes(samples: inputs.count) <= Int(SONIC_LANES)
        let workers = isOne && factors.count < Self.fewSurvivors ? Workers.alone : workers
        let blocks = planes.blocks(samples: inputs.count)
        nonisolated(unsafe) let targets = unsafe (0..<blocks).map { block in
          unsafe self.targets(planes.runs(of: block, samples: inputs.count), in: outputs)
        }
        let ranges = (geometry.groups + planes.groupsAtOnce - 1) / planes.groupsAtOnce
        let pieces = blocks * ranges
        workers.forEach(count: pieces) { [self] piece in
          let (block, range) = piece.quotientAndRemainder(dividingBy: ranges)
          let groups = geometry.groups * range / ranges..<geometry.groups * (range + 1) / ranges
          // Before the last of them, no thread is without a piece of its own.
          let isShared = piece >= pieces - workers.threads
          unsafe run(
            inputs, block: block, groups: groups, table, isShared ? workers : Workers.alone,
            into: targets[block], bits)
        }
      }
    }
    return (codes, bits)
  }

  /// Lays out some groups of a block and computes their kernels in it, while it is in the processor's
  /// cache.
  private func run(
    _ inputs: [[Int16]], block: Int, groups: Range<Int>, _ table: LookedCodes?, _ workers: Workers,
    into targets: [sonic_run], _ bits: UnsafeMutablePointer<UInt64>
  ) {
    nonisolated(unsafe) let (targets, bits) = unsafe (targets, bits)
    let threads = workers.threads
    let (channels, kernels) = (groups.count * geometry.channels, groups.count * geometry.kernels)
    let firstChannel = groups.lowerBound * geometry.channels
    let firstKernel = groups.lowerBound * geometry.kernels
    let lanes = planes.lanes(of: block, samples: inputs.count)
    let parts = threads == 1 ? 1 : min(4 * threads, channels)
    let runs = threads == 1 ? 1 : min(8 * threads, kernels)
    // Aligned to cache lines, as are the planes in it.
    let bytes = 2 * groups.count * planes.groupPitch
    unsafe withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { bytes in
      nonisolated(unsafe) let packed = unsafe bytes.bindMemory(to: Int16.self).baseAddress!
      let peak = Atomic(0)
      // One loop of both takes less time than two.
      workers.forEach(count: parts + runs, secondHalf: parts) { [self] index in
        if index < parts {
          // Parts may go across groups: where those do not follow each other, there is one.
          let part = channels * index / parts..<channels * (index + 1) / parts
          let found = unsafe pack(
            inputs, block: block,
            channels: firstChannel + part.lowerBound..<firstChannel + part.upperBound,
            into: packed + part.lowerBound * planes.channelPitch, bits)
          peak.max(found, ordering: .relaxed)
        } else {
          let run = index - parts
          let some = kernels * run / runs..<kernels * (run + 1) / runs
          unsafe fire(
            firstKernel + some.lowerBound..<firstKernel + some.upperBound,
            at: packed - groups.lowerBound * planes.groupPitch, lanes: lanes,
            peak: peak.load(ordering: .relaxed), table, into: targets)
        }
      }
    }
  }

  /// Lays out some channels of a block.
  ///
  /// - Returns: the largest magnitude among them.
  private func pack(
    _ inputs: [[Int16]], block: Int, channels: Range<Int>,
    into packed: UnsafeMutablePointer<Int16>, _ bits: UnsafeMutablePointer<UInt64>
  ) -> Int {
    stride(from: channels.lowerBound, to: channels.upperBound, by: planes.stride).reduce(0) {
      peak, first in
      let some = first..<min(first + planes.stride, channels.upperBound)
      return met(some).reduce(peak) { peak, met in
        let target =
          unsafe packed + (met.lowerBound - channels.lowerBound) * planes.channelPitch
        unsafe planes.pack(inputs, block: block, channels: met, into: target)
        let found = unsafe planes.scan(
          target, block: block, channels: met, samples: inputs.count, into: bits)
        return max(peak, found)
      }
    }
  }

  /// Computes a run of kernels in the lanes of a block.
  ///
  /// - Parameter packed: where the first group's planes are, or would be.
  private func fire(
    _ kernels: Range<Int>, at packed: UnsafePointer<Int16>, lanes: Int, peak: Int,
    _ table: LookedCodes?, into targets: [sonic_run]
  ) {
    unsafe table.withFinish(lower: record.lower, upper: record.upper) { finish in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: lanes) { sums in
        for kernel in kernels {
          guard vectorStarts[kernel] < vectorStarts[kernel + 1] else {
            unsafe collect(kernel, nil, finish, targets)
            continue
          }
          let group = kernel / geometry.kernels
          unsafe accumulate(
            kernel, packed + group * planes.groupPitch, lanes, saturates: peak > reaches[kernel],
            into: sums.baseAddress!)
          unsafe collect(kernel, sums.baseAddress!, finish, targets)
        }
      }
    }
  }

  /// Where the activations of kernel 0 go in the samples' outputs.
  private func targets(
    _ runs: [LanePlanes.Run], in outputs: [UnsafeMutablePointer<Int16>]
  ) -> [sonic_run] {
    unsafe runs.map { run in
      let (sample, position) = run.position.quotientAndRemainder(dividingBy: geometry.positions)
      let to = unsafe outputs[sample] + geometry.outputIndex(kernel: 0, position: position)
      return unsafe sonic_run(lane: run.lane, count: run.count, to: to)
    }
  }

  /// Turns a kernel's partial sums, zeros if there are none, into activations where they belong.
  private func collect(
    _ kernel: Int, _ sums: UnsafePointer<Int32>?, _ finish: sonic_finish, _ targets: [sonic_run]
  ) {
    let isPlanes = geometry.layout == .planes
    let plane = geometry.outHeight * geometry.outWidth
    let vectors = vectorStarts[kernel + 1] - vectorStarts[kernel]
    unsafe sonic_collect(
      sums, Int32(vectors * Numerics.largestCode), parameters[kernel].scale, finish, targets,
      targets.count, isPlanes ? 1 : geometry.allKernels, kernel * (isPlanes ? plane : 1))
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
