import Graph
import Support

/// A window drawn at random, and the obvious way through it.
struct Geometry: CustomStringConvertible {
  var input: [Int] = []
  var kernel: [Int] = []
  var strides: [Int] = []
  var dilations: [Int] = []
  var begin: [Int] = []
  var end: [Int] = []

  /// Draws sizes such that the window fits.
  init(rank: Int, _ random: inout SeededRandom) {
    for _ in 0..<rank {
      kernel.append(1 + random.next(below: 3))
      strides.append(1 + random.next(below: 3))
      dilations.append(1 + random.next(below: 2))
      begin.append(random.next(below: 3))
      end.append(random.next(below: 3))
      let extent = (kernel.last! - 1) * dilations.last! + 1
      let least = max(extent - begin.last! - end.last!, 1)
      input.append(least + random.next(below: 4))
    }
  }

  var output: [Int] {
    input.indices.map {
      (input[$0] + begin[$0] + end[$0] - (kernel[$0] - 1) * dilations[$0] - 1) / strides[$0] + 1
    }
  }

  var attributes: [(String, Attribute)] {
    [
      ("strides", ints(strides)), ("dilations", ints(dilations)), ("pads", ints(begin + end)),
    ]
  }

  var description: String {
    "input \(input) kernel \(kernel) strides \(strides) dilations \(dilations) pads \(begin) \(end)"
  }

  /// The flat index of the input that a tap takes for an output; nil in the padding.
  func source(_ output: [Int], _ tap: [Int]) -> Int? {
    var flat = 0
    for axis in input.indices {
      let position = output[axis] * strides[axis] + tap[axis] * dilations[axis] - begin[axis]
      guard (0..<input[axis]).contains(position) else { return nil }
      flat = flat * input[axis] + position
    }
    return flat
  }

  /// The inputs of every window: for each output, for each tap.
  var sources: [[Int?]] {
    indices(output).map { output in indices(kernel).map { source(output, $0) } }
  }
}

func ints(_ values: [Int]) -> Attribute { .ints(values.map { Int64($0) }) }

/// All index vectors of an array of these sizes, in row-major order.
func indices(_ sizes: [Int]) -> [[Int]] {
  sizes.reduce([[]]) { prefixes, size in prefixes.flatMap { p in (0..<size).map { p + [$0] } } }
}
