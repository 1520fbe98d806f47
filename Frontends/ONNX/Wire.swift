import Foundation
import ONNXSchema
import ProtobufC
import Support

/// The protobuf wire format, read by protobuf-c: the island of unsafe code of this frontend.
///
/// protobuf-c checks every length against the bytes that are left before it allocates by it, and
/// copies what it unpacks. The raw bytes of initializers, which are most of a file, are kept from it
/// (``Skeleton``) and handed on where they lie. Those of other tensors are handed on without another
/// copy; typed elements are copied to arrays one tensor at a time, and freed on the way. So weights
/// lie in memory about once, beside the mapped file.
enum Wire {
  /// The limit of protobuf itself: lengths are 31 bits.
  static let sizeLimit = Int(Int32.max)

  /// Unpacks a whole ONNX file.
  ///
  /// - Throws: what is wrong with it, if it is not a protobuf message of ONNX's form, or one that
  ///   would take far more memory than the file.
  static func unpack(_ file: Data) throws(Failure) -> ModelMessage {
    guard file.count <= sizeLimit else {
      throw .data(
        "found \(file.count) bytes, expected at most \(sizeLimit), the limit of protobuf; "
          + "larger models keep their weights in external data files")
    }
    // A field of two bytes can become a message of a hundred. Real models stay far below this.
    let allowance = (4 << 20) + 24 * file.count
    var budget = allowance
    let skeleton = Skeleton(file)
    let model = unsafe unpack(
      skeleton?.bytes ?? file, budget: &budget, onnx__model_proto__unpack,
      onnx__model_proto__free_unpacked
    ) { unsafe ModelMessage($0, skeleton) }
    if let model { return model }
    if budget < 0 {
      throw .data("found a message that unpacks to more than \(allowance) bytes")
    }
    throw .data(
      at: damage(in: file),
      "found truncated or damaged bytes, expected an ONNX model (a protobuf message)")
  }

  /// Unpacks a graph that lies in an attribute; nil if it is none, or would take far more memory than its
  /// bytes.
  static func unpackGraph(_ bytes: Data) -> GraphMessage? {
    var budget = smallAllowance(bytes)
    return unsafe unpack(
      bytes, budget: &budget, onnx__graph_proto__unpack, onnx__graph_proto__free_unpacked
    ) { unsafe GraphMessage($0, nil) }
  }

  /// Unpacks a file of one tensor, as ONNX's test data has them.
  ///
  /// - Throws: that it is not a protobuf message of a tensor.
  static func unpackTensor(_ file: Data) throws(Failure) -> TensorMessage {
    var budget = smallAllowance(file)
    let message = unsafe unpack(
      file, budget: &budget, onnx__tensor_proto__unpack, onnx__tensor_proto__free_unpacked
    ) { unsafe TensorMessage($0) }
    guard let message else {
      throw .data("found truncated or damaged bytes, expected an ONNX tensor (a protobuf message)")
    }
    return message
  }

  /// What a part of a model may unpack to.
  private static func smallAllowance(_ bytes: Data) -> Int { (1 << 20) + 24 * bytes.count }

  /// Unpacks a message, and frees it when its value is made; nil if the bytes are none.
  ///
  /// - Parameters:
  ///   - budget: bytes that may be allocated; negative afterwards if they were not enough.
  ///   - unpack, free: protobuf-c's functions for the message.
  private static func unpack<Message, Value>(
    _ bytes: Data, budget: inout Int,
    _ unpack: (UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?) ->
      UnsafeMutablePointer<Message>?,
    _ free: (UnsafeMutablePointer<Message>?, UnsafeMutablePointer<ProtobufCAllocator>?) -> Void,
    _ value: (UnsafeMutablePointer<Message>) -> Value
  ) -> Value? {
    unsafe withUnsafeMutablePointer(to: &budget) { budget in
      var allocator = unsafe ProtobufCAllocator(
        alloc: { budget, size in
          let budget = unsafe budget!.assumingMemoryBound(to: Int.self)
          unsafe budget.pointee -= min(size, budget.pointee + 1)
          return unsafe budget.pointee < 0 ? nil : malloc(size)
        },
        free: { _, pointer in unsafe Foundation.free(pointer) },
        allocator_data: budget)
      return unsafe bytes.withUnsafeBytes { bytes in
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard let message = unsafe unpack(&allocator, bytes.count, start) else { return nil }
        defer { unsafe free(message, &allocator) }
        return unsafe value(message)
      }
    }
  }
}

