import Foundation
import Plan
import SONICBackend
import Support

extension Program {
  /// Weights of all layers, zeros too.
  var weightCount: Int {
    layers.elements.reduce(0) { $0 + $1.geometry.allKernels * $1.geometry.patch }
  }

  /// Weights that are not zero: pairs of skip and code that have a code.
  var survivorCount: Int {
    var count = 0
    for index in stride(from: weights.startIndex + 1, to: weights.endIndex, by: 2)
    where weights[index] != 0 {
      count += 1
    }
    return count
  }

  /// One line about a program in a file of so many bytes.
  func summary(bytes: Int) -> String {
    let (survivors, weights) = (survivorCount, weightCount)
    var parts = [
      "\(layers.count) layers", "\(operations.count) operations",
      "\(survivors) of \(weights) weights survive", "\(bytes) bytes",
    ]
    if survivors > 0 {
      let each = String(format: "%.2f", Double(bytes) / Double(survivors))
      parts.append("\(each) a surviving weight")
    }
    return "\(header.model): " + parts.joined(separator: ", ")
  }
}
