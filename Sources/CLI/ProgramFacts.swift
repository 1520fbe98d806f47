import Foundation
import Plan
import SONICBackend
import Support
import Tensor

extension Program {
  /// Weights of all layers that are known, zeros too.
  var weightCount: Int { layers.elements.reduce(0) { $0 + $1.weightCount } }

  /// Weights that are not zero: pairs of skip and code that have a code.
  var survivorCount: Int { WeightCodes.survivors(weights) }

  /// One line about a program in a file of so many bytes, with so many weights that are not zero.
  func summary(bytes: Int, survivors: Int) -> String {
    let weights = weightCount
    var parts = [
      "\(layers.count) layers", "\(operations.count) operations",
      "\(survivors) of \(weights) weights survive", "\(bytes) bytes",
    ]
    if survivors > 0 {
      let each = String(format: "%.2f", Double(bytes) / Double(survivors))
      parts.append("\(each) a surviving weight")
    }
    return "\(header.model.printable): " + parts.joined(separator: ", ")
  }
}
