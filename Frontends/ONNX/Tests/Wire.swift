import Foundation

/// A field of a protobuf message, by its number: enough of a writer to build test models.
indirect enum Field: Sendable {
  case int(Int, Int64)
  case float(Int, Float)
  case bytes(Int, Data)
  case string(Int, String)
  case message(Int, [Field])
  case packedInts(Int, [Int64])
  case packedFloats(Int, [Float])
  case packedDoubles(Int, [Double])
}

func encode(_ fields: [Field]) -> Data {
  var data = Data()
  for field in fields {
    switch field {
    case .int(let number, let value):
      data += tag(number, 0) + varint(UInt64(bitPattern: value))
    case .float(let number, let value):
      data += tag(number, 5) + littleEndian(value.bitPattern)
    case .bytes(let number, let bytes):
      data += delimited(number, bytes)
    case .string(let number, let string):
      data += delimited(number, Data(string.utf8))
    case .message(let number, let fields):
      data += delimited(number, encode(fields))
    case .packedInts(let number, let ints):
      data += delimited(number, Data(ints.flatMap { varint(UInt64(bitPattern: $0)) }))
    case .packedFloats(let number, let floats):
      data += delimited(number, Data(floats.flatMap { littleEndian($0.bitPattern) }))
    case .packedDoubles(let number, let doubles):
      data += delimited(number, Data(doubles.flatMap { littleEndian($0.bitPattern) }))
    }
  }
  return data
}

/// What is said of weights in the field `metadata_props` of a message: how many there are, survivors, sparsity,
/// clusters.
func weightMetadata(_ field: Int, _ values: [String]) -> [Field] {
  zip(["weights", "survivors", "sparsity", "clusters"], values).map { key, value in
    .message(field, [.string(1, "sonic.\(key)"), .string(2, value)])
  }
}

func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> Data {
  Data((0..<(Integer.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
}

private func delimited(_ number: Int, _ bytes: Data) -> Data {
  tag(number, 2) + varint(UInt64(bytes.count)) + bytes
}

private func tag(_ number: Int, _ wireType: Int) -> Data { varint(UInt64(number << 3 | wireType)) }

private func varint(_ value: UInt64) -> Data {
  var data = Data()
  var rest = value
  while rest >= 0x80 {
    data.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  data.append(UInt8(rest))
  return data
}
