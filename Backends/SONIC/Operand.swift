import Graph
import Tensor

/// What an operation reads: what a buffer holds of a sample, or a constant.
struct Operand: Sendable {
  var contents: Contents
  var type: TensorType
  /// Of its codes, if it has codes.
  var format: FixedPoint?
  var isConstant = false

  var tensor: Tensor { contents.tensor(type, format: format) }

  /// Its codes, if it is a buffer of codes of a format.
  func codes(in format: FixedPoint?) -> [Int16]? {
    guard case .codes(let codes) = contents, let format, format == self.format else { return nil }
    return codes
  }
}
