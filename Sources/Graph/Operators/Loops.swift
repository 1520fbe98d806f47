import Tensor

/// The loops under element-wise operators. Inlined, so that each operator gets loops of its own
/// with its function inside.

/// `f` of each element; integers are wrapped to their width. An integer tensor needs `ints`; without
/// `doubles` those are computed as floats.
@inline(__always)
func mapped(
  _ tensor: Tensor, ints: ((Int64) -> Int64)? = nil, doubles: ((Double) -> Double)? = nil,
  floats: (Float) -> Float
) -> Tensor {
  switch tensor.elements {
  case .doubles(let values):
    if let doubles { return Tensor(tensor.shape, doubles: values.eachMap(doubles)) }
    fallthrough
  case .floats:
    return Tensor(tensor.shape, floats: tensor.floats.eachMap(floats), type: tensor.type)
  case .ints(let values):
    let type = tensor.type
    return Tensor(tensor.shape, ints: values.map { type.wrap(ints!($0)) }, type: type)
  }
}

/// `f` of each pair of elements of two tensors that broadcast to `type`; integers are wrapped to
/// its width. Integer tensors need `ints`, and `unsigned` where 64 unsigned bits make a difference;
/// without `doubles` those are computed as floats.
@inline(__always)
func combined(
  _ a: Tensor, _ b: Tensor, _ type: TensorType, unsigned: ((UInt64, UInt64) -> UInt64)? = nil,
  ints: ((Int64, Int64) -> Int64)? = nil, doubles: ((Double, Double) -> Double)? = nil,
  floats: (Float, Float) -> Float
) -> Tensor {
  let walk = Walk(type.shape, broadcasting: [a.shape, b.shape])
  if let doubles, type.element == .double {
    return Tensor(type.shape, doubles: walk.map(a.doubles, b.doubles, doubles))
  }
  if type.element.isFloatingPoint {
    let result = walk.map(a.floats, b.floats, floats)
    return Tensor(type.shape, floats: result, type: type.element)
  }
  let element = type.element
  if let unsigned, element == .uint64 {
    let result = walk.map(a.ints, b.ints) {
      Int64(bitPattern: unsigned(UInt64(bitPattern: $0), UInt64(bitPattern: $1)))
    }
    return Tensor(type.shape, ints: result, type: element)
  }
  let result = walk.map(a.ints, b.ints) { element.wrap(ints!($0, $1)) }
  return Tensor(type.shape, ints: result, type: element)
}

/// The parts of a row-major shape before, along and behind an axis.
struct AxisSplit {
  let outer: Int
  let size: Int
  let inner: Int

  init(_ shape: Shape, _ axis: Int) {
    outer = shape.sizes[..<axis].reduce(1, *)
    size = shape[axis]
    inner = shape.sizes[(axis + 1)...].reduce(1, *)
  }

  /// Calls `body` with the offset of the first element of each line along the axis, in order;
  /// neighbours are `inner` apart.
  @inline(__always)
  func forEachLine(_ body: (Int) -> Void) {
    for o in 0..<outer {
      for i in 0..<inner { body(o * size * inner + i) }
    }
  }
}

extension Tensor {
  /// The integers with their order in the order of `Int64`: the sign bit of 64 unsigned bits is
  /// flipped.
  var ordered: [Int64] { type == .uint64 ? ints.map { $0 ^ .min } : ints }
}

extension ElementType {
  /// Back from the order of ``Tensor/ordered``, brought into the range of this type.
  func unordered(_ value: Int64) -> Int64 {
    let value = min(max(value, bounds.lowerBound), bounds.upperBound)
    return self == .uint64 ? value ^ .min : value
  }
}
