import Tensor

/// Operators on the bits of integers.
extension Operator {
  static let bitwise: [Operator] = [
    connective("BitwiseAnd", "the bits that are set in both", of: integers) { $0 & $1 },
    connective("BitwiseOr", "the bits that are set in either or both", of: integers) { $0 | $1 },
    connective("BitwiseXor", "the bits that are set in one but not both", of: integers) { $0 ^ $1 },
    negation("BitwiseNot", "the bits that are not set", of: integers) { ~$0 },
    shift,
  ]

  private static let integers: ElementRule = { types throws(OperatorError) in
    let element = types.element(0)
    guard !element.isFloatingPoint, element != .bool else {
      throw OperatorError("found \(element.rawValue), expected an integer type")
    }
  }

  private static let shift = Operator(
    "BitShift", "the bits of an unsigned integer moved by as many places as the second input says",
    inputs: 2...2, attributes: [.required("direction", of: ["LEFT", "RIGHT"])], work: .compare,
    infer: { types throws(OperatorError) in
      let element = types.element(0)
      guard [.uint8, .uint16, .uint32, .uint64].contains(element) else {
        throw OperatorError("found \(element.rawValue), expected an unsigned integer type")
      }
      return try broadcastRule(types)
    },
    compute: { call, types in
      let movesLeft = call.attributes.string("direction") == "LEFT"
      // Swift's shifts by the width of the lane and more leave nothing, as they should.
      return [
        combined(
          call.tensor(0), call.tensor(1), types[0],
          ints: { a, b in
            let (bits, places) = (UInt64(bitPattern: a), UInt64(bitPattern: b))
            return Int64(bitPattern: movesLeft ? bits << places : bits >> places)
          },
          floats: { a, _ in a })
      ]
    })
}
