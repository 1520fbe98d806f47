import OrderedCollections
import Support
import Tensor

/// What a text says of a value beside its name.
struct Facts {
  var element: ElementType?
  var declared: [Value.Dimension]?
  var shape: Shape?
  var statistics: Statistics?
  var format: FixedPoint?
}

extension GraphParser {
  // MARK: Numbers

  /// Takes a word that `convert` accepts.
  private mutating func word<T>(
    _ expected: String, _ convert: (Substring) -> T?
  ) throws(Failure) -> T {
    let word = reader.peekWord()
    guard let value = convert(word) else { throw reader.unexpected(expected) }
    reader.advance(word.utf8.count)
    return value
  }

  mutating func float() throws(Failure) -> Float { try word("a number") { Float($0) } }

  /// A number without a sign.
  mutating func size(_ expected: String) throws(Failure) -> Int {
    try word(expected) { Self.size($0) }
  }

  private static func size(_ digits: Substring) -> Int? {
    digits.utf8.first.map { $0 >= UInt8(ascii: "0") } ?? false ? Int(digits) : nil
  }

  private mutating func shape() throws(Failure) -> Shape {
    try word("a shape, as 1x3x32x32") { word in
      if word == "scalar" { return Shape([]) }
      let sizes = word.split(separator: "x", omittingEmptySubsequences: false)
        .map { Self.size($0) ?? -1 }
      return Shape(checking: sizes)
    }
  }

  private mutating func elementType() throws(Failure) -> ElementType {
    try word("an element type, as float") { ElementType(rawValue: String($0)) }
  }

  // MARK: Lists

  /// `[a, b]`: calls `item` before each.
  private mutating func list(
    _ item: (inout GraphParser) throws(Failure) -> Void
  ) throws(Failure) {
    try reader.expect("[")
    if reader.takes("]") { return }
    repeat { try item(&self) } while reader.takes(",")
    guard reader.takes("]") else { throw reader.unexpected("\",\" or \"]\"") }
  }

  mutating func strings() throws(Failure) -> [String] {
    var strings: [String] = []
    try list { (parser) throws(Failure) in strings.append(try parser.reader.string()) }
    return strings
  }

  private mutating func floats() throws(Failure) -> [Float] {
    var floats: [Float] = []
    try list { (parser) throws(Failure) in floats.append(try parser.float()) }
    return floats
  }

  private mutating func doubles() throws(Failure) -> [Double] {
    var doubles: [Double] = []
    try list { (parser) throws(Failure) in
      doubles.append(try parser.word("a number") { Double($0) })
    }
    return doubles
  }

  private mutating func dimensions() throws(Failure) -> [Value.Dimension] {
    var dimensions: [Value.Dimension] = []
    try list { (parser) throws(Failure) in dimensions.append(try parser.dimension()) }
    return dimensions
  }

  private mutating func dimension() throws(Failure) -> Value.Dimension {
    if reader.takes("?") { return .unknown }
    if reader.next == UInt8(ascii: "\"") { return .named(try reader.string()) }
    return try word("a size, a name or \"?\"") { word in
      if let size = Self.size(word) { return .fixed(size) }
      return word.first?.isLetter ?? false ? .named(String(word)) : nil
    }
  }

  // MARK: Types

  /// `float 1x16x28x28 peak 3.2 density 0.4 fixed 12`
  mutating func facts() throws(Failure) -> Facts {
    var facts = Facts()
    if !reader.takes("?") { facts.element = try elementType() }
    reader.skipSpace()
    if reader.next == UInt8(ascii: "[") {
      facts.declared = try dimensions()
      if reader.takes(word: "as") { facts.shape = try shape() }
    } else if reader.peekWord().first?.isNumber ?? false || reader.peekWord() == "scalar" {
      facts.shape = try shape()
    }
    if reader.takes(word: "peak") {
      let peak = try float()
      try expect(word: "density")
      facts.statistics = Statistics(peak: peak, density: try float())
    }
    if reader.takes(word: "fixed") {
      facts.format = FixedPoint(fraction: try word("a number of bits") { Int($0) })
    }
    return facts
  }

  // MARK: Constants

  mutating func constant(_ type: TensorType) throws(Failure) -> Constant {
    let isSparse = reader.takes(word: "sparse")
    let base: Constant.Base =
      reader.takes(word: "clustered")
      ? .clustered(try clustered(type.shape, isSparse: isSparse))
      : .dense(try tensor(type, isSparse: isSparse))
    var constant = Constant(base, isSparse: isSparse)
    if reader.takes(word: "gains") { constant.gains = try gains(type.shape) }
    return constant
  }

  private mutating func clustered(
    _ shape: Shape, isSparse: Bool
  ) throws(Failure) -> Clustered {
    reader.skipSpace()
    let start = reader.offset
    let codebook = try floats()
    guard codebook.count <= 255 else {
      throw .data(
        at: reader.place(start), "found a codebook of \(codebook.count) values, expected up to 255")
    }
    try expect(word: "codes")
    let codes = try tensor(TensorType(.uint8, shape), isSparse: isSparse).ints
    return Clustered(codebook: codebook, codes: codes.map { UInt8($0) }, shape: shape)
  }

  private mutating func gains(_ shape: Shape) throws(Failure) -> Constant.Gains {
    try expect(word: "axis")
    let axis = try word("an axis of \(shape)") { word in
      Self.size(word).flatMap { $0 < shape.rank ? $0 : nil }
    }
    let elements = try elements(TensorType(.float, [shape[axis]]))
    guard case .floats(let values) = elements else { preconditionFailure("gains are floats") }
    return Constant.Gains(axis: axis, values: values)
  }

