public import Support
import Tensor

/// The surviving weights of a layer, kernel after kernel: zero weights are not stored.
///
/// Each survivor is two bytes: how many zero weights were skipped since the last one, and its code
/// (one more than its place in the codebook). A gap of more than 255 is bridged by fillers: skip 255,
/// code 0, which stand for 255 zero weights and no survivor. So a surviving weight costs two bytes
/// wherever gaps are below 256.
public struct CompressedKernels: Sendable, Hashable {
  /// Pairs of skip and code.
  public let entries: [UInt8]
  /// Where each kernel's entries start, in pairs; one more than there are kernels.
  public let starts: [Int]
  /// How many weights of each kernel survive.
  public let survivors: PrefixSums

  public static let largestSkip = 255

  /// - Precondition: starts ascend from 0 to the pairs that there are.
  public init(entries: [UInt8], starts: [Int]) {
    self.init(
      entries: entries, starts: starts,
      survivors: PrefixSums(
        zip(starts, starts.dropFirst()).lazy.map { WeightCodes.survivors(entries, $0..<$1) }))
  }

  private init(entries: [UInt8], starts: [Int], survivors: PrefixSums) {
    self.entries = entries
    self.starts = starts
    self.survivors = survivors
  }

  /// Compresses kernels of `patch` codes each; code 0 is a zero weight. O(codes).
  public init(codes: [UInt8], patch: Int, threads: Int = 1) {
    let (entries, starts) = WeightCodes.pairs(codes, patch: patch, threads: threads)
    self.init(entries: entries, starts: starts)
  }

  /// The same sizes without what they are of.
  var withoutPairs: CompressedKernels {
    CompressedKernels(entries: [], starts: starts, survivors: survivors)
  }

  public var count: Int { starts.count - 1 }

  /// Calls `body` with element and code of each survivor of a kernel, in order of elements.
  @inlinable
  public func forEachSurvivor(of kernel: Int, _ body: (_ element: Int, _ code: UInt8) -> Void) {
    var element = 0
    for pair in starts[kernel]..<starts[kernel + 1] {
      element += Int(entries[2 * pair])
      let code = entries[2 * pair + 1]
      if code != 0 {
        body(element, code)
        element += 1
      }
    }
  }

  /// Bytes of a run of kernels.
  public func bytes(_ kernels: Range<Int>) -> Int {
    2 * (starts[kernels.upperBound] - starts[kernels.lowerBound])
  }
}
