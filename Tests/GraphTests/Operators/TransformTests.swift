import Foundation
import Graph
import OrderedCollections
import Support
import Tensor
import Testing

/// Fourier transforms, and products by equation, against their definitions.
@Suite struct TransformTests {
  @Test(arguments: 1...16)
  func fourierTransformOfEveryLength(_ length: Int) throws {
    var seed = SeededRandom(seed: 5)
    let signal = random([length, 2], &seed)
    let parts = signal.floats.map { Double($0) }
    let expected = (0..<length).flatMap { bin in
      var (real, imaginary) = (0.0, 0.0)
      for index in 0..<length {
        let angle = -2 * Double.pi * Double(bin * index % length) / Double(length)
        real += parts[2 * index] * cos(angle) - parts[2 * index + 1] * sin(angle)
        imaginary += parts[2 * index] * sin(angle) + parts[2 * index + 1] * cos(angle)
      }
      return [Float(real), Float(imaginary)]
    }
    let spectrum = try call("DFT", [signal])[0]
    expectClose(spectrum, Tensor([length, 2], floats: expected), "\(length)")
    let back = try call("DFT", [spectrum], ["inverse": .int(1)])[0]
    expectClose(back, signal, "\(length)")
  }

  @Test(arguments: 2...9)
  func halfASpectrumGivesTheRealSignalBack(_ length: Int) throws {
    var seed = SeededRandom(seed: 6)
    let signal = random([length, 1], &seed)
    let half = try call("DFT", [signal], ["onesided": .int(1)])[0]
    #expect(half.shape == [length / 2 + 1, 2])
    let back = try call(
      "DFT", [half, Tensor([], ints: [Int64(length)])],
      ["onesided": .int(1), "inverse": .int(1)])[0]
    expectClose(back, signal, "\(length)")
  }

  @Test func equations() throws {
    let (a, b) = (Tensor.counting([2, 2]), Tensor.vector(1, 10))
    func einsum(_ equation: String, _ inputs: Tensor...) throws -> Tensor {
      try call("Einsum", inputs, ["equation": .string(equation)])[0]
    }
    #expect(try einsum("ii", a) == Tensor([], floats: [3]))
    #expect(try einsum("ii->i", a) == .vector(0, 3))
    #expect(try einsum("ji", a) == Tensor([2, 2], floats: [0, 2, 1, 3]))
    #expect(try einsum("ij,j", a, b) == .vector(10, 32))
    #expect(try einsum("i..., i -> ...", a, b) == .vector(20, 31))
    #expect(try einsum("i,j,ij->", b, b, a) == Tensor([], floats: [330]))
    // A size of 1 stretches.
    #expect(try einsum("ij,ij->j", a, Tensor([1, 2], floats: [1, 10])) == .vector(2, 40))
  }
}
