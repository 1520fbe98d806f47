import Foundation

/// The messages of an ONNX file as plain values, named and shaped as in Schema/onnx.proto. Nothing
/// in them has been checked.

struct ModelMessage {
  var opsets: [OpsetMessage]
  var graphs: [GraphMessage]
  /// Operators that the model defines itself.
  var functions: [FunctionMessage]
}

struct FunctionMessage {
  var domain: String
  var name: String
  var overload: String
  var opsets: [OpsetMessage]
  var inputs: [String]
  var outputs: [String]
  /// The names of attributes without a default.
  var attributes: [String]
  /// Attributes with the values that they have where a call gives none.
  var defaults: [AttributeMessage]
  var nodes: [NodeMessage]
}

struct OpsetMessage {
  var domain: String
  var version: Int64
}

struct GraphMessage {
  var name: String
  var nodes: [NodeMessage]
  var initializers: [TensorMessage]
  var sparseInitializers: [SparseTensorMessage]
  var inputs: [ValueMessage]
  var outputs: [ValueMessage]
  var values: [ValueMessage]
}

struct NodeMessage {
  var name: String
  var domain: String
  var op: String
  /// Which of a model's functions of the same name it calls.
  var overload: String
  var inputs: [String]
  var outputs: [String]
  var attributes: [AttributeMessage]
}

struct AttributeMessage {
  var name: String
  /// AttributeProto.AttributeType.
  var type: Int32
  /// Inside of a function, the name of the function's attribute that the value is.
  var reference: String
  var float: Float
  var int: Int64
  var string: String
  var floats: [Float]
  var ints: [Int64]
  var strings: [String]
  var tensors: [TensorMessage]
  /// GraphProtos, not unpacked yet.
  var graphs: [Data]
  var sparseTensors: [SparseTensorMessage]
}

struct TensorMessage {
  var name: String
  var dims: [Int64]
  /// TensorProto.DataType.
  var type: Int32
  var isSegment: Bool
  /// TensorProto.DataLocation is EXTERNAL.
  var isExternal: Bool
  var external: [(key: String, value: String)]
  /// Little-endian elements.
  var raw: Data?
  var floats: [Float]
  var doubles: [Double]
  var int32s: [Int32]
  var int64s: [Int64]
  var uint64s: [UInt64]
}

struct SparseTensorMessage {
  var values: [TensorMessage]
  var indices: [TensorMessage]
  var dims: [Int64]

  /// The name of a sparse tensor is that of its values.
  var name: String { values.first?.name ?? "" }
}

struct ValueMessage {
  var name: String
  /// None where the value is a sequence, a map or an optional.
  var tensorTypes: [TensorTypeMessage]
}

struct TensorTypeMessage {
  /// TensorProto.DataType.
  var element: Int32
  var shapes: [[DimensionMessage]]
}

struct DimensionMessage {
  var value: Int64?
  var name: String
}

/// What is wrong with a part of a model; the caller adds where it is.
struct Malformed: Error {
  var message: String
  /// Whether it is a file that is not there.
  var isMissingFile = false

  init(_ message: String) {
    self.message = message
  }
}
