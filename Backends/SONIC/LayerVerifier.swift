import Graph
import Hardware
import Kernels
import Plan
import Support
import Tensor

/// Checks a layer's kernels, weights and range; ``Verifier`` lists the laws.
struct LayerVerifier: Sendable {
  private let program: Program
  private let layer: LayerRecord
  private let length: Int
  /// Where the pairs of each kernel start that ``locate()`` found, and where the last one's end.
  private(set) var starts: [Int]

  init(_ program: Program, _ id: ID<LayerRecord>) {
    self.program = program
    layer = program.layers[id]
    length = program.machine.array(layer.kind).length
    starts = [Int(clamping: layer.weights)]
  }

  /// Finds where each kernel's pairs are, as far as nothing is wrong with that; says what is.
  mutating func locate() -> String? {
    guard layer.codebook.count <= Verifier.mostCentroids, !layer.codebook.contains(Int16.min) else {
      return "its codebook has more than \(Verifier.mostCentroids) values, or -32768"
    }
    guard layer.spread.isSound else {
      return "spread: found \(layer.spread.counts.count) counts, reach \(layer.spread.reach), "
        + "noise \(layer.spread.noise), expected \(WeightSpread.bins) counts or none and "
        + "finite numbers that are not negative"
    }
    let first = Int(layer.firstKernel)
    guard first <= program.kernels.count,
      layer.geometry.allKernels <= program.kernels.count - first
    else { return "its kernels reach beyond the kernel table" }
    let slices = layer.geometry.slice
    guard layer.slice == 0 || Int(layer.slice) == slices else {
      return "slice: found \(layer.slice), expected 0 or \(slices)"
    }
    guard layer.dataflow == .kernel || layer.geometry.patch / length < Numerics.mostVectors else {
      return "a patch has more vectors than a partial sum takes"
    }
    if let problem = layer.weightSource.flatMap(checkSource) { return problem }
    var end = starts[0]
    starts.reserveCapacity(layer.geometry.allKernels + 1)
    for (index, kernel) in program.kernels[first..<first + layer.geometry.allKernels].enumerated() {
      guard 2 * Int(kernel.pairs) <= program.weights.count - end else {
        return "the weights of kernel k\(index) reach beyond the weights"
      }
      end += 2 * Int(kernel.pairs)
      starts.append(end)
    }
    return nil
  }

  /// Surveys a run of kernels that have been located, up to the first with which something is wrong.
  func survey(_ kernels: Range<Int>) -> (surveys: [KernelSurvey], problem: String?) {
    var surveyor = KernelSurveyor(layer, length: length)
    var surveys: [KernelSurvey] = []
    surveys.reserveCapacity(kernels.count)
    let first = Int(layer.firstKernel)
    let gain = program.kernels[first].gain
    for index in kernels {
      let kernel = program.kernels[first + index]
      guard layer.dataflow == .kernel || kernel.gain == gain else {
        return (
          surveys, "kernel k\(index): patches stay on the rings, so that all kernels have one gain"
        )
      }
      let survey =
        layer.weightSource == nil
        ? surveyor.survey(starts[index]..<starts[index + 1], of: program.weights)
        : surveyor.worst(patch: layer.geometry.patch)
      if let problem = checkParameters(kernel) ?? checkWeights(survey) {
        return (surveys, "kernel k\(index): \(problem)")
      }
      surveys.append(survey)
    }
    return (surveys, nil)
  }

  /// Checks that weights which are activations can be loaded as such.
  private func checkSource(_ id: ID<BufferRecord>) -> String? {
    guard Int(id.index) < program.buffers.count else {
      return "weights-from: there is no buffer b\(id.index)"
    }
    guard layer.kind == .fc, program.machine.fc.takesActivationsAsWeights,
      layer.dataflow == .patch, layer.slice == 0
    else {
      return
        "weights-from: expected a layer for FC VDUs that take activations as weights, whose patches "
        + "stay on the rings"
    }
    let buffer = program.buffers[id]
    let count = layer.geometry.allKernels * layer.geometry.patch
    guard buffer.element.type == .int8, buffer.address == nil, buffer.constant == nil,
      buffer.sizes.reduce(1.0, { $0 * Double($1) }) == Double(count)
    else {
      return
        "weights-from: expected b\(id.index) to be \(count) signed bytes in main memory, and no "
        + "constant"
    }
    guard layer.codebook.count == RunTimeCodes.steps.count else {
      return
        "its codebook has \(layer.codebook.count) values, expected \(RunTimeCodes.steps.count) as "
        + "its weights are activations"
    }
    let kernels = program.kernels[Int(layer.firstKernel)...].prefix(layer.geometry.allKernels)
    return kernels.contains { $0.pairs != 0 }
      ? "its kernels have weights in the program, and its weights are activations" : nil
  }

  private func checkParameters(_ kernel: KernelRecord) -> String? {
    guard Numerics.shifts.contains(Int(clamping: kernel.shift)) else {
      return "shift: found \(kernel.shift), expected 1 to 40"
    }
    guard abs(Int(kernel.multiplier)) <= Numerics.largestMultiplier,
      abs(Int(kernel.gain)) <= Numerics.largestGain,
      kernel.bias.magnitude <= Numerics.largestBias
    else { return "its gain, multiplier or bias is out of range" }
    return nil
  }

  /// Checks elements and codes, and that no vector exceeds the ADC.
  private func checkWeights(_ survey: KernelSurvey) -> String? {
    guard survey.extent <= layer.geometry.patch, survey.largest_code <= layer.codebook.count else {
      return "a weight lies outside the patch, or its code outside the codebook"
    }
    guard survey.vectors <= Numerics.mostVectors || layer.dataflow == .patch else {
      return "it has more vectors than a partial sum takes"
    }
    return survey.heaviest <= Numerics.largestVector
      ? nil
      : "a vector of \(survey.heaviest) exceeds \(Numerics.largestVector), so that products overflow"
  }
}

extension WeightSpread {
  /// Whether a page can show it.
  fileprivate var isSound: Bool {
    (counts.isEmpty || counts.count == Self.bins)
      && [reach, noise].allSatisfy { $0.isFinite && $0 >= 0 }
  }
}
