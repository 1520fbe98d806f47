public import Support

/// What the elements of a list are, or the value of an optional: an operand without a name.
public protocol Element<Value>: Sendable {
  associatedtype Value

  /// A value to start from.
  var blank: Value { get }

  func walk<V: OperandVisitor>(_ value: inout Value, _ visitor: inout V) throws(V.Problem)
}

public struct IntegerElement<Value: FixedWidthInteger & Sendable>: Element {
  @inlinable public var blank: Value { 0 }

  @inlinable
  public func walk<V: OperandVisitor>(
    _ value: inout Value, _ visitor: inout V
  ) throws(V.Problem) {
    try visitor.integer(&value, "", "")
  }
}

public struct FloatElement: Element {
  public var blank: Float { 0 }

  public func walk<V: OperandVisitor>(
    _ value: inout Float, _ visitor: inout V
  ) throws(V.Problem) {
    try visitor.float(&value, "", "")
  }
}

public struct TextElement: Element {
  public var blank: String { "" }

  public func walk<V: OperandVisitor>(
    _ value: inout String, _ visitor: inout V
  ) throws(V.Problem) {
    try visitor.text(&value, "", "")
  }
}

public struct ReferenceElement<T, W: IndexWidth>: Element {
  let prefix: String

  public var blank: ID<T> { ID(0) }

  public func walk<V: OperandVisitor>(
    _ value: inout ID<T>, _ visitor: inout V
  ) throws(V.Problem) {
    try visitor.reference(&value, prefix, as: W.self, "", "")
  }
}

public struct RecordElement<Value: Record>: Element {
  public var blank: Value { Value() }

  public func walk<V: OperandVisitor>(
    _ value: inout Value, _ visitor: inout V
  ) throws(V.Problem) {
    try visitor.record(&value, "", "")
  }
}

public struct OptionalElement<Some: Element>: Element {
  let some: Some

  public var blank: Some.Value? { nil }

  public func walk<V: OperandVisitor>(
    _ value: inout Some.Value?, _ visitor: inout V
  ) throws(V.Problem) {
    try visitor.optional(&value, of: some, "", "")
  }
}

extension Element {
  /// As wide as the list's type says.
  public static func integer<T>() -> Self where Self == IntegerElement<T> { IntegerElement() }

  public static func record<R>() -> Self where Self == RecordElement<R> { RecordElement() }

  /// IDs stored as a `W`, written `b0`.
  public static func reference<T, W>(
    _ prefix: String, as width: W.Type
  ) -> Self where Self == ReferenceElement<T, W> {
    ReferenceElement(prefix: prefix)
  }

  /// An element that may be absent.
  public static func optional<E>(_ some: E) -> Self where Self == OptionalElement<E> {
    OptionalElement(some: some)
  }
}

extension Element where Self == FloatElement {
  public static var float: Self { FloatElement() }
}

extension Element where Self == TextElement {
  public static var text: Self { TextElement() }
}
