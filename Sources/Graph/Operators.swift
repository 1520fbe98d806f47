/// All operators, by family. A new one is a row in its family's file.
extension Operator {
  public static let all: [Operator] =
    convolutions
    + matrixProducts
    + pooling
    + globalPooling
    + normalizations
    + axisNormalizations
    + elementwise
    + logic
    + activations
    + casts
    + reductions
    + softmax
    + ranking
    + views
    + creation
    + movement
    + slicing
    + padding
    + gathering
    + resizing

  /// The operator of this ONNX name, or nil if there is none.
  public static func named(_ name: String) -> Operator? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Whether the first output is the first input under another shape, so that nothing need move.
  public var isView: Bool { Self.views.contains(self) }

  /// Whether each element of the output is made from the elements at its place in the inputs, which
  /// are broadcast together.
  public var isElementwise: Bool { Self.elementwiseNames.contains(name) }

  /// Whether the elements of an input are reduced over axes that another input names.
  public var isReduction: Bool { Self.reductions.contains(self) }

  private static let elementwiseNames = Set(
    (elementwise + logic + activations + casts).map(\.name))
}
