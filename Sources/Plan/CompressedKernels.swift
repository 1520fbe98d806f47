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
  public init(codes: [UInt8], patch: Int) {
    let kernels = patch == 0 ? 0 : codes.count / patch
    starts = [0]
    starts.reserveCapacity(kernels + 1)
    entries = []
    // Exact size first: growing by doubling would hold twice the bytes of a large layer.
    entries.reserveCapacity(2 * codes.reduce(0) { $0 + ($1 == 0 ? 0 : 1) })
    for kernel in 0..<kernels {
      var skip = 0
      for index in kernel * patch..<(kernel + 1) * patch {
        let code = codes[index]
        guard code != 0 else {
          skip += 1
          continue
        }
        while skip >= Self.largestSkip {
          entries.append(UInt8(Self.largestSkip))
          entries.append(0)
          skip -= Self.largestSkip
        }
        entries.append(UInt8(skip))
        entries.append(code)
        skip = 0
      }
      starts.append(entries.count / 2)
    }
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
    (0..<count).map { kernel in
      var survivors = 0
      for pair in starts[kernel]..<starts[kernel + 1] where entries[2 * pair + 1] != 0 {
        survivors += 1
      }
      return survivors
    }
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
