import Foundation
import Support

extension Wire {
  /// The place of the first field that does not hold together, among those of the model and of its
  /// graph; the whole file if the damage lies deeper. protobuf-c says only that there is some.
  static func damage(in file: Data) -> Place {
    var graph: Range<Int>?
    let model = firstFault(in: file, 0..<file.count) { number, _, content in
      if number == 7 { graph = content }
    }
    let fault = model ?? graph.flatMap { firstFault(in: file, $0) { _, _, _ in } }
    return fault.map { Place(.offset($0)) } ?? Place()
  }

  /// The offset of the first field in a range that is malformed or goes beyond the range.
  ///
  /// - Parameter visit: called with the number, the start and the content of each length-delimited
  ///   field.
  static func firstFault(
    in file: Data, _ range: Range<Int>,
    visit: (_ number: UInt64, _ start: Int, _ content: Range<Int>) -> Void
  ) -> Int? {
    var reader = ByteReader(file, range: range)
    while reader.remaining > 0 {
      let start = reader.offset
      do {
        let tag = try varint(&reader)
        switch tag & 7 {
        case 0: _ = try varint(&reader)
        case 1: _ = try reader.take(8)
        case 2:
          let count = try varint(&reader)
          let content = reader.offset
          _ = try reader.take(Int(clamping: count))
          visit(tag >> 3, start, content..<reader.offset)
        case 5: _ = try reader.take(4)
        default: return start
        }
      } catch {
        return start
      }
    }
    return nil
  }

  /// Seven bits a byte, least significant first; the top bit says that more follow.
  private static func varint(_ reader: inout ByteReader) throws(Failure) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      let byte = try reader.integer(UInt8.self)
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw .data(at: reader.place, "found a number of more than ten bytes")
  }
}
