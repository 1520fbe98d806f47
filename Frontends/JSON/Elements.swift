import Foundation
import Graph
import Support
import Tensor

/// Where the elements of a constant come from: written out, made up, or in a file.
enum Elements {
  case values(Item)
  case random(RandomElements)
  case fill(Item)
  case file(Item)

  static let keys = ["values", "random", "fill", "file"]
}

extension ModelReader {
  /// `{"type": "float", "shape": [2, 3], "values": [...]}`
  mutating func constant(_ item: Item) -> Tensor? {
    guard
      let fields = document.object(
        item, required: ["type", "shape"], optional: Elements.keys)
    else { return nil }
    let type = fields["type"].flatMap { document.choice($0, ElementType.self) }
    let shape = fields["shape"].flatMap { self.shape($0) }
    let elements = self.elements(fields)
    guard let type, let shape, let elements else { return nil }
    var random = SeededRandom(seed: elements.seed ?? 0)
    return tensor(elements, at: item, type, shape, &random)
  }

  /// The one of ``Elements/keys`` that is there.
  mutating func elements(_ fields: Fields) -> Elements? {
    let sources = Elements.keys.filter { fields[$0] != nil }
    guard sources.count == 1, let item = fields[sources[0]] else {
      document.problem(
        fields.item,
        "found \(sources.isEmpty ? "no elements" : sources.joined(separator: " and ")), "
          + "expected one of \(Elements.keys.joined(separator: ", "))")
      return nil
    }
    return switch sources[0] {
    case "values": .values(item)
    case "random": randomElements(item).map { .random($0) }
    case "fill": .fill(item)
    default: .file(item)
    }
  }

  /// The tensor of this type and shape.
  ///
  /// - Parameters:
  ///   - item: the constant, for messages.
  ///   - random: what random elements are drawn from.
  mutating func tensor(
    _ elements: Elements, at item: Item, _ type: ElementType, _ shape: Shape,
    _ random: inout SeededRandom
  ) -> Tensor? {
    switch elements {
    case .values(let values): return listed(values, type, shape)
    case .file(let file): return read(file, type, shape)
    case .fill(let value):
      guard let element = scalar(value, type), synthesizes(shape.count, at: item) else {
        return nil
      }
      return element.repeated(shape)
    case .random(let elements):
      guard type.isFloatingPoint else {
        document.problem(item, "found random elements of \(type.rawValue), expected float")
        return nil
      }
      guard synthesizes(shape.count, at: item) else { return nil }
      return Tensor(shape, floats: elements.draw(shape, &random), type: type).rounded
    }
  }

  /// Counts elements that are made up, and says whether there may be so many.
  private mutating func synthesizes(_ count: Int, at item: Item) -> Bool {
    guard count <= synthesizable else {
      document.problem(
        item,
        "found \(count) elements to make up, expected at most \(synthesizable) more in this model")
      return false
    }
    synthesizable -= count
    return true
  }

  private mutating func listed(_ item: Item, _ type: ElementType, _ shape: Shape) -> Tensor? {
    let elements: Tensor.Elements? =
      type == .double
      ? document.array(item, of: "a number that fits a double", \.double).map { .doubles($0) }
      : type.isFloatingPoint
        ? document.array(item, of: "a number that fits a float", \.float).map { .floats($0) }
        : document.array(item, of: "a value of \(type.rawValue)") { $0.integer(type) }
          .map { .ints($0) }
    guard let elements else { return nil }
    guard elements.count == shape.count else {
      document.problem(
        item, "found \(elements.count) elements, expected \(shape.count) for the shape \(shape)")
      return nil
    }
    return Tensor(type, shape, elements).rounded
  }

  private mutating func scalar(_ item: Item, _ type: ElementType) -> Tensor? {
    if type == .double {
      if let value = item.value.double { return Tensor([], doubles: [value]) }
      document.mismatch(item, "a number that fits a double")
      return nil
    }
    if type.isFloatingPoint {
      return document.float(item).map { Tensor([], floats: [$0], type: type).rounded }
    }
    guard let value = item.value.integer(type) else {
      document.mismatch(item, "a value of \(type.rawValue)")
      return nil
    }
    return Tensor([], ints: [value], type: type)
  }

  private mutating func read(_ item: Item, _ type: ElementType, _ shape: Shape) -> Tensor? {
    guard let location = document.string(item, "the path of an NPY file") else { return nil }
    do {
      let tensor = try NPY.read(try InputFile.read(location, beside: file))
      guard tensor.type == type, tensor.shape == shape else {
        document.problem(
          item,
          "found \(TensorType(tensor.type, tensor.shape)) in \(location.quoted), "
            + "expected \(TensorType(type, shape))")
        return nil
      }
      return tensor
    } catch {
      for diagnostic in error.diagnostics {
        let place = diagnostic.place.description
        document.problem(item, (place.isEmpty ? "" : place + ": ") + diagnostic.message)
      }
      return nil
    }
  }
}

extension JSONValue {
  /// A value of an integer type, or of `bool`.
  fileprivate func integer(_ type: ElementType) -> Int64? {
    if case .bool(let value) = kind { return type == .bool ? (value ? 1 : 0) : nil }
    guard case .number(let spelling) = kind else { return nil }
    return type.integer(spelling)
  }
}

extension Tensor {
  /// A tensor full of the one element of this one.
  fileprivate func repeated(_ shape: Shape) -> Tensor {
    let repeated: Elements =
      switch elements {
      case .floats(let floats): .floats(Array(repeating: floats[0], count: shape.count))
      case .doubles(let doubles): .doubles(Array(repeating: doubles[0], count: shape.count))
      case .ints(let ints): .ints(Array(repeating: ints[0], count: shape.count))
      }
    return Tensor(type, shape, repeated)
  }
}
