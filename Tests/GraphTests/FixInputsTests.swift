import Graph
import Support
import Tensor
import TestKit
import Testing

/// Inputs that become constants.
@Suite struct FixInputsTests {
  private func network() throws -> Graph {
    try Graph(
      parsing: """
        graph "test" {
          input %x: float [N, 2]
          input %gain: float [N, 1]
          input %rate: int64 []
          %float = Cast(%rate) {to = 1}
          %scaled = Mul(%x, %gain)
          %y = Mul(%scaled, %float)
          output %y
        }
        """)
  }

  private let inputs = [
    "x": Tensor([2, 2], floats: [1, 2, 3, 4]), "gain": Tensor([2, 1], floats: [1, -1]),
    "rate": Tensor([], ints: [3]),
  ]

  @Test func evaluatingIsAsWithTheInputsGiven() throws {
    let graph = try network()
    let expected = try graph.evaluate(inputs)
    for names in [[], ["x"], ["rate"], ["gain", "rate"], ["x", "gain", "rate"]] as [Set<String>] {
      let fixed = try graph.fixing(inputs.filter { names.contains($0.key) })
      #expect(fixed.verify() == [])
      #expect(fixed.inputs.count == 3 - names.count)
      #expect(try fixed.evaluate(inputs.filter { !names.contains($0.key) }) == expected)
    }
  }

  @Test func sizesHoldForOtherInputs() throws {
    let fixed = try network().fixing(["gain": inputs["gain"]!])
    #expect(fixed.values[fixed.inputs[0]].declared == [.fixed(2), .fixed(2)])
    let failure = #expect(throws: Failure.self) {
      try fixed.evaluate(["x": Tensor([1, 2], floats: [1, 2]), "rate": inputs["rate"]!])
    }
    #expect(
      failure?.diagnostics.map(\.description) == [
        "value \"x\": error: found shape 1x2, expected 2x2"
      ])
  }

  @Test func refusesWhatIsNotOfTheInputsType() throws {
    let failure = #expect(throws: Failure.self) {
      try network().fixing([
        "x": Tensor([2, 3], floats: [1, 2, 3, 4, 5, 6]), "gain": Tensor([3, 1], ints: [1, 2, 3]),
        "rate": Tensor([1], ints: [3]),
      ])
    }
    #expect(failure?.code == .data)
    #expect(
      failure?.diagnostics.map(\.description) == [
        "value \"x\": error: found shape 2x3, expected Nx2",
        "value \"gain\": error: found elements of int64, expected float",
        "value \"gain\": error: found shape 3x1, expected Nx1, where N is 2 by input \"x\"",
        "value \"rate\": error: found shape 1, expected a scalar",
      ])
  }
}