  /// All elements of a tensor or, if it may be sparse, `nonzero 2 [0.5, -1.0] at [3, 17]`.
  private mutating func tensor(_ type: TensorType, isSparse: Bool) throws(Failure) -> Tensor {
    reader.skipSpace()
    let start = reader.offset
    guard isSparse, reader.takes(word: "nonzero") else {
      return Tensor(type.element, type.shape, try elements(type))
    }
    let count = try size("a number of elements")
    var limit = GraphText.unfoldingLimit
    guard count <= type.shape.count, limit.admits(type.shape, values: count) else {
      throw .data(
        at: reader.place(start),
        "found \(count) elements that are not zero for \(type), expected at most "
          + "\(type.shape.count), and at least one in 1024")
    }
    let values = Tensor(type.element, [count], try elements(TensorType(type.element, [count])))
    try expect(word: "at")
    let positions = Tensor(.int64, [count], try elements(TensorType(.int64, [count]))).ints
    if let problem = SparseTensor.problem(positions, in: type.shape) {
      throw .data(at: reader.place(start), problem)
    }
    return SparseTensor(type.shape, positions: positions, values: values).dense
  }

  /// The elements of a tensor of this type: listed, or in base64.
  private mutating func elements(_ type: TensorType) throws(Failure) -> Tensor.Elements {
    let count = type.shape.count
    if reader.peekWord() == "elided" {
      throw reader.unexpected("the elements; the text was printed with constants elided")
    }
    reader.skipSpace()
    let start = reader.offset
    if reader.takes(word: "base64") {
      let raw = try reader.rawString()
      guard
        let elements = Payload.elements(
          base64: reader.bytes[raw], count: count, type.element)
      else {
        throw .data(
          at: reader.place(start),
          "found \(raw.count) characters of base64, expected the bytes of \(type)")
      }
      return elements
    }
    guard reader.next == UInt8(ascii: "[") else { throw reader.unexpected("a list or base64") }
    let elements: Tensor.Elements =
      type.element == .double
      ? .doubles(try doubles())
      : type.element.isFloatingPoint ? .floats(try floats()) : .ints(try integers(type.element))
    guard elements.count == count else {
      throw .data(
        at: reader.place(start), "found \(elements.count) elements, expected \(count) of \(type)")
    }
    return elements
  }

  /// `3 [9, 8, 7]`: how many, then they.
  mutating func counts() throws(Failure) -> [UInt32] {
    let shape = try shape()
    guard case .ints(let counts) = try elements(TensorType(.uint32, shape)) else {
      preconditionFailure("counts are integers")
    }
    return counts.map { UInt32($0) }
  }

  private mutating func integers(_ type: ElementType) throws(Failure) -> [Int64] {
    var integers: [Int64] = []
    try list { (parser) throws(Failure) in
      integers.append(
        try parser.word("a value of \(type.rawValue)") { word in
          Int64(word).flatMap { type.wrap($0) == $0 ? $0 : nil }
        })
    }
    return integers
  }

  // MARK: Attributes

  mutating func attributes(of op: Operator) throws(Failure) -> Attributes {
    reader.skipSpace()
    let start = reader.offset
    var given: OrderedDictionary<String, Attribute> = [:]
    if reader.takes("{") {
      repeat {
        let name = try word("the name of an attribute") { $0.isEmpty ? nil : String($0) }
        guard given[name] == nil else {
          throw .data(at: reader.place(start), "found the attribute \(name) a second time")
        }
        try reader.expect("=")
        let kind = op.attributes.first { $0.name == name }?.kind
        given[name] = try attribute().converted(to: kind)
      } while reader.takes(",")
      guard reader.takes("}") else { throw reader.unexpected("\",\" or \"}\"") }
    }
    do {
      return try Attributes(given, specs: op.attributes)
    } catch {
      throw .data(at: reader.place(start), error.message)
    }
  }

  private mutating func attribute() throws(Failure) -> Attribute {
    reader.skipSpace()
    switch reader.next {
    case UInt8(ascii: "\""): return .string(try reader.string())
    case UInt8(ascii: "["): return try listAttribute()
    default: break
    }
    if reader.takes(word: "graph") {
      var parser = GraphParser(try reader.string())
      return .graph(try parser.graph())
    }
    if ElementType(rawValue: String(reader.peekWord())) != nil {
      let type = TensorType(try elementType(), try shape())
      return .tensor(Tensor(type.element, type.shape, try elements(type)))
    }
    return try number()
  }

  private mutating func number() throws(Failure) -> Attribute {
    try word("the value of an attribute") { word in
      Int64(word).map { .int($0) } ?? Float(word).map { .float($0) }
    }
  }

  /// A list of strings, of integers, or of numbers not all of which are integers.
  private mutating func listAttribute() throws(Failure) -> Attribute {
    var inside = reader
    inside.advance(1)
    inside.skipSpace()
    if inside.next == UInt8(ascii: "\"") { return .strings(try strings()) }
    var numbers: [Attribute] = []
    try list { (parser) throws(Failure) in numbers.append(try parser.number()) }
    let ints = numbers.compactMap { if case .int(let value) = $0 { value } else { nil } }
    if ints.count == numbers.count { return .ints(ints) }
    return .floats(numbers.compactMap(\.asFloat))
  }
}

extension Attribute {
  fileprivate var asFloat: Float? {
    switch self {
    case .int(let value): Float(value)
    case .float(let value): value
    default: nil
    }
  }

  /// The same value as the kind that the operator wants, where the spelling leaves that open.
  fileprivate func converted(to kind: Kind?) -> Attribute {
    switch (self, kind) {
    case (.int(let value), .float): .float(Float(value))
    case (.ints(let values), .floats): .floats(values.map { Float($0) })
    case (.ints([]), .strings): .strings([])
    default: self
    }
  }
}
