import Graph
import Kernels
import Plan
import Support
import Tensor

extension sonic_swish {
  /// HardSwish, and the sum of that and a number.
  ///
  /// - Parameter entries: what the operations make of each code, by the code as an unsigned number.
  /// - Returns: nil unless this makes the same of each.
  init?(
    _ runnable: Runnable, _ operations: [ID<OperationRecord>], from: FixedPoint, to: FixedPoint?,
    _ entries: [Int16]
  ) {
    let resolved = operations.map { runnable.operations[Int($0.index)] }
    guard let to, resolved[0].op.isHardSwish, operations.count <= 2 else { return nil }
    let last = runnable.program.operations[operations.last!]
    var addend: Float = 0
    if operations.count == 2 {
      let terms = last.inputs.compactMap { $0.flatMap { Operand(constant: $0, of: runnable) } }
      guard resolved[1].op.isSum, last.inputs.count == 2, terms.count == 1,
        terms[0].type.shape.count == 1
      else { return nil }
      addend = terms[0].tensor.floats[0]
    }
    self.init(
      step: from.step, addend: addend, scale: 1 / to.step, lower: to.encode(last.lower),
      upper: to.encode(last.upper))
    guard unsafe sonic_is_swish(&self, entries) != 0 else { return nil }
  }
}
