extension Operator {
  /// Whether the first output is the first input under another shape, so that nothing need move.
  public var isView: Bool {
    ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"].contains(name)
  }
}
