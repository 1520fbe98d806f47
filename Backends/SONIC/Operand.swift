import Graph
import Plan
import Support
import Tensor

/// What an operation reads: what a buffer holds of a sample, or a constant.
struct Operand: Sendable {
  var contents: Contents
  var type: TensorType
  /// Of its codes, if it has codes.
  var format: FixedPoint?
  private(set) var isConstant = false

  var tensor: Tensor { contents.tensor(type, format: format) }

  init(contents: Contents, type: TensorType, format: FixedPoint? = nil) {
    (self.contents, self.type, self.format) = (contents, type, format)
  }

  /// Nil if the buffer is no constant.
  init?(constant id: ID<BufferRecord>, of runnable: Runnable) {
    type = runnable.type(id)
    guard let tensor = runnable.program.constant(id, type: type) else { return nil }
    contents = Contents(tensor, format: nil)
    isConstant = true
  }

  /// Its codes, if it is a buffer of codes of a format.
  func codes(in format: FixedPoint?) -> [Int16]? {
    guard case .codes(let codes) = contents, let format, format == self.format else { return nil }
    return codes
  }
}
