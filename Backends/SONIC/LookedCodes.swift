import Kernels

/// What becomes of a layer's activations while they are collected: each is looked up in a table.
struct LookedCodes: Sendable {
  /// By code, as an unsigned number.
  let entries: [Int16]
  /// What makes the entries too, if anything does.
  let swish: sonic_swish?
}

extension LookedCodes? {
  /// Calls `body` with what is made of sums between two bounds.
  func withFinish(lower: Int16, upper: Int16, _ body: (sonic_finish) -> Void) {
    var finish = unsafe sonic_finish(lower: lower, upper: upper, table: nil, swish: nil)
    guard let self else { return unsafe body(finish) }
    unsafe self.entries.withUnsafeBufferPointer { entries in
      unsafe finish.table = entries.baseAddress
      guard var swish = self.swish else { return unsafe body(finish) }
      unsafe withUnsafePointer(to: &swish) {
        unsafe finish.swish = $0
        unsafe body(finish)
      }
    }
  }
}
