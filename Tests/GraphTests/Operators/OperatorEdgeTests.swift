import Graph
import OrderedCollections
import Tensor
import Testing

/// What ONNX's conformance cases leave out: the edges of types, shapes and sizes.
@Suite struct OperatorEdgeTests {
  @Test func integersWrapToTheirWidth() throws {
    let a = Tensor.integers(127, -128, type: .int8)
    #expect(
      try call("Add", [a, .integers(1, -1, type: .int8)])[0] == .integers(-128, 127, type: .int8))
    let b = Tensor.integers(3, type: .uint8)
    #expect(try call("Sub", [b, .integers(5, type: .uint8)])[0] == .integers(254, type: .uint8))
    let large = Tensor.integers(.max)
    #expect(try call("Mul", [large, large])[0] == .integers(1))
    #expect(try call("Neg", [.integers(.min)])[0] == .integers(.min))
  }

  @Test func integerDivisionNeverTraps() throws {
    let a = Tensor.integers(-7, 7, 5, .min)
    let b = Tensor.integers(2, -2, 0, -1)
    #expect(try call("Div", [a, b])[0] == .integers(-3, -3, 0, .min))
    #expect(try call("Mod", [a, b])[0] == .integers(1, -1, 0, 0))
    #expect(try call("Mod", [a, b], ["fmod": .int(1)])[0] == .integers(-1, 1, 0, 0))
    let all = Tensor.integers(-1, type: .uint64)
    #expect(
      try call("Div", [all, .integers(2, type: .uint64)])[0] == .integers(.max, type: .uint64))
  }

  @Test func noneOfNothing() throws {
    let empty = Tensor([2, 0], floats: [])
    #expect(
      try call("TopK", [empty, .integers(0)], outputs: 2)
        == [empty, Tensor([2, 0], ints: [])])
  }

  @Test func unsignedOrder() throws {
    let (huge, one) = (Tensor.integers(-1, type: .uint64), Tensor.integers(1, type: .uint64))
    #expect(try call("Greater", [huge, one])[0].ints == [1])
    #expect(try call("Max", [one, huge])[0] == huge)
    #expect(try call("Clip", [huge, nil, one])[0] == one)
    #expect(try call("ReduceMax", [.integers(1, -1, type: .uint64)])[0].ints == [-1])
    #expect(try call("ArgMin", [.integers(-1, 1, type: .uint64)])[0].ints == [1])
  }

  @Test func powersOfIntegers() throws {
    let a = Tensor.integers(2, -3, 2, -1, 0)
    #expect(try call("Pow", [a, .integers(10, 3, -1, -3, 0)])[0] == .integers(1024, -27, 0, -1, 1))
  }

  @Test func casts() throws {
    func cast(_ tensor: Tensor, _ to: ElementType) throws -> Tensor {
      try call("Cast", [tensor], ["to": .int(Int64(to.code))])[0]
    }
    let floats = Tensor.vector(-1.9, 300.7, .nan, .infinity, -.infinity)
    #expect(try cast(floats, .int8).ints == [-1, 127, 0, 127, -128])
    #expect(try cast(floats, .int64).ints == [-1, 300, 0, .max, .min])
    #expect(try cast(floats, .uint64).ints == [0, 300, 0, -1, 0])
    #expect(try cast(floats, .bool).ints == [1, 1, 1, 1, 1])
    #expect(try cast(.vector(1.000_1, 70000), .float16).floats == [1, .infinity])
    #expect(try cast(.vector(1.001, 1.006), .bfloat16).floats == [1, 1.007_812_5])
    #expect(try cast(.integers(-1, type: .uint64), .float).floats == [0x1p64])
    #expect(try cast(.integers(300, -1), .uint8).ints == [44, 255])
    for type in ElementType.allCases {
      #expect(ElementType(code: type.code) == type)
    }
    #expect(ElementType(code: 8) == nil)
  }

  @Test func reductionsOfNothing() throws {
    let empty = Tensor([0, 2], floats: [])
    let axes = Tensor.integers(0)
    #expect(try call("ReduceSum", [empty, axes])[0] == Tensor([1, 2], floats: [0, 0]))
    #expect(try call("ReduceMax", [empty, axes])[0].floats == [-.infinity, -.infinity])
    #expect(try call("ReduceLogSumExp", [empty, axes])[0].floats == [-.infinity, -.infinity])
    let bytes = Tensor([0], ints: [], type: .int8)
    #expect(try call("ReduceMax", [bytes])[0] == .integers(-128, type: .int8))
    #expect(try call("ReduceMin", [bytes])[0] == .integers(127, type: .int8))
  }

  @Test func reductionsOverNoAxes() throws {
    let x = Tensor.vector(2, -3)
    #expect(try call("ReduceSum", [x], ["noop_with_empty_axes": .int(1)])[0] == x)
    #expect(try call("ReduceSumSquare", [x], ["noop_with_empty_axes": .int(1)])[0] == .vector(4, 9))
  }

  @Test func reductionsOfLargeNumbers() throws {
    let x = Tensor.vector(1e30, 1e30, -.infinity)
    #expect(try call("ReduceLogSumExp", [x])[0].floats == [1e30])
    #expect(try call("ReduceL2", [.vector(3e30, 4e30)])[0].floats == [5e30])
    #expect(try call("Softmax", [.vector(1e30, 1e30)])[0].floats == [0.5, 0.5])
  }

  @Test func slicesBeyondTheEnds() throws {
    let x = Tensor.counting([5])
    func slice(_ start: Int64, _ end: Int64, _ step: Int64) throws -> [Float] {
      try call("Slice", [x, .integers(start), .integers(end), .integers(0), .integers(step)])[0]
        .floats
    }
    #expect(try slice(.min, .max, 1) == [0, 1, 2, 3, 4])
    #expect(try slice(.max, .min, -1) == [4, 3, 2, 1, 0])
    #expect(try slice(.max, .min, .min) == [4])
    #expect(try slice(0, .max, .max) == [0])
    #expect(try slice(3, 1, 1) == [])
    #expect(try slice(-2, -10, -2) == [3, 1])
  }

  @Test func padding() throws {
    let x = Tensor.vector(1, 2, 3)
    func pad(_ before: Int64, _ after: Int64, _ mode: String) throws -> [Float] {
      try call("Pad", [x, .integers(before, after)], ["mode": .string(mode)])[0].floats
    }
    #expect(try pad(5, 3, "reflect") == [2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2])
    #expect(try pad(4, 2, "wrap") == [3, 1, 2, 3, 1, 2, 3, 1, 2])
    #expect(try pad(-1, 2, "edge") == [2, 3, 3, 3])
    #expect(try pad(-1, 2, "reflect") == [2, 3, 2, 3])
    #expect(try pad(-1, -2, "constant") == [])
    for (before, after) in [(-2, -2), (-4, 2), (2, -6)] as [(Int64, Int64)] {
      #expect(
        refusal("Pad", [x, .integers(before, after)])
          == "found pads \(before) and \(after) of axis 0, expected no more taken away than its 3 "
          + "elements")
    }
    #expect(try pad(-1, 1, "constant") == [2, 3, 0])
  }

  @Test func splitting() throws {
    let x = Tensor.counting([5])
    let parts = try call("Split", [x], ["num_outputs": .int(3)], outputs: 3)
    #expect(parts.map(\.floats) == [[0, 1], [2, 3], [4]])
    #expect(
      refusal("Split", [.counting([3])], outputs: 5)
        == "an axis of size 3 cannot be split into 5 parts")
  }

  @Test func scalarsAndEmptyTensors() throws {
    let scalar = Tensor([], floats: [2])
    #expect(try call("Transpose", [scalar])[0] == scalar)
    #expect(try call("ReduceSum", [scalar])[0] == scalar)
    #expect(try call("Add", [scalar, Tensor([0, 3], floats: [])])[0].shape == [0, 3])
    #expect(
      try call("Gather", [.counting([4]), Tensor([], ints: [-1])])[0] == Tensor([], floats: [3]))
    #expect(try call("Tile", [.counting([2]), .integers(0)])[0].shape == [0])
    #expect(try call("Range", [0, 5, -1].map { Tensor([], floats: [$0]) })[0].shape == [0])
    #expect(try call("ConstantOfShape", [Tensor([0], ints: [])])[0] == Tensor([], floats: [0]))
    #expect(
      try call("Reshape", [Tensor([0, 2], floats: []), .integers(0, -1)])[0].shape == [0, 0])
  }

  @Test func topKOfEqualNumbersAndNaN() throws {
    let x = Tensor.vector(1, .nan, 1, 2)
    let largest = try call("TopK", [x, .integers(3)], outputs: 2)
    #expect(largest[1].ints == [1, 3, 0])
    let smallest = try call("TopK", [x, .integers(3)], ["largest": .int(0)], outputs: 2)
    #expect(smallest[1].ints == [0, 2, 3])
  }

  @Test func dropoutKeepsAll() throws {
    let results = try call("Dropout", [.vector(1, 2), Tensor([], floats: [0.5])], outputs: 2)
    #expect(results == [.vector(1, 2), .integers(1, 1, type: .bool)])
  }

  @Test func swish() throws {
    let result = try call("Swish", [.vector(0, 1, -1)], ["alpha": .float(2)])[0].floats
    #expect(result == [0, 0.880_797_1, -0.119_202_92])
  }

  @Test func centersOfOddDifferences() throws {
    let five = Tensor.vector(1, 2, 3, 4, 5)
    #expect(try call("CenterCropPad", [five, .integers(2)])[0] == .vector(2, 3))
    #expect(try call("CenterCropPad", [five, .integers(8)])[0] == .vector(0, 1, 2, 3, 4, 5, 0, 0))
  }

  @Test func scalarsThatAreNotZeroHaveNoIndices() throws {
    let result = try call("NonZero", [Tensor([], floats: [2])])[0]
    #expect(result == Tensor([0, 1], ints: []))
  }

  @Test func notANumberIsOneOfAKind() throws {
    let outputs = try call("Unique", [.vector(.nan, 0, -0.0, .nan, -1)], outputs: 4)
    #expect(Array(outputs[0].floats.prefix(2)) == [-1, 0])
    #expect(outputs[1] == .integers(4, 1, 0))
    #expect(outputs[2] == .integers(2, 1, 1, 2, 0))
    #expect(outputs[3] == .integers(1, 2, 2))
  }

  @Test func positionsThatAreNoNumbers() throws {
    let grid = Tensor([1, 1, 2, 2], floats: [.nan, .nan, .infinity, -.infinity])
    for padding in ["zeros", "border", "reflection"] {
      for mode in ["linear", "nearest", "cubic"] {
        let result = try call(
          "GridSample", [.counting([1, 1, 2, 2]), grid],
          ["mode": .string(mode), "padding_mode": .string(padding)])[0].floats
        #expect(result.allSatisfy { $0.isFinite }, "\(mode) \(padding)")
      }
    }
  }

  @Test func samplesAtTheLastElementHaveNoNeighbour() throws {
    let image = Tensor([1, 1, 2, 2], floats: [-4, -3, -2, -1])
    let corner = Tensor([1, 4], floats: [2, 2, 2, 2])
    for (mode, expected) in [("avg", Float(-1)), ("max", 0)] {
      let result = try call(
        "RoiAlign", [image, corner, .integers(0)],
        ["mode": .string(mode), "sampling_ratio": .int(1)])[0]
      #expect(result.floats == [expected], "\(mode)")
    }
  }

  @Test func everyOperatorIsNamedOnce() {
    #expect(Set(Operator.all.map(\.name)).count == Operator.all.count)
    for op in Operator.all {
      #expect(Operator.named(op.name) == op)
    }
  }
}
