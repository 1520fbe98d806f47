import Foundation
import Hardware
import Plan
import Support

/// Checks a layer's kernels, weights and range; ``Verifier`` lists the laws.
struct LayerVerifier {
  private let program: Program
  private let layer: LayerRecord
  private let length: Int
  /// Where its weights end, once they have been checked.
  private(set) var end: Int

  init(_ program: Program, _ id: ID<LayerRecord>) {
    self.program = program
    layer = program.layers[id]
    length = program.machine.array(layer.kind).length
    end = Int(clamping: layer.weights)
  }

  /// What is wrong first; nil if nothing is.
  mutating func check() -> String? {
    guard layer.codebook.count <= Verifier.mostCentroids, !layer.codebook.contains(Int16.min) else {
      return "its codebook has more than \(Verifier.mostCentroids) values, or -32768"
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
    let gain = program.kernels[first].gain
    for (index, kernel) in program.kernels[first..<first + layer.geometry.allKernels].enumerated() {
      let start = end
      guard 2 * Int(kernel.pairs) <= program.weights.count - start else {
        return "the weights of kernel k\(index) reach beyond the weights"
      }
      end = start + 2 * Int(kernel.pairs)
      guard layer.dataflow == .kernel || kernel.gain == gain else {
        return "kernel k\(index): patches stay on the rings, so that all kernels have one gain"
      }
      if let problem = checkParameters(kernel) ?? checkWeights(kernel, start..<end) {
        return "kernel k\(index): \(problem)"
      }
    }
    return nil
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
  private func checkWeights(_ kernel: KernelRecord, _ range: Range<Int>) -> String? {
    let patch = layer.geometry.patch
    let centroids = layer.codebook.count
    var counts = [Int32](repeating: 0, count: centroids + 1)
    var cutter = VectorCutter(length: length, slice: Int(layer.slice))
    var vectors = 0
    var load = 0
    var heaviest = 0
    var isSound = true
    let magnitudes = layer.codebook.map { abs(Int($0)) }
    program.weights.forEachSurvivor(from: range.lowerBound, to: range.upperBound) { element, code in
      guard element < patch, Int(code) <= centroids else {
        isSound = false
        return
      }
      counts[Int(code)] += 1
      if cutter.startsVector(at: element) {
        vectors += 1
        load = 0
      }
      load += magnitudes[Int(code) - 1]
      heaviest = max(heaviest, load)
    }
    guard isSound else {
      return "a weight lies outside the patch, or its code outside the codebook"
    }
    guard vectors <= Numerics.mostVectors || layer.dataflow == .patch else {
      return "it has more vectors than a partial sum takes"
    }
    if layer.dataflow == .patch {
      heaviest = HeaviestSelection(magnitudes).load(of: length, counts.dropFirst())
    }
    return heaviest <= Numerics.largestVector
      ? nil : "a vector of \(heaviest) exceeds \(Numerics.largestVector), so that products overflow"
  }
}
