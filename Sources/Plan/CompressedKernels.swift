import Tensor

/// The surviving weights of a layer, kernel after kernel: zero weights are not stored.
///
/// Each survivor is two bytes: how many zero weights were skipped since the last one, and its code
/// (one more than its place in the codebook). A gap of more than 255 is bridged by fillers: skip 255,
/// code 0, which stand for 255 zero weights and no survivor. So a surviving weight costs two bytes
/// wherever gaps are below 256.
public struct CompressedKernels: Sendable, Hashable {
  /// Pairs of skip and code.
  public var entries: [UInt8]
  /// Where each kernel's entries start, in pairs; one more than there are kernels.
  public var starts: [Int]

  public static let largestSkip = 255

  public init(entries: [UInt8], starts: [Int]) {
    self.entries = entries
    self.starts = starts
  }

  /// Compresses kernels of `patch` codes each; code 0 is a zero weight. O(codes).
  public init(codes: [UInt8], patch: Int, threads: Int = 1) {
    (entries, starts) = WeightCodes.pairs(codes, patch: patch, threads: threads)
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

  /// Survivors of each kernel.
  public var survivors: [Int] {
    (0..<count).map { WeightCodes.survivors(entries, starts[$0]..<starts[$0 + 1]) }
  }

  /// The vectors of at most `length` survivors that each kernel is cut into; where `slice` is not
  /// zero, no vector crosses a boundary between slices of so many elements.
  public func chunks(length: Int, slice: Int) -> [Int] {
    guard slice > 0 else { return survivors.map { ($0 + length - 1) / length } }
    return (0..<count).map { kernel in
      var chunks = 0
      var filled = 0
      var current = -1
      forEachSurvivor(of: kernel) { element, _ in
        if filled == length || element / slice != current {
          chunks += 1
          filled = 0
          current = element / slice
        }
        filled += 1
      }
      return chunks
    }
  }
}
