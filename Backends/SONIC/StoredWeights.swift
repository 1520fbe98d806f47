import Foundation
import Plan
import Support

/// Where a layer's weights are not zero, as a picture, and the first of them one by one.
struct StoredWeights: Encodable, Sendable {
  /// The picture's rows, which kernels are shared among, and columns, for the elements of a patch.
  var rows: Int
  var columns: Int
  /// Row by row a hexadecimal digit: 0 where all weights are zero, f where none is.
  var density: String
  /// How many kernels have their weights in ``pairs``.
  var kernels: Int
  /// Of each of those, the bytes.
  var lengths: [Int]
  /// Their pairs of skip and code, in base64.
  var pairs: String

  /// The most rows and columns of a picture, and the most bytes of weights, that a page holds.
  private static let (mostRows, mostColumns, mostBytes) = (64, 96, 1 << 18)

  /// Of each step.
  static func all(of runnable: Runnable) -> [StoredWeights?] {
    let program = runnable.program
    let layers = program.steps.compactMap(\.layer).filter {
      program.layers[$0].weightSource == nil
    }
    let share = mostBytes / max(layers.count, 1)
    return program.steps.map { step in
      step.layer.flatMap { layer in
        program.layers[layer].weightSource == nil
          ? StoredWeights(runnable, layer, mostBytes: share) : nil
      }
    }
  }

  /// - Parameter mostBytes: of pairs.
  private init(_ runnable: Runnable, _ layer: ID<LayerRecord>, mostBytes: Int) {
    let geometry = runnable.program.layers[layer].geometry
    rows = min(geometry.allKernels, Self.mostRows)
    columns = min(geometry.patch, Self.mostColumns)
    var counts = [Int](repeating: 0, count: rows * columns)
    for kernel in 0..<geometry.allKernels {
      let first = kernel * rows / geometry.allKernels * columns
      runnable.forEachSurvivor(of: layer, kernel: kernel) { [columns] element, _ in
        counts[first + element * columns / geometry.patch] += 1
      }
    }
    density = ""
    for (cell, count) in counts.enumerated() {
      let (row, column) = cell.quotientAndRemainder(dividingBy: columns)
      let whole =
        Self.share(row, of: geometry.allKernels, among: rows)
        * Self.share(column, of: geometry.patch, among: columns)
      // What is not empty, or not full, does not look so.
      let digit = count == 0 ? 0 : count == whole ? 15 : 1 + count * 14 / whole
      density += String(min(digit, 15), radix: 16)
    }
    kernels = 0
    lengths = []
    var bytes = Data()
    for kernel in 0..<geometry.allKernels {
      let own = runnable.pairs(of: layer, kernel: kernel)
      guard bytes.count + own.count <= mostBytes else { break }
      bytes += own
      lengths.append(own.count)
      kernels += 1
    }
    pairs = bytes.base64EncodedString()
  }

  /// How many of `count` things fall to one of `parts`.
  private static func share(_ index: Int, of count: Int, among parts: Int) -> Int {
    ((index + 1) * count + parts - 1) / parts - (index * count + parts - 1) / parts
  }
}
