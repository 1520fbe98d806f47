public import Support
public import Tensor

extension Graph {
  /// The outputs of the network for these inputs, computed in 32-bit floats: the oracle that every
  /// pass and every executor is held to.
  ///
  /// - Parameters:
  ///   - inputs: by the names of the graph's inputs; sizes that the model leaves open follow them.
  ///   - observe: called with every value computed, for calibration.
  /// - Returns: the outputs in the order of ``outputs``.
  /// - Throws: exit code 65 for a missing, unknown or misshapen input, or an operator's error.
  public func evaluate(
    _ inputs: [String: Tensor], observe: (ID<Value>, Tensor) -> Void = { _, _ in }
  ) throws(Failure) -> [Tensor] {
    throw Failure(.bug, "not built yet")
  }
}
