extension Plan {
  /// The text form.
  public func text(isFull: Bool) -> String {
    "plan \(name)\n"
  }
}
