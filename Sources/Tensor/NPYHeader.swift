import Foundation
import Support

/// What comes before the elements of an NPY file.
struct NPYHeader {
  var type: ElementType
  var shape: Shape
  var isBigEndian = false
  var isFortranOrder = false

  init(type: ElementType, shape: Shape) {
    self.type = type
    self.shape = shape
  }

  /// Reads up to the first element.
  init(_ reader: inout ByteReader) throws(Failure) {
    let start = reader.place
    guard reader.remaining >= 6, try reader.take(6).elementsEqual(Self.magic) else {
      throw .data(at: start, "not an NPY file: expected \\x93NUMPY")
    }
    let versionPlace = reader.place
    let major = try reader.integer(UInt8.self)
    let minor = try reader.integer(UInt8.self)
    guard (1...3).contains(major), minor == 0 else {
      throw .data(
        at: versionPlace, "found NPY version \(major).\(minor), expected 1.0, 2.0 or 3.0")
    }
    let length =
      major == 1 ? Int(try reader.integer(UInt16.self)) : Int(try reader.integer(UInt32.self))
    let offset = reader.offset
    var literal = PythonLiteral(try reader.take(length), offset: offset)
    try self.init(&literal)
  }

  /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, keys in any order.
  private init(_ literal: inout PythonLiteral) throws(Failure) {
    var order: (type: ElementType, isBigEndian: Bool)?
    var isFortranOrder: Bool?
    var shape: Shape?
    let start = literal.place
    try literal.expect("{")
    while !literal.accept("}") {
      let place = literal.place
      let key = try literal.string()
      try literal.expect(":")
      switch key {
      case "descr" where order == nil: order = try Self.type(&literal)
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try literal.bool()
      case "shape" where shape == nil: shape = try Self.shape(&literal)
      default:
        throw .data(
          at: place, "found key '\(key)', expected descr, fortran_order and shape, once each")
      }
      if !literal.accept(",") {
        try literal.expect("}")
        break
      }
    }
    try literal.expectEnd()
    guard let order, let isFortranOrder, let shape else {
      throw .data(at: start, "the header lacks one of the keys descr, fortran_order and shape")
    }
    self.init(type: order.type, shape: shape)
    self.isBigEndian = order.isBigEndian
    self.isFortranOrder = isFortranOrder
  }

  private static func type(
    _ literal: inout PythonLiteral
  ) throws(Failure) -> (type: ElementType, isBigEndian: Bool) {
    let place = literal.place
    let code = try literal.string()
    let type = codes.first { $0.code == code.dropFirst() }?.type
    guard let type, let order = code.first,
      type.size == 1 ? "|<>".contains(order) : "<>".contains(order)
    else {
      throw .data(
        at: place,
        "found element type '\(code)', expected < or > and one of "
          + codes.map(\.code).joined(separator: " "))
    }
    return (type, order == ">")
  }

  private static func shape(_ literal: inout PythonLiteral) throws(Failure) -> Shape {
    let place = literal.place
    let sizes = try literal.tuple()
    guard let shape = Shape(checking: sizes) else {
      throw .data(at: place, "the shape has more elements than can be addressed")
    }
    return shape
  }

  func write(to writer: inout ByteWriter) {
    let code = Self.codes.first { $0.type == type }!.code
    let sizes = shape.sizes.map { "\($0)," }.joined(separator: " ")
    let tuple = shape.rank > 1 ? String(sizes.dropLast()) : sizes
    var text =
      "{'descr': '\(type.size == 1 ? "|" : "<")\(code)', 'fortran_order': False, "
      + "'shape': (\(tuple)), }"
    // The elements start at a multiple of 64 bytes, after a line feed. Version 2.0 is for headers,
    // of thousands of axes, whose length takes more than 16 bits.
    let isLong = text.utf8.count > 65_000
    let prefix = isLong ? 12 : 10
    text += String(repeating: " ", count: 63 - (prefix + text.utf8.count) % 64) + "\n"
    writer.append(Self.magic + [isLong ? 2 : 1, 0])
    if isLong {
      writer.integer(UInt32(text.utf8.count))
    } else {
      writer.integer(UInt16(text.utf8.count))
    }
    writer.append(text.utf8)
  }

  private static let magic = Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) })

  /// NumPy's codes of element types, without the byte order.
  private static let codes: [(code: String, type: ElementType)] = [
    ("f2", .float16), ("f4", .float), ("f8", .double),
    ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64),
    ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64),
    ("b1", .bool),
  ]
}
