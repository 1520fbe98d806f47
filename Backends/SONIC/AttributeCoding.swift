import Graph
import Support
import Tensor

extension AttributeRecord {
  /// An attribute as a record.
  init(_ name: String, _ attribute: Attribute) {
    self.init()
    self.name = name
    switch attribute {
    case .int(let value): (kind, ints) = (.int, [value])
    case .float(let value): (kind, floats) = (.float, [value])
    case .string(let value): (kind, strings) = (.string, [value])
    case .ints(let values): (kind, ints) = (.ints, values)
    case .floats(let values): (kind, floats) = (.floats, values)
    case .strings(let values): (kind, strings) = (.strings, values)
    case .tensor(let tensor):
      kind = .tensor
      element = ElementCode(tensor.type)
      sizes = tensor.shape.sizes.map(UInt64.init)
      switch tensor.elements {
      case .floats(let values): floats = values
      case .ints(let values): ints = values
      }
    }
  }

  /// The attribute; nil if the lists do not fit the kind.
  var attribute: Attribute? {
    switch kind {
    case .int: ints.count == 1 ? .int(ints[0]) : nil
    case .float: floats.count == 1 ? .float(floats[0]) : nil
    case .string: strings.count == 1 ? .string(strings[0]) : nil
    case .ints: .ints(ints)
    case .floats: .floats(floats)
    case .strings: .strings(strings)
    case .tensor: tensor.map { .tensor($0) }
    }
  }

  private var tensor: Tensor? {
    guard let shape = Shape(checking: sizes.map { Int(clamping: $0) }) else { return nil }
    if element.type.isFloatingPoint {
      return floats.count == shape.count ? Tensor(shape, floats: floats, type: element.type) : nil
    }
    return ints.count == shape.count ? Tensor(shape, ints: ints, type: element.type) : nil
  }
}
