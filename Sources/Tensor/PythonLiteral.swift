import Foundation
import Support

/// A scanner of the few Python literals that the header of an NPY file may hold. Every error says
/// at which byte of the file.
struct PythonLiteral {
  private let bytes: [UInt8]
  /// Where `bytes` lie in the file.
  private let start: Int
  private var position = 0

  init(_ bytes: Data, offset: Int) {
    self.bytes = [UInt8](bytes)
    start = offset
    skipSpace()
  }

  /// The place of the next token.
  var place: Place { Place(.offset(start + position)) }

  private var next: Character? {
    position < bytes.count ? Character(Unicode.Scalar(bytes[position])) : nil
  }

  private mutating func skipSpace() {
    while let next, next == " " || next == "\n" { position += 1 }
  }

  /// Takes a punctuation mark if it comes next.
  mutating func accept(_ mark: Character) -> Bool {
    guard next == mark else { return false }
    position += 1
    skipSpace()
    return true
  }

  mutating func expect(_ mark: Character) throws(Failure) {
    if !accept(mark) { throw unexpected("'\(mark)'") }
  }

  func expectEnd() throws(Failure) {
    if next != nil { throw unexpected("the end of the header") }
  }

  /// A quoted string without escapes.
  mutating func string() throws(Failure) -> String {
    guard let quote = next, quote == "'" || quote == "\"" else {
      throw unexpected("a quoted string")
    }
    position += 1
    let rest = bytes[position...]
    guard let end = rest.firstIndex(of: quote.asciiValue!) else {
      throw .data(at: place, "the string has no closing \(quote)")
    }
    defer {
      position = end + 1
      skipSpace()
    }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  mutating func bool() throws(Failure) -> Bool {
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      skipSpace()
      return value
    }
    throw unexpected("True or False")
  }

  /// A tuple of integers that are not negative: `()`, `(3,)`, `(3, 4)`.
  mutating func tuple() throws(Failure) -> [Int] {
    var integers: [Int] = []
    try expect("(")
    while !accept(")") {
      integers.append(try integer())
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return integers
  }

  private mutating func integer() throws(Failure) -> Int {
    let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw unexpected("a size in 0 ... \(Int.max)")
    }
    position = digits.endIndex
    // A long of Python 2.
    if next == "L" { position += 1 }
    skipSpace()
    return value
  }

  private func unexpected(_ expected: String) -> Failure {
    let found = next.map { "'\($0)'" } ?? "the end of the header"
    return .data(at: place, "found \(found), expected \(expected)")
  }
}
