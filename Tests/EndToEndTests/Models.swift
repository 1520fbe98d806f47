import Foundation
import Support
import Tensor

extension Workplace {
  /// A small convolutional network with an open batch: 1x6x6 images, three scores.
  static let tiny = """
    {
      "format": "sonic-model", "version": 1, "name": "tiny",
      "inputs": [{"name": "image", "type": "float", "shape": ["N", 1, 6, 6]}],
      "weights": {"random": {"seed": 1, "sparsity": 0.5}},
      "layers": [
        {"conv": 4, "kernel": 3, "pad": "same", "bn": true, "relu": true, "name": "conv1"},
        {"maxpool": 2},
        {"flatten": true},
        {"dense": 3, "name": "scores"}
      ]
    }
    """

  /// Two inputs and two outputs, of fixed shape, with names that are no file names.
  static let pair = """
    {
      "format": "sonic-model", "version": 1, "name": "pair",
      "inputs": [
        {"name": "in/a", "type": "float", "shape": [2, 3]},
        {"name": "in=b", "type": "float", "shape": [2, 3]}
      ],
      "outputs": ["out/sum", "out:sum"],
      "constants": {"w": {"type": "float", "shape": [3, 2], "values": [1, 0, -0.5, 2, 0, 0.25]}},
      "nodes": [
        {"op": "Add", "inputs": ["in/a", "in=b"], "outputs": ["out/sum"]},
        {"op": "MatMul", "inputs": ["out/sum", "w"], "outputs": ["out:sum"]}
      ]
    }
    """

  /// So many images for the small network, and samples to calibrate with.
  static func images(_ count: Int, seed: UInt64 = 7) -> Tensor {
    var random = SeededRandom(seed: seed)
    let shape = Shape([count, 1, 6, 6])
    return Tensor(shape, floats: (0..<shape.count).map { _ in random.nextNormal() })
  }

  /// A workplace with the small network, compiled to `tiny.sonic`, and five images.
  static func withProgram() throws -> Workplace {
    let place = try Workplace()
    try place.write(tiny, to: "tiny.json")
    try place.write(images(5), to: "images.npy")
    _ = try place.sonic("compile", "tiny.json", "-o", "tiny.sonic", "--calibrate", "images.npy")
    return place
  }
}
