import Graph
import OrderedCollections
import Tensor
import Testing

/// Doubles that no float is, through the operators that compute in 64 bits.
@Suite struct DoubleTests {
  private let a = Tensor([3], doubles: [0.1, 1e300, 16_777_217])
  private let b = Tensor([3], doubles: [0.2, 1e300, 16_777_216])

  @Test func arithmetic() throws {
    #expect(try call("Add", [a, b])[0].doubles == [0.1 + 0.2, 2e300, 33_554_433])
    #expect(try call("Sub", [a, b])[0].doubles == [-0.1, 0, 1])
    #expect(try call("Mul", [a, b])[0].doubles == [0.1 * 0.2, .infinity, 0x1p48 + 0x1p24])
    #expect(try call("Div", [a, b])[0].doubles == [0.5, 1, 16_777_217 / 0x1p24])
    #expect(try call("Sqrt", [a])[0].doubles == a.doubles.map { $0.squareRoot() })
    #expect(try call("Sign", [Tensor([2], doubles: [1e-300, -1e-300])])[0].doubles == [1, -1])
    #expect(
      try call("Mod", [a, b], ["fmod": .int(1)])[0].doubles == [0.1, 0, 1])
    #expect(try call("Neg", [a])[0].doubles == a.doubles.map { -$0 })
    #expect(try call("Max", [a, b])[0].doubles == [0.2, 1e300, 16_777_217])
    #expect(try call("Mean", [a, b, b])[0].doubles[2] == (3 * 0x1p24 + 1) / 3)
    #expect(try call("Relu", [a])[0] == a)
    #expect(try call("Clip", [a, nil, Tensor([], doubles: [1e299])])[0].doubles[1] == 1e299)
  }

  @Test func order() throws {
    #expect(try call("Greater", [a, b])[0].ints == [0, 0, 1])
    #expect(try call("Equal", [a, b])[0].ints == [0, 1, 0])
    let close = Tensor([3], doubles: [1 + 0x1p-50, 1, 1 + 0x1p-51])
    #expect(try call("ArgMax", [close])[0].ints == [0])
    #expect(try call("TopK", [close, .integers(3)], outputs: 2)[1].ints == [0, 2, 1])
    let signs = Tensor([5], doubles: [-1, -1 - 0x1p-50, -0.0, 0, .infinity])
    #expect(
      try call("Unique", [signs])[0] == Tensor([4], doubles: [-1 - 0x1p-50, -1, 0, .infinity]))
  }

  @Test func kinds() throws {
    #expect(try call("IsInf", [a])[0].ints == [0, 0, 0])
    #expect(try call("NonZero", [Tensor([2], doubles: [1e-300, 0])])[0].ints == [0])
    let masked = Tensor([2], doubles: [-1.7e308, -1.7e308])
    #expect(try call("Softmax", [masked])[0].doubles == [0.5, 0.5])
  }

  @Test func sums() throws {
    let many = Tensor([1000], doubles: [Double](repeating: 0.1, count: 1000))
    let expected = many.doubles.reduce(0, +)
    #expect(try call("ReduceSum", [many])[0].doubles == [expected])
    #expect(try call("CumSum", [many, .integers(0)])[0].doubles.last == expected)
    let ones = try call(
      "ScatterElements", [b, .integers(2, 2), Tensor([2], doubles: [1, 1])],
      ["reduction": .string("add")])
    #expect(ones[0].doubles[2] == 16_777_218)
  }

  @Test func casts() throws {
    func cast(_ tensor: Tensor, _ to: ElementType) throws -> Tensor {
      try call("Cast", [tensor], ["to": .int(Int64(to.code))])[0]
    }
    let large = Tensor.integers(1 << 53 - 1, -1)
    #expect(try cast(cast(large, .double), .int64) == large)
    #expect(try cast(.integers(-1, type: .uint64), .double).doubles == [0x1p64])
    #expect(try cast(a, .float).floats == [0.1, .infinity, 16_777_216])
    // Through a float, the first would be 1 and the second infinite.
    let close = Tensor([2], doubles: [1 + 0x1p-11 + 0x1p-40, 65520 - 0x1p-30])
    #expect(try cast(close, .float16).floats == [1 + 0x1p-10, 65504])
    #expect(try cast(a, .int32).ints == [0, 0x7FFF_FFFF, 16_777_217])
    #expect(try cast(.vector(0.1), .double).doubles == [Double(Float(0.1))])
  }

  @Test func movement() throws {
    #expect(try call("Concat", [a, b], ["axis": .int(0)])[0].doubles == a.doubles + b.doubles)
    #expect(a.reshaped([3, 1]).rows(1..<3).doubles == [1e300, 16_777_217])
    #expect(try call("ReduceMax", [b])[0].doubles == [1e300])
    #expect(try call("Gather", [a, .integers(2, 0)])[0].doubles == [16_777_217, 0.1])
    let condition = Tensor.integers(0, 1, 0, type: .bool)
    #expect(try call("Where", [condition, a, b])[0].doubles == [0.2, 1e300, 16_777_216])
    #expect(
      try call("Range", [0.1, 0.5, 0.1].map { Tensor([], doubles: [$0]) })[0].doubles
        == [0, 1, 2, 3].map { 0.1 + $0 * 0.1 })
  }

  /// What knows only floats computes in those, and gives doubles.
  @Test func functionsRoundToFloats() throws {
    let result = try call("Exp", [Tensor([1], doubles: [0.1])])[0]
    #expect(result == Tensor([1], floats: [Elementary.exp(0.1)], type: .double))
  }

  @Test func clampsKeepDoubles() throws {
    #expect(try a.clamped(.relu) == a)
  }
}
