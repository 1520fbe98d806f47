public import Graph
import Support
public import Tensor

extension Graph {
  /// A seeded random picture for the network's input, of a size 1 where the model leaves it open.
  public var randomPicture: (input: String, picture: Tensor) {
    let image = values[inputs[0]]
    let sizes = (image.declared ?? []).map { if case .fixed(let size) = $0 { size } else { 1 } }
    var random = SeededRandom(seed: 1)
    let shape = Shape(sizes)
    return (image.name, Tensor(shape, floats: (0..<shape.count).map { _ in random.nextFloat() }))
  }
}