// MARK: - From C structs to values

private typealias Pointers<Message> = UnsafeMutablePointer<UnsafeMutablePointer<Message>?>

private func list<Message, Value>(
  _ messages: Pointers<Message>?, _ count: Int, _ value: (UnsafeMutablePointer<Message>) -> Value
) -> [Value] {
  unsafe UnsafeBufferPointer(start: messages, count: count).map { unsafe value($0!) }
}

private func text(_ characters: UnsafeMutablePointer<CChar>?) -> String {
  unsafe characters.map { unsafe String(cString: $0) } ?? ""
}

private func strings(_ strings: Pointers<CChar>?, _ count: Int) -> [String] {
  unsafe list(strings, count) { unsafe text($0) }
}

private func text(_ bytes: ProtobufCBinaryData) -> String {
  unsafe String(decoding: UnsafeBufferPointer(start: bytes.data, count: bytes.len), as: UTF8.self)
}

/// Copies a packed field and frees it.
private func take<Element>(
  _ elements: inout UnsafeMutablePointer<Element>?, _ count: inout Int
) -> [Element] {
  let array = unsafe Array(UnsafeBufferPointer(start: elements, count: count))
  unsafe free(elements)
  unsafe elements = nil
  count = 0
  return array
}

/// Takes the bytes out of a message without a copy; they are freed with the data.
private func take(_ bytes: inout ProtobufCBinaryData) -> Data {
  guard let start = unsafe bytes.data else { return Data() }
  let data = unsafe Data(bytesNoCopy: start, count: bytes.len, deallocator: .free)
  unsafe bytes = ProtobufCBinaryData(len: 0, data: nil)
  return data
}

extension ModelMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__ModelProto>, _ skeleton: Skeleton?) {
    opsets = unsafe list(c.pointee.opset_import, c.pointee.n_opset_import) {
      unsafe OpsetMessage($0)
    }
    graphs = unsafe list(c.pointee.graph, c.pointee.n_graph) {
      unsafe GraphMessage($0, skeleton)
    }
    functions = unsafe list(c.pointee.functions, c.pointee.n_functions) {
      unsafe FunctionMessage($0)
    }
  }
}

extension OpsetMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__OperatorSetIdProto>) {
    domain = unsafe text(c.pointee.domain)
    version = unsafe c.pointee.version
  }
}

extension FunctionMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__FunctionProto>) {
    domain = unsafe text(c.pointee.domain)
    name = unsafe text(c.pointee.name)
    overload = unsafe text(c.pointee.overload)
    opsets = unsafe list(c.pointee.opset_import, c.pointee.n_opset_import) {
      unsafe OpsetMessage($0)
    }
    inputs = unsafe strings(c.pointee.input, c.pointee.n_input)
    outputs = unsafe strings(c.pointee.output, c.pointee.n_output)
    attributes = unsafe strings(c.pointee.attribute, c.pointee.n_attribute)
    defaults = unsafe list(c.pointee.attribute_proto, c.pointee.n_attribute_proto) {
      unsafe AttributeMessage($0)
    }
    nodes = unsafe list(c.pointee.node, c.pointee.n_node) { unsafe NodeMessage($0) }
  }
}

extension GraphMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__GraphProto>, _ skeleton: Skeleton?) {
    name = unsafe text(c.pointee.name)
    nodes = unsafe list(c.pointee.node, c.pointee.n_node) { unsafe NodeMessage($0) }
    initializers = unsafe list(c.pointee.initializer, c.pointee.n_initializer) {
      var initializer = unsafe TensorMessage($0)
      if let skeleton { initializer.raw = initializer.raw.flatMap { skeleton.elements($0) } }
      return initializer
    }
    sparseInitializers = unsafe list(
      c.pointee.sparse_initializer, c.pointee.n_sparse_initializer
    ) { unsafe SparseTensorMessage($0) }
    inputs = unsafe list(c.pointee.input, c.pointee.n_input) { unsafe ValueMessage($0) }
    outputs = unsafe list(c.pointee.output, c.pointee.n_output) { unsafe ValueMessage($0) }
    values = unsafe list(c.pointee.value_info, c.pointee.n_value_info) { unsafe ValueMessage($0) }
  }
}

