public import Foundation
import Kernels
import Support

/// Codes of weights, one byte each and 0 for a zero weight, turned into survivors and into floats.
/// An island of unsafe code: see Kernels/include/sonic_survivors.h.
public enum WeightCodes {
  /// Elements that a thread takes at a time, at least: enough to make up for handing them out.
  private static let chunk = 1 << 18

  /// The floats that codes stand for.
  ///
  /// - Parameters:
  ///   - codes: of all kernels.
  ///   - codebook: the values of codes 1, 2, ...; at most 255.
  ///   - gains: a factor for each kernel; empty for none.
  ///   - inner: elements of one kernel that lie side by side; then come those of the next, round and
  ///     round.
  /// - Precondition: codes are in the codebook, and are whole rounds of kernels.
  public static func decoded(
    _ codes: [UInt8], codebook: [Float], gains: [Float] = [], inner: Int = 1
  ) -> [Float] {
    precondition(codebook.count <= 255 && inner > 0)
    precondition(gains.isEmpty || codes.count % (gains.count * inner) == 0)
    let padding = [Float](repeating: 0, count: 255 - codebook.count)
    let table = [0] + codebook + padding
    return unsafe [Float](unsafeUninitializedCapacity: codes.count) { values, count in
      count = codes.count
      guard let target = values.baseAddress else { return }
      unsafe gains.withUnsafeBufferPointer { gains in
        unsafe sonic_decode_weights(
          codes, codes.count, table, gains.isEmpty ? nil : gains.baseAddress, gains.count, inner,
          target)
      }
    }
  }

  /// The survivors of kernels of `patch` codes each, as pairs of skip and code, and where each
  /// kernel's pairs start; then how many there are. O(codes), on up to `threads` threads.
  ///
  /// A gap of 255 or more is bridged by pairs 255 and 0.
  public static func pairs(
    _ codes: [UInt8], patch: Int, threads: Int
  ) -> (pairs: [UInt8], starts: [Int]) {
    let kernels = patch == 0 ? 0 : codes.count / patch
    let step = max(chunk / max(patch, 1), 1)
    let runs = (kernels + step - 1) / step
    let counts = parallelMap(count: runs, threads: threads) { run in
      let kernels = run * step..<min((run + 1) * step, kernels)
      return unsafe codes.withUnsafeBufferPointer { codes in
        kernels.map { unsafe sonic_count_pairs(codes.baseAddress! + $0 * patch, patch) }
      }
    }
    var starts = [0]
    starts.reserveCapacity(kernels + 1)
    for count in counts.joined() { starts.append(starts[starts.count - 1] + count) }
    let places = starts
    let pairs = unsafe [UInt8](unsafeUninitializedCapacity: 2 * starts[kernels]) { pairs, count in
      nonisolated(unsafe) let target = pairs.baseAddress
      _ = parallelMap(count: runs, threads: threads) { run in
        unsafe codes.withUnsafeBufferPointer { codes in
          for kernel in run * step..<min((run + 1) * step, kernels)
          where places[kernel] < places[kernel + 1] {
            unsafe sonic_write_pairs(
              codes.baseAddress! + kernel * patch, patch, target! + 2 * places[kernel])
          }
        }
      }
      count = 2 * places[kernels]
    }
    return (pairs, starts)
  }

  /// How many pairs in a range of them are survivors.
  public static func survivors(_ pairs: [UInt8], _ range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && 2 * range.upperBound <= pairs.count)
    return unsafe pairs.withUnsafeBufferPointer { pairs in
      guard let base = pairs.baseAddress else { return 0 }
      return unsafe sonic_count_survivors(base + 2 * range.lowerBound, range.count)
    }
  }

  /// The vectors of at most `length` survivors that each kernel is cut into, and the planes that these
  /// read, each counted for each vector that reads it. O(pairs).
  ///
  /// - Parameters:
  ///   - pairs: a skip and a code for each survivor.
  ///   - starts: where each kernel's pairs start, and where those of the last one end.
  ///   - length: the most survivors of a vector.
  ///   - plane: elements of a channel's plane; a plane's survivors lie side by side.
  ///   - isSliced: whether a vector ends where a plane does.
  public static func cut(
    _ pairs: [UInt8], _ starts: [Int], length: Int, plane: Int, isSliced: Bool
  ) -> [(vectors: Int, planes: Int)] {
    precondition(length > 0 && plane > 0 && 2 * (starts.last ?? 0) <= pairs.count)
    var cut = sonic_cut()
    (cut.length, cut.plane, cut.is_sliced) = (UInt32(length), UInt32(plane), isSliced ? 1 : 0)
    return unsafe pairs.withUnsafeBufferPointer { pairs in
      zip(starts, starts.dropFirst()).map { start, end in
        precondition(0 <= start && start <= end)
        let base = unsafe pairs.baseAddress.map { unsafe $0 + 2 * start }
        let survey = unsafe sonic_survey_vectors(base, end - start, &cut)
        return (Int(survey.vectors), Int(survey.planes))
      }
    }
  }

  /// How many of all pairs are survivors.
  public static func survivors(_ pairs: Data) -> Int {
    unsafe pairs.withUnsafeBytes { bytes in
      guard let base = unsafe bytes.bindMemory(to: UInt8.self).baseAddress else { return 0 }
      return unsafe sonic_count_survivors(base, bytes.count / 2)
    }
  }
}
