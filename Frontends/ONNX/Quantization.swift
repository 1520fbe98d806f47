import Graph
import OrderedCollections
import Support
import Tensor

/// The operators of QONNX (https://github.com/fastmachinelearning/qonnx), which round floats to multiples of
/// a scale that integers of any number of bits count: as Div, Clip, Round and Mul, so that passes see what
/// belongs to the layers around them.
enum Quantization {
  /// Where exporters have put them.
  private static let domains: Set = [
    "qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas",
  ]

  static func knows(_ op: String, domain: String) -> Bool {
    domains.contains(domain) && ["Quant", "IntQuant", "BipolarQuant", "Trunc"].contains(op)
  }

  /// The standard nodes that a node means, in their newest form.
  static func standard(_ draft: Draft, _ importer: inout Importer) throws(Malformed) -> [Draft] {
    switch draft.op {
    case "BipolarQuant": try bipolarQuant(draft, &importer)
    case "Trunc": try trunc(draft, &importer)
    default: try quant(draft, &importer)
    }
  }

  /// Inputs x, scale, zero point and number of bits. One signed bit means -1 or 1.
  private static func quant(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    let inputs = try draft.inputs(4)
    let isSigned = try draft.flag("signed")
    let range = Range(
      bits: try importer.bits(inputs[3], "bitwidth"), isSigned: isSigned,
      isNarrow: try draft.flag("narrow"))
    let mode = try draft.takeString("rounding_mode") ?? "ROUND"
    try draft.checkNoAttributes()
    var nodes = Replacement(of: draft)
    let multiples = nodes.multiples(of: inputs[1], from: inputs[2], inputs[0], &importer)
    let integers =
      isSigned && range.bits == 1
      ? nodes.signs(multiples, &importer)
      : try nodes.rounded(nodes.clipped(multiples, to: range, &importer), mode, &importer)
    nodes.finish(integers, less: inputs[2], times: inputs[1], &importer)
    return nodes.nodes
  }

  /// Inputs x and scale.
  private static func bipolarQuant(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    let inputs = try draft.inputs(2)
    try draft.checkNoAttributes()
    var nodes = Replacement(of: draft)
    nodes.finish(nodes.signs(inputs[0], &importer), less: nil, times: inputs[1], &importer)
    return nodes.nodes
  }

  /// Inputs x, scale, zero point and number of bits, and that of the result; in the second version
  /// before this the result's scale.
  private static func trunc(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    let inputs = try draft.inputs(5...6)
    let mode = try draft.takeString("rounding_mode") ?? "FLOOR"
    let isSecond = inputs.count == 6
    let bits = try importer.bits(inputs[inputs.count - 1], "output bitwidth")
    var (scale, zero) = (inputs[1], inputs[2])
    var range: Range?
    var divisor = 1.0
    if isSecond {
      range = Range(
        bits: bits, isSigned: try draft.flag("signed", absent: true),
        isNarrow: try draft.flag("narrow", absent: false))
      scale = inputs[4]
      let ratio = try importer.number(scale, "output scale") / importer.number(inputs[1], "scale")
      guard ratio.isNormal, ratio > 0 else {
        throw Malformed("found scales with the ratio \(ratio), expected positive ones")
      }
      // The power of two that is nearest by its exponent.
      let isUpper = ratio.significand > 2.0.squareRoot()
      divisor = Double(
        sign: .plus, exponent: Int(ratio.exponent) + (isUpper ? 1 : 0), significand: 1)
    } else {
      let dropped = try importer.bits(inputs[3], "input bitwidth") - bits
      divisor = Double(sign: .plus, exponent: dropped, significand: 1)
    }
    try draft.checkNoAttributes()
    var nodes = Replacement(of: draft)
    let power = importer.addConstant(
      Tensor([], floats: [Float(divisor)]), named: "\(draft.name).power", of: draft)
    let multiples = nodes.multiples(of: inputs[1], from: zero, inputs[0], &importer)
    let integers = nodes.add("Round", [multiples], &importer)
    var quotients = nodes.add("Div", [integers, power], &importer)
    if let range {
      quotients = nodes.clipped(quotients, to: range, &importer)
      if !importer.isAll(zero, 0) { zero = nodes.add("Div", [zero, power], &importer) }
    }
    let result = try nodes.rounded(quotients, mode, &importer)
    nodes.finish(result, less: zero, times: scale, &importer)
    return nodes.nodes
  }

  /// The integers that a number of bits can say; narrow ones leave out the one of least use.
  fileprivate struct Range {
    let bits: Int
    let isSigned: Bool
    let isNarrow: Bool

    var bounds: [Double] {
      let half = Double(sign: .plus, exponent: bits - 1, significand: 1)
      let narrow: Double = isNarrow ? 1 : 0
      return isSigned ? [narrow - half, half - 1] : [0, 2 * half - 1 - narrow]
    }
  }
}

