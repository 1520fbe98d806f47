public import Tensor

/// Why an operator cannot accept its inputs or attributes; the caller adds which node.
public struct OperatorError: Error, Sendable, Equatable {
  public let message: String

  public init(_ message: String) {
    self.message = message
  }
}

/// The element type and the shape of a value.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  public var element: ElementType
  public var shape: Shape

  public init(_ element: ElementType, _ shape: Shape) {
    self.element = element
    self.shape = shape
  }

  /// `float 1x3x224x224`
  public var description: String { "\(element.rawValue) \(shape)" }
}

/// A kind of node, defined once: its name, what it takes, its shape rule, its meaning in floats and
/// its cost on the electronic control unit. Its semantics are those of the newest ONNX opset that we
/// read; the ONNX frontend rewrites older forms.
public struct Operator: Sendable {
  /// What the shape rule sees. An input is nil where an optional one is left out.
  public struct Types: Sendable {
    public var inputs: [TensorType?]
    /// The values of inputs that are known at compile time (shapes, axes, sizes ...).
    public var known: [Tensor?]
    public var attributes: Attributes
    /// Outputs that the node names.
    public var outputCount: Int

    public init(
      inputs: [TensorType?], known: [Tensor?], attributes: Attributes, outputCount: Int
    ) {
      self.inputs = inputs
      self.known = known
      self.attributes = attributes
      self.outputCount = outputCount
    }
  }

  /// What the meaning sees.
  public struct Call: Sendable {
    public var inputs: [Tensor?]
    public var attributes: Attributes
    public var outputCount: Int
    /// How products of matrices are summed.
    public var order: MatrixMultiply.Order

    public init(
      inputs: [Tensor?], attributes: Attributes, outputCount: Int,
      order: MatrixMultiply.Order = .any
    ) {
      self.inputs = inputs
      self.attributes = attributes
      self.outputCount = outputCount
      self.order = order
    }
  }

  /// The ONNX name: `Conv`.
  public let name: String
  /// One line for the reference page.
  public let summary: String
  /// How many inputs a node may name; trailing ones may be left out down to the lower bound.
  public let inputs: ClosedRange<Int>
  public let outputs: ClosedRange<Int>
  public let attributes: [AttributeSpec]
  /// The types of the outputs.
  ///
  /// - Throws: what is wrong with the inputs.
  public let infer: @Sendable (Types) throws(OperatorError) -> [TensorType]
  /// The outputs, computed as Docs/Numerics.md says; throws like ``infer``.
  public let evaluate: @Sendable (Call) throws(OperatorError) -> [Tensor]
  /// The elementary operations that the electronic control unit spends.
  public let work: @Sendable (_ types: Types, _ outputs: [TensorType]) -> Work

  public init(
    _ name: String,
    _ summary: String,
    inputs: ClosedRange<Int>,
    outputs: ClosedRange<Int> = 1...1,
    attributes: [AttributeSpec] = [],
    infer: @escaping @Sendable (Types) throws(OperatorError) -> [TensorType],
    evaluate: @escaping @Sendable (Call) throws(OperatorError) -> [Tensor],
    work: @escaping @Sendable (_ types: Types, _ outputs: [TensorType]) -> Work
  ) {
    self.name = name
    self.summary = summary
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
    self.infer = infer
    self.evaluate = evaluate
    self.work = work
  }
}

extension Operator: Equatable {
  /// Operators are the same if they have the same name.
  public static func == (a: Operator, b: Operator) -> Bool { a.name == b.name }
}
