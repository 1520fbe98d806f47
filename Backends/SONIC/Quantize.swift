import Hardware
import Plan
import Tensor

/// A layer's real numbers as the integers of ``Numerics``.
///
/// The codebook is scaled so that no vector's product can exceed 32 bits, and the gains so that the
/// layer's heaviest vector just uses the whole range of the ADC if all its activations are at the
/// calibrated peak. Only activations beyond that peak can make the ADC saturate.
struct QuantizedLayer {
  var codebook: [Int16]
  var kernels: [KernelRecord]

  init(
    _ layer: Layer, dataflow: Dataflow, input: Buffer, output: FixedPoint, on machine: Machine
  ) {
    let length = machine.array(layer.kind).length
    let loads = VectorLoads(layer, dataflow: dataflow, length: length)
    let heaviest = loads.heaviest(layer.codebook.map { Double(abs($0)) })
    let largest = layer.codebook.reduce(0) { max($0, Double(abs($1))) }
    // A step of rounding an element is left free.
    let finest =
      heaviest.max().map { heaviest in
        heaviest == 0
          ? 1 : min(Double(Numerics.largestVector - length) / heaviest, 32767 / largest)
      } ?? 1
    // What all weights are whole multiples of stays so.
    let isIntegral = layer.codebook.allSatisfy { $0.rounded() == $0 }
    let unit =
      layer.weightSource != nil ? largest / Double(RunTimeCodes.largest) : isIntegral ? 1 : 0
    let step = unit * finest >= 1 ? (unit * finest).rounded(.down) / unit : finest
    codebook = Self.balanced(layer.codebook.map { Double($0) * step }, uses: layer.uses)

    let sums = loads.heaviest(codebook.map { Double(abs(Int($0))) })
    // A gain cannot follow kernels that stream past: there it is the layer's, and the kernels' own are
    // left to the multipliers.
    let held = dataflow == .kernel ? layer.gains : layer.gains.map { _ in 1 }
    let gains = Self.gains(held, sums, headroom: input.headroom)
    let fraction = input.format?.fraction ?? 0
    let scale = Double(sign: .plus, exponent: output.fraction - fraction, significand: 1)
    kernels = zip(layer.gains, layer.bias).enumerated().map { index, parameters in
      let (gain, bias) = parameters
      var kernel = KernelRecord()
      // A code is product * gain / 2^32; the multiplier makes up for what rounding took from the gain.
      kernel.gain = gains[index]
      let multiplier =
        kernel.gain == 0 ? 0 : scale / step * Double(gain) * 0x1p32 / Double(kernel.gain)
      let shift = Self.shift(for: multiplier)
      let unit = Double(sign: .plus, exponent: shift, significand: 1)
      let limit = Double(Numerics.largestMultiplier)
      kernel.shift = UInt32(shift)
      kernel.multiplier = Int32(min(max((multiplier * unit).rounded(), -limit), limit))
      let code = Double(bias) * Double(sign: .plus, exponent: output.fraction, significand: 1)
      // Beyond twice the range of codes a bias only saturates.
      kernel.bias = Int64((min(max(code, -0x1p20), 0x1p20) * unit).rounded())
      return kernel
    }
  }

  /// Numbers as integers, each the next below or above, so that the errors of all their uses nearly add
  /// up to nothing.
  ///
  /// Activations are mostly of one sign, so that errors of weights add up over a kernel where the
  /// weights themselves cancel. Rounded to the nearest, they would cost a layer of thousands of
  /// elements more than its converters do.
  static func balanced(_ values: [Double], uses: [Int]) -> [Int16] {
    var codes = values.map { $0.rounded() }
    var excess = zip(zip(codes, values), uses).reduce(0.0) {
      $0 + ($1.0.0 - $1.0.1) * Double($1.1)
    }
    // Those nearest to the middle between two integers first: there the other one costs least.
    let order = values.indices.sorted {
      let (a, b) = (abs(codes[$0] - values[$0]), abs(codes[$1] - values[$1]))
      return (b, $0) < (a, $1)
    }
    for index in order {
      let other: Double = codes[index] > values[index] ? -1 : 1
      let change = other * Double(uses[index])
      guard abs(excess + change) < abs(excess), codes[index] + other != 0,
        abs(codes[index] + other) <= 32767
      else { continue }
      codes[index] += other
      excess += change
    }
    return codes.map { Int16($0) }
  }

