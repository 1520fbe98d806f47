import Foundation
import Graph
import Plan
import Support
import Tensor

// Contents of constant buffers: all elements, little-endian, as their type says; or the positions of
// those that are not zero, 32 bits each, and then these.

extension Program {
  /// Puts the contents of a constant buffer behind those that are there, in the form of fewer bytes.
  mutating func setContents(
    of id: ID<BufferRecord>, to tensor: Tensor, _ unfolding: inout UnfoldingLimit
  ) {
    while constants.count % 8 != 0 { constants.append(0) }
    buffers[id].constant = UInt64(constants.count)
    let nonzeros = tensor.nonzeroCount
    guard
      BufferRecord.bytes(nonzeros: nonzeros, tensor.type) < tensor.type.bytes(tensor.count),
      unfolding.admits(tensor.shape, values: nonzeros)
    else { return constants.append(tensor.encoded()) }
    let sparse = SparseTensor(tensor, exactly: true)
    buffers[id].nonzeros = UInt64(nonzeros)
    constants.append(Tensor([nonzeros], ints: sparse.positions, type: .uint32).encoded())
    constants.append(sparse.values.encoded())
  }

  /// The contents of a constant buffer, verified to be there; nil for another buffer.
  func constant(_ id: ID<BufferRecord>, type: TensorType) -> Tensor? {
    guard let contents = contents(id, type: type) else { return nil }
    guard let positions = positions(id, in: type.shape) else {
      return Tensor(decoding: contents, as: type.element, shape: type.shape)
    }
    let values = Tensor(
      decoding: contents.dropFirst(BufferRecord.positionSize * positions.count), as: type.element,
      shape: [positions.count])
    return values.map { SparseTensor(type.shape, positions: positions, values: $0).dense }
  }

  /// The positions of the elements that a constant buffer lists, verified to be there; nil if it lists
  /// all.
  func positions(_ id: ID<BufferRecord>, in shape: Shape) -> [Int64]? {
    guard let nonzeros = buffers[id].nonzeros else { return nil }
    let type = TensorType(buffers[id].element.type, shape)
    return contents(id, type: type)
      .map { $0.prefix(BufferRecord.positionSize * Int(nonzeros)) }
      .flatMap { Tensor(decoding: $0, as: .uint32, shape: [Int(nonzeros)])?.ints }
  }

  private func contents(_ id: ID<BufferRecord>, type: TensorType) -> Data? {
    guard let offset = buffers[id].constant else { return nil }
    let start = constants.startIndex + Int(offset)
    return constants[start..<start + buffers[id].contentBytes(type)]
  }
}

extension BufferRecord {
  fileprivate static let positionSize = 4

  /// Bytes of its contents among the constants; where it lists more elements than it has, those of all.
  func contentBytes(_ type: TensorType) -> Int {
    guard let nonzeros else { return type.element.bytes(type.shape.count) }
    return Self.bytes(nonzeros: Int(min(nonzeros, UInt64(type.shape.count))), type.element)
  }

  /// Bytes of so many elements with their positions.
  fileprivate static func bytes(nonzeros: Int, _ type: ElementType) -> Int {
    positionSize * nonzeros + type.bytes(nonzeros)
  }
}