extension Draft {
  /// Removes a flag, which must be there unless something stands for its absence, and returns it.
  fileprivate mutating func flag(_ name: String, absent: Bool? = nil) throws(Malformed) -> Bool {
    guard let value = try takeInt(name).map({ $0 != 0 }) ?? absent else {
      throw Malformed("attribute \(name) is missing")
    }
    return value
  }
}

extension Importer {
  /// Whether a value is a constant of this one number.
  fileprivate func isAll(_ name: String, _ number: Float) -> Bool {
    guard let tensor = constant(name)?.tensor, tensor.type.isFloatingPoint else { return false }
    return tensor.floats.allSatisfy { $0 == number }
  }

  /// The one number that a constant input holds.
  fileprivate func number(_ name: String, _ input: String) throws(Malformed) -> Double {
    guard let tensor = constant(name)?.tensor else {
      throw Malformed("input \(input): found a computed value, expected a constant")
    }
    let numbers = tensor.doubles
    guard let first = numbers.first, numbers.allSatisfy({ $0 == first }) else {
      throw Malformed("input \(input): found shape \(tensor.shape), expected one number")
    }
    return first
  }

  fileprivate func bits(_ name: String, _ input: String) throws(Malformed) -> Int {
    let number = try number(name, input)
    guard let bits = Int(exactly: number), (1...32).contains(bits) else {
      throw Malformed("input \(input): found \(number), expected an integer from 1 to 32")
    }
    return bits
  }
}

extension Replacement {
  /// x / scale + zero point.
  fileprivate mutating func multiples(
    of scale: String, from zero: String, _ x: String, _ importer: inout Importer
  ) -> String {
    let quotient = importer.isAll(scale, 1) ? x : add("Div", [x, scale], &importer)
    return importer.isAll(zero, 0) ? quotient : add("Add", [quotient, zero], &importer)
  }

  fileprivate mutating func clipped(
    _ x: String, to range: Quantization.Range, _ importer: inout Importer
  ) -> String {
    let bounds = range.bounds.map {
      importer.addConstant(Tensor([], floats: [Float($0)]), named: "\(draft.name).bound", of: draft)
    }
    return add("Clip", [x] + bounds, &importer)
  }

  /// -1 or 1 by sign; 1 for 0.
  fileprivate mutating func signs(_ x: String, _ importer: inout Importer) -> String {
    let numbers = [0, 1, -1].map {
      importer.addConstant(Tensor([], floats: [$0]), named: "\(draft.name).sign", of: draft)
    }
    let isUpper = add("GreaterOrEqual", [x, numbers[0]], &importer)
    return add("Where", [isUpper, numbers[1], numbers[2]], &importer)
  }

  /// Integers; `UP` is away from zero, and `DOWN` towards it.
  fileprivate mutating func rounded(
    _ x: String, _ mode: String, _ importer: inout Importer
  ) throws(Malformed) -> String {
    let magnitude: (op: String, shift: Float)
    switch mode.uppercased() {
    case "ROUND", "HALF_EVEN": return add("Round", [x], &importer)
    case "CEIL": return add("Ceil", [x], &importer)
    case "FLOOR": return add("Floor", [x], &importer)
    case "UP": magnitude = ("Ceil", 0)
    case "DOWN": magnitude = ("Floor", 0)
    case "HALF_UP": magnitude = ("Floor", 0.5)
    case "HALF_DOWN": magnitude = ("Ceil", -0.5)
    default:
      throw Malformed(
        "attribute rounding_mode: found \(mode.quoted), expected one of \"ROUND\", \"HALF_EVEN\", "
          + "\"CEIL\", \"FLOOR\", \"UP\", \"DOWN\", \"HALF_UP\", \"HALF_DOWN\"")
    }
    let shift = importer.addConstant(
      Tensor([], floats: [magnitude.shift]), named: "\(draft.name).shift", of: draft)
    let moved = add("Add", [add("Abs", [x], &importer), shift], &importer)
    return add(
      "Mul", [add(magnitude.op, [moved], &importer), add("Sign", [x], &importer)], &importer)
  }

  /// (integers - zero point) * scale.
  fileprivate mutating func finish(
    _ integers: String, less zero: String?, times scale: String, _ importer: inout Importer
  ) {
    var integers = integers
    if let zero, !importer.isAll(zero, 0) { integers = add("Sub", [integers, zero], &importer) }
    if importer.isAll(scale, 1) {
      finish("Identity", [integers])
    } else {
      finish("Mul", [integers, scale])
    }
  }
}
