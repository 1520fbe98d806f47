import Foundation
import Hardware
import Kernels
import Plan
import Support

/// What one walk over a kernel's survivors finds: what laws bound, and what costs depend on.
///
/// Of a vector that may hold any of a kernel's weights, because patches stay on the rings, the heaviest
/// is what its heaviest weights add up to, and the planes are not told.
typealias KernelSurvey = sonic_survey

/// Surveys a layer's kernels. An island of unsafe code: see Kernels/include/sonic_survey.h.
struct KernelSurveyor {
  private let dataflow: Dataflow
  private let cut: sonic_cut
  private let selection: HeaviestSelection<Int>
  /// The largest magnitude in the codebook.
  private let largest: UInt16
  private var counts = [Int32](repeating: 0, count: 256)

  /// - Parameter length: the machine's vector length.
  init(_ layer: LayerRecord, length: Int) {
    dataflow = layer.dataflow
    cut = sonic_cut(layer, length: length)
    largest = layer.codebook.map(\.magnitude).max() ?? 0
    selection = HeaviestSelection(layer.codebook.map { Int($0.magnitude) })
  }

  /// - Parameter pairs: those of one kernel, as a range of bytes of the weights.
  mutating func survey(_ pairs: Range<Int>, of weights: Data) -> KernelSurvey {
    unsafe weights.withPairs(pairs) { pairs, count in
      guard dataflow == .patch else { return unsafe sonic_survey_vectors(pairs, count, [cut]) }
      var survey = unsafe sonic_survey_codes(pairs, count, &counts)
      survey.vectors =
        cut.is_sliced == 0
        ? (survey.survivors + cut.length - 1) / cut.length
        : unsafe sonic_survey_vectors(pairs, count, [cut]).vectors
      survey.heaviest = UInt32(selection.load(of: Int(cut.length), counts.dropFirst()))
      return survey
    }
  }

  /// What can be said of a kernel of `patch` weights that are not known yet.
  func worst(patch: Int) -> KernelSurvey {
    let (patch, length) = (UInt32(patch), cut.length)
    return KernelSurvey(
      extent: UInt64(patch), largest_code: 0, survivors: patch,
      vectors: (patch + length - 1) / length, planes: 0,
      heaviest: UInt32(largest) * min(patch, length))
  }
}

extension KernelCounts {
  init(_ surveys: [KernelSurvey]) {
    self.init(
      vectors: PrefixSums(surveys.lazy.map { Int($0.vectors) }),
      survivors: PrefixSums(surveys.lazy.map { Int($0.survivors) }),
      planes: PrefixSums(surveys.lazy.map { Int($0.planes) }))
  }
}

extension sonic_cut {
  /// - Parameter length: the machine's vector length.
  init(_ layer: LayerRecord, length: Int) {
    self.init()
    self.length = UInt32(length)
    plane = UInt32(layer.geometry.slice)
    is_sliced = layer.slice == 0 ? 0 : 1
    unsafe withUnsafeMutableBytes(of: &magnitudes) { bytes in
      _ = unsafe bytes.bindMemory(to: UInt16.self).update(
        fromContentsOf: layer.valuesByCode.map(\.magnitude))
    }
  }
}

extension LayerRecord {
  /// 64 numbers: the value of code c is at c % 64.
  var valuesByCode: [Int16] {
    var values = [Int16](repeating: 0, count: Verifier.mostCentroids)
    for (index, value) in codebook.enumerated() { values[(index + 1) % values.count] = value }
    return values
  }
}

extension Data {
  /// Calls `body` with the pairs of skip and code that are a range of bytes of weights, and how many.
  func withPairs<Result>(
    _ range: Range<Int>, _ body: (_ pairs: UnsafePointer<UInt8>?, _ count: Int) -> Result
  ) -> Result {
    unsafe withUnsafeBytes { bytes in
      let pairs = unsafe bytes.bindMemory(to: UInt8.self).baseAddress
      return unsafe body(pairs.map { unsafe $0 + range.lowerBound }, range.count / 2)
    }
  }
}
