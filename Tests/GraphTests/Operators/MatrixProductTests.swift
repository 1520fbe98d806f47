import Graph
import OrderedCollections
import Support
import Tensor
import Testing

/// Gemm and MatMul against their definitions.
@Suite struct MatrixProductTests {
  @Test(arguments: 0..<16) func gemmIsItsDefinition(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (rows, depth, columns) = (
      1 + random.next(below: 4), 1 + random.next(below: 4), 1 + random.next(below: 4)
    )
    let (isLeft, isRight) = (seed & 1 == 1, seed & 2 == 2)
    let a = GraphTests.random(isLeft ? [depth, rows] : [rows, depth], &random)
    let b = GraphTests.random(isRight ? [columns, depth] : [depth, columns], &random)
    let shapes: [Shape] = [[], [columns], [1, columns], [rows, 1], [rows, columns], [1]]
    let c = GraphTests.random(shapes[random.next(below: shapes.count)], &random)
    var expected: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        var sum: Float = 0
        for k in 0..<depth {
          sum +=
            a.floats[isLeft ? k * rows + row : row * depth + k]
            * b.floats[isRight ? column * depth + k : k * columns + column]
        }
        let steps = c.shape.strides(broadcastTo: [rows, columns])
        expected.append(2 * sum + 0.5 * c.floats[row * steps[0] + column * steps[1]])
      }
    }
    let found = try call(
      "Gemm", [a, b, c],
      [
        "alpha": .float(2), "beta": .float(0.5), "transA": .int(isLeft ? 1 : 0),
        "transB": .int(isRight ? 1 : 0),
      ])[0]
    expectClose(found, Tensor([rows, columns], floats: expected), "seed \(seed)")
  }

  @Test func matMulBroadcastsStacks() throws {
    let a = Tensor([2, 1, 1, 2], floats: [1, 2, 3, 4])
    let b = Tensor([3, 2, 1], floats: [1, 0, 0, 1, 1, 1])
    let found = try call("MatMul", [a, b])[0]
    #expect(found == Tensor([2, 3, 1, 1], floats: [1, 2, 3, 3, 4, 7]))
  }

  @Test func matMulOfVectorsAndOneMatrix() throws {
    let v = Tensor([2], floats: [1, 10])
    let m = Tensor([2, 2], floats: [1, 2, 3, 4])
    #expect(try call("MatMul", [v, v])[0] == Tensor([], floats: [101]))
    #expect(try call("MatMul", [v, m])[0] == Tensor([2], floats: [31, 42]))
    #expect(try call("MatMul", [m, v])[0] == Tensor([2], floats: [21, 43]))
    let stack = Tensor([2, 1, 2], floats: [1, 0, 0, 1])
    #expect(try call("MatMul", [stack, m])[0] == Tensor([2, 1, 2], floats: [1, 2, 3, 4]))
  }

  @Test func emptySums() throws {
    #expect(try call("MatMul", [zeros(2, 0), zeros(0, 3)])[0] == zeros(2, 3))
    #expect(try call("Gemm", [zeros(0, 2), zeros(2, 3)])[0] == zeros(0, 3))
  }

  @Test func refusals() throws {
    #expect(
      refusal("Gemm", [zeros(2, 3), zeros(3, 4)], ["transB": .int(1)])
        == "found A 2x3 and B 3x4 transposed, expected inner sizes that agree")
    #expect(
      refusal("Gemm", [zeros(2, 3), zeros(3, 4), zeros(2)])
        == "input C: found 2, expected one to broadcast to 2x4")
    #expect(
      refusal("Gemm", [zeros(2, 3), zeros(3, 4), zeros(1, 2, 4)])
        == "input C: found 1x2x4, expected one to broadcast to 2x4")
    #expect(refusal("Gemm", [zeros(2), zeros(3, 4)]) == "input A: found 2, expected rank 2")
    #expect(
      refusal("MatMul", [zeros(2, 2, 3), zeros(3, 3, 4)])
        == "found A 2x2x3 and B 3x3x4, expected inner sizes that agree and outer sizes that "
        + "broadcast"
    )
    #expect(
      refusal("MatMul", [zeros(1 << 15, 1), zeros(1, 1 << 15)])?
        .hasPrefix("found sizes [32768, 32768]") == true)
    #expect(refusal("MatMul", [zeros(2)]) == "found 1 inputs, expected 2")
  }
}