  /// The gains in 1/65536, in proportion to those asked for. The kernel that would come closest to
  /// the ADC's range is given all of it.
  ///
  /// - Parameter headroom: how far the calibrated peak is from the largest activation.
  private static func gains(_ gains: [Float], _ sums: [Double], headroom: Double) -> [Int32] {
    let range = Double(Numerics.largestVector) * Double(Numerics.unityGain) * headroom
    var unit = Double.infinity
    for (gain, sum) in zip(gains, sums) where gain != 0 {
      let magnitude = Double(abs(gain))
      unit = min(unit, Double(Numerics.largestGain) / magnitude)
      if sum > 0 { unit = min(unit, range / (sum * magnitude)) }
    }
    guard unit.isFinite else { return [Int32](repeating: 0, count: gains.count) }
    return gains.map { Int32((Double($0) * unit).rounded(.towardZero)) }
  }

  /// The bits to shift so that a multiplier keeps 23 significant ones.
  private static func shift(for multiplier: Double) -> Int {
    guard multiplier != 0, multiplier.isFinite else { return Numerics.shifts.lowerBound }
    let shift = 22 - Int(multiplier.exponent)
    return min(max(shift, Numerics.shifts.lowerBound), Numerics.shifts.upperBound)
  }
}

/// What stands in the vectors of a layer's kernels: what the range of the ADC must hold.
private struct VectorLoads {
  let layer: Layer
  let dataflow: Dataflow
  let length: Int
  /// Where patches stay, how often each kernel has code 1, 2, ..., kernel by kernel.
  private var counts: [Int32] = []

  init(_ layer: Layer, dataflow: Dataflow, length: Int) {
    self.layer = layer
    self.dataflow = dataflow
    self.length = length
    guard dataflow == .patch, layer.weightSource == nil else { return }
    let codes = layer.codebook.count
    counts = [Int32](repeating: 0, count: layer.kernels.count * codes)
    for kernel in 0..<layer.kernels.count {
      for pair in layer.kernels.starts[kernel]..<layer.kernels.starts[kernel + 1] {
        let code = Int(layer.kernels.entries[2 * pair + 1])
        if code != 0 { counts[kernel * codes + code - 1] += 1 }
      }
    }
  }

  /// For each kernel, the largest sum of magnitudes over any vector that it may be cut into:
  /// `magnitudes` gives that of code 1, 2, ...
  ///
  /// Where kernels stay on the rings their vectors are known. Where patches do, a vector takes any
  /// `length` of a kernel's weights, so it is the sum of its largest ones. Weights that are not known may
  /// all be the largest.
  func heaviest(_ magnitudes: [Double]) -> [Double] {
    guard layer.weightSource == nil else {
      let sum = Double(min(length, layer.geometry.patch)) * (magnitudes.max() ?? 0)
      return [Double](repeating: sum, count: layer.geometry.allKernels)
    }
    return switch dataflow {
    case .kernel: (0..<layer.kernels.count).map { heaviestChunk($0, magnitudes) }
    case .patch: heaviestSelections(magnitudes)
    }
  }

  private func heaviestChunk(_ kernel: Int, _ magnitudes: [Double]) -> Double {
    var heaviest = 0.0
    var cutter = VectorCutter(length: length, slice: layer.slice)
    var sum = 0.0
    layer.kernels.forEachSurvivor(of: kernel) { element, code in
      if cutter.startsVector(at: element) { sum = 0 }
      sum += magnitudes[Int(code) - 1]
      heaviest = max(heaviest, sum)
    }
    return heaviest
  }

  private func heaviestSelections(_ magnitudes: [Double]) -> [Double] {
    let selection = HeaviestSelection(magnitudes)
    let codes = magnitudes.count
    return (0..<layer.kernels.count).map {
      selection.load(of: length, counts[$0 * codes..<($0 + 1) * codes])
    }
  }
}

extension Layer {
  /// How many weights have code 1, 2, ...
  fileprivate var uses: [Int] {
    var uses = [Int](repeating: 0, count: codebook.count + 1)
    unsafe kernels.entries.withUnsafeBufferPointer { pairs in
      for pair in 0..<pairs.count / 2 { unsafe uses[Int(pairs[2 * pair + 1])] += 1 }
    }
    return Array(uses.dropFirst())
  }
}

extension Buffer {
  /// The largest code over that of the calibrated peak, 1 to 8.
  fileprivate var headroom: Double {
    guard let peak, let format, peak > 0 else { return 1 }
    return min(max(32767 / (Double(peak) / Double(format.step)), 1), 8)
  }
}
