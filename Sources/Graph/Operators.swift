public import Tensor

/// All operators, by family. A new one is a row in its family's file.
extension Operator {
  public static let all: [Operator] =
    convolutions
    + controlFlow
    + matrixProducts
    + recurrent
    + integerProducts
    + pooling
    + globalPooling
    + normalizations
    + axisNormalizations
    + elementwise
    + logic
    + bitwise
    + classification
    + activations
    + casts
    + quantization
    + reductions
    + softmax
    + ranking
    + views
    + creation
    + movement
    + slicing
    + padding
    + gathering
    + scattering
    + selection
    + resizing
    + gridSampling
    + regions
    + unpooling
    + signals

  /// The operator of this ONNX name, or nil if there is none.
  public static func named(_ name: String) -> Operator? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Whether the first output is the first input under another shape, so that nothing need move.
  public var isView: Bool { Self.views.contains(self) }

  /// Whether of the first input only the elements are read that the second names, as many as the
  /// output has.
  public var isLookup: Bool { Self.gathering.contains(self) }

  /// Whether each element of the output is made from the elements at its place in the inputs, which
  /// are broadcast together.
  public var isElementwise: Bool { Self.elementwiseNames.contains(name) }

  /// Whether the output is the sum of the inputs, broadcast together.
  public var isSum: Bool { name == "Add" || name == "Sum" }

  /// Whether the output is the product of two inputs, broadcast together.
  public var isProduct: Bool { name == "Mul" }

  /// Whether each element of the output is the HardSwish of one of the input.
  public var isHardSwish: Bool { name == "HardSwish" }

  /// Whether the first output has the maxima of windows on planes.
  public var isMaxPool: Bool { self == .maxPool }

  /// Whether each element of the output is the mean of neighbours in the first input, one run of them after
  /// another.
  ///
  /// - Parameters:
  ///   - attributes: good ones.
  ///   - input: the shape of the first input.
  ///   - axes: what the second input holds, if there is one.
  public func isMeanOfNeighbours(_ attributes: Attributes, input: Shape, axes: [Int]) -> Bool {
    if name == "GlobalAveragePool" { return true }
    guard name == "ReduceMean", let axes = try? reducedAxes(axes, attributes, input) else {
      return false
    }
    return isOverNeighbours(axes, input)
  }

  /// The inputs whose elements are those of the outputs, in another order, some of them left out or
  /// repeated, and nothing else; none of an operator that computes or fills in.
  ///
  /// - Parameters:
  ///   - attributes: good ones.
  ///   - count: how many inputs there are.
  public func movedInputs(_ attributes: Attributes, count: Int) -> Range<Int> {
    if name == "Concat" { return 0..<count }
    let moves = Self.moving.contains(name) || name == "Resize" && Sampling(attributes).isMoving
    return 0..<(moves ? 1 : 0)
  }

  /// How many leading axes the first input and the output have in common on whose indices the
  /// operator works one by one; further inputs are the same for all of them.
  ///
  /// - Parameters:
  ///   - attributes: good ones.
  ///   - rank: of the first input.
  public func rowAxes(_ attributes: Attributes, rank: Int) -> Int {
    if Self.planewise.contains(name) { return 2 }
    guard Self.alongAxis.contains(name) else { return 0 }
    let axis = attributes.int("axis")
    return axis < 0 ? axis + rank : axis
  }

  /// What moves elements, but for Concat and Resize.
  private static let moving = Set(
    (views + movement + slicing + gathering).filter { $0 != triangle }.map(\.name))

  /// What works on each channel of each image.
  private static let planewise = Set((pooling + globalPooling).map(\.name))

  /// What works from an axis on.
  private static let alongAxis = Set(softmax.map(\.name) + ["LayerNormalization"])

  /// Whether the elements of an input are reduced over axes that another input names.
  public var isReduction: Bool { Self.reductions.contains(self) }

  private static let elementwiseNames = Set(
    (elementwise + logic + bitwise + classification + activations).map(\.name) + ["Cast"])
}
