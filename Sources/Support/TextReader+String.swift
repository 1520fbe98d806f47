extension TextReader {
  /// Takes a string in double quotes, after space, with the escapes of JSON.
  public mutating func string() throws(Failure) -> String {
    let raw = try rawString()
    guard bytes[raw].contains(UInt8(ascii: "\\")) else {
      return String(decoding: bytes[raw], as: UTF8.self)
    }
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var i = raw.lowerBound
    while i < raw.upperBound {
      if bytes[i] == UInt8(ascii: "\\") {
        let scalar = try escape(&i, end: raw.upperBound)
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      } else {
        result.append(bytes[i])
        i += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Takes a string in double quotes, after space, and returns where its bytes lie, escapes and all.
  public mutating func rawString() throws(Failure) -> Range<Int> {
    if next != UInt8(ascii: "\"") { skipSpace() }
    let opening = offset
    guard takes("\"") else { throw unexpected("a string") }
    let start = offset
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else {
        throw .data(
          at: place(offset),
          "found byte 0x\(String(byte, radix: 16, uppercase: true)) in a string, expected an escape"
        )
      }
      advance(byte == UInt8(ascii: "\\") ? 2 : 1)
    }
    guard next != nil else {
      throw .data(at: place(opening), "found a string without an end, expected \"")
    }
    advance(1)
    return start..<(offset - 1)
  }

  /// Decodes the escape at `i` and moves past it.
  private func escape(_ i: inout Int, end: Int) throws(Failure) -> Unicode.Scalar {
    let start = i
    i += 2
    switch bytes[start + 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      if let scalar = unicodeEscape(&i, end: end) { return scalar }
    default: break
    }
    throw .data(at: place(start), "found a bad escape, expected one of \\\" \\\\ \\/ \\n \\uXXXX")
  }

  /// Decodes `XXXX` at `i`, or `XXXX\uXXXX` where that is a surrogate pair.
  private func unicodeEscape(_ i: inout Int, end: Int) -> Unicode.Scalar? {
    guard let high = hexadecimal(&i, end: end) else { return nil }
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard (0xD800..<0xDC00).contains(high), i + 1 < end, bytes[i] == UInt8(ascii: "\\"),
      bytes[i + 1] == UInt8(ascii: "u")
    else { return nil }
    i += 2
    guard let low = hexadecimal(&i, end: end), (0xDC00..<0xE000).contains(low) else { return nil }
    return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
  }

  private func hexadecimal(_ i: inout Int, end: Int) -> UInt32? {
    guard i + 4 <= end else { return nil }
    var value: UInt32 = 0
    for byte in bytes[i..<(i + 4)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    i += 4
    return value
  }
}
