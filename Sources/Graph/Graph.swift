public import Support
public import Tensor

/// A network as a list of nodes over values. What a frontend reads, and what the first passes
/// transform.
public struct Graph: Sendable, Equatable {
  public var name: String
  public var values: Table<Value>
  /// In an order in which every node comes after those it takes its inputs from.
  public var nodes: [Node]
  /// The values that the user supplies; never constants.
  public var inputs: [ID<Value>]
  public var outputs: [ID<Value>]

  public init(
    name: String, values: Table<Value> = Table(), nodes: [Node] = [], inputs: [ID<Value>] = [],
    outputs: [ID<Value>] = []
  ) {
    self.name = name
    self.values = values
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// A tensor that flows along the edges of a graph, or is known at compile time.
public struct Value: Sendable, Equatable {
  /// The size of a graph input along an axis as the model declares it.
  public enum Dimension: Sendable, Hashable {
    case fixed(Int)
    /// Left open under a name, as `batch`.
    case named(String)
    case unknown
  }

  /// Unique within the graph, not empty.
  public var name: String
  /// The element type; nil until inferred. Graph inputs and constants always have one; an output of the
  /// graph has the one that the model declares, if it does.
  public var element: ElementType?
  /// The shape; nil until inferred or, for an input with open sizes, bound.
  public var shape: Shape?
  /// The sizes that the model declares for a graph input; nil if it declares no rank.
  public var declared: [Dimension]?
  public var constant: Constant?
  /// What calibration saw of it.
  public var statistics: Statistics?
  /// How its numbers are held on the accelerator; nil stands for 32-bit floats or integers.
  public var format: FixedPoint?

  public init(
    _ name: String, element: ElementType? = nil, shape: Shape? = nil,
    declared: [Dimension]? = nil, constant: Constant? = nil
  ) {
    self.name = name
    self.element = constant?.type.element ?? element
    self.shape = constant?.type.shape ?? shape
    self.declared = declared
    self.constant = constant
  }

  /// Element type and shape, once both are known.
  public var type: TensorType? {
    guard let element, let shape else { return nil }
    return TensorType(element, shape)
  }
}

/// What calibration saw of a value over its samples.
public struct Statistics: Sendable, Hashable {
  /// The largest magnitude.
  public var peak: Float
  /// The fraction of elements that are not zero, in 0 ... 1.
  public var density: Float

  public init(peak: Float, density: Float) {
    self.peak = peak
    self.density = density
  }
}

/// One operation of a network.
public struct Node: Sendable, Equatable {
  /// Unique within the graph, not empty.
  public var name: String
  public var op: Operator
  public var attributes: Attributes
  /// nil where an optional input is left out.
  public var inputs: [ID<Value>?]
  /// nil where an optional output is not wanted.
  public var outputs: [ID<Value>?]
  /// Bounds that the first output is clamped to: an activation function fused into the node.
  public var clamp: Clamp?
  /// The names of the model's nodes that this one stands for, its own first.
  public var origins: [String]
  /// How many elements of each patch that a layer's kernels see are not zero, as calibration counted
  /// them: group by group, position by position. Empty where it did not.
  public var nonzeros: [UInt32] = []

  public init(
    _ name: String, _ op: Operator, attributes: Attributes, inputs: [ID<Value>?],
    outputs: [ID<Value>?], clamp: Clamp? = nil, origins: [String]? = nil
  ) {
    self.name = name
    self.op = op
    self.attributes = attributes
    self.inputs = inputs
    self.outputs = outputs
    self.clamp = clamp
    self.origins = origins ?? [name]
  }
}

/// `min(max(x, lower), upper)`; an infinite bound is none.
public struct Clamp: Sendable, Hashable {
  public var lower: Float
  public var upper: Float

  public init(lower: Float, upper: Float) {
    self.lower = lower
    self.upper = upper
  }

  public static let relu = Clamp(lower: 0, upper: .infinity)
}