extension NodeMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__NodeProto>) {
    name = unsafe text(c.pointee.name)
    domain = unsafe text(c.pointee.domain)
    op = unsafe text(c.pointee.op_type)
    overload = unsafe text(c.pointee.overload)
    inputs = unsafe strings(c.pointee.input, c.pointee.n_input)
    outputs = unsafe strings(c.pointee.output, c.pointee.n_output)
    attributes = unsafe list(c.pointee.attribute, c.pointee.n_attribute) {
      unsafe AttributeMessage($0)
    }
  }
}

extension AttributeMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__AttributeProto>) {
    name = unsafe text(c.pointee.name)
    type = unsafe c.pointee.type
    reference = unsafe text(c.pointee.ref_attr_name)
    float = unsafe c.pointee.f
    int = unsafe c.pointee.i
    string = unsafe text(c.pointee.s)
    floats = unsafe take(&c.pointee.floats, &c.pointee.n_floats)
    ints = unsafe take(&c.pointee.ints, &c.pointee.n_ints)
    strings = unsafe UnsafeBufferPointer(start: c.pointee.strings, count: c.pointee.n_strings)
      .map { unsafe text($0) }
    tensors = unsafe list(c.pointee.t, c.pointee.n_t) { unsafe TensorMessage($0) }
    graphs = unsafe UnsafeBufferPointer(start: c.pointee.g, count: c.pointee.n_g).map {
      unsafe Data(bytes: $0.data, count: $0.len)
    }
    sparseTensors = unsafe list(c.pointee.sparse_tensor, c.pointee.n_sparse_tensor) {
      unsafe SparseTensorMessage($0)
    }
  }
}

extension TensorMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__TensorProto>) {
    name = unsafe text(c.pointee.name)
    dims = unsafe take(&c.pointee.dims, &c.pointee.n_dims)
    type = unsafe c.pointee.data_type
    isSegment = unsafe c.pointee.has_segment != 0
    isExternal = unsafe c.pointee.data_location == 1
    external = unsafe list(c.pointee.external_data, c.pointee.n_external_data) {
      unsafe (text($0.pointee.key), text($0.pointee.value))
    }
    raw = unsafe c.pointee.has_raw_data != 0 ? take(&c.pointee.raw_data) : nil
    floats = unsafe take(&c.pointee.float_data, &c.pointee.n_float_data)
    doubles = unsafe take(&c.pointee.double_data, &c.pointee.n_double_data)
    int32s = unsafe take(&c.pointee.int32_data, &c.pointee.n_int32_data)
    int64s = unsafe take(&c.pointee.int64_data, &c.pointee.n_int64_data)
    uint64s = unsafe take(&c.pointee.uint64_data, &c.pointee.n_uint64_data)
  }
}

extension SparseTensorMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__SparseTensorProto>) {
    values = unsafe list(c.pointee.values, c.pointee.n_values) { unsafe TensorMessage($0) }
    indices = unsafe list(c.pointee.indices, c.pointee.n_indices) { unsafe TensorMessage($0) }
    dims = unsafe take(&c.pointee.dims, &c.pointee.n_dims)
  }
}

extension ValueMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__ValueInfoProto>) {
    name = unsafe text(c.pointee.name)
    tensorTypes = unsafe list(c.pointee.type, c.pointee.n_type) { type in
      unsafe list(type.pointee.tensor_type, type.pointee.n_tensor_type) {
        unsafe TensorTypeMessage($0)
      }
    }.flatMap { $0 }
  }
}

extension TensorTypeMessage {
  fileprivate init(_ c: UnsafeMutablePointer<Onnx__TypeProto__Tensor>) {
    element = unsafe c.pointee.elem_type
    shapes = unsafe list(c.pointee.shape, c.pointee.n_shape) { shape in
      unsafe list(shape.pointee.dim, shape.pointee.n_dim) {
        unsafe DimensionMessage(
          value: $0.pointee.has_dim_value != 0 ? $0.pointee.dim_value : nil,
          name: text($0.pointee.dim_param))
      }
    }
  }
}
