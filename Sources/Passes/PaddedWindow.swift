import Graph
import OrderedCollections
import Support
import Tensor

extension Node {
  /// The node as it is where the value `id` that it reads lacks `padding`, which becomes that of
  /// its window; nil if that is not the same.
  func padding(_ id: ID<Value>, by padding: AddedPadding, in graph: Graph) -> Node? {
    guard inputs[0] == id, !inputs.dropFirst().contains(id),
      outputs.dropFirst().allSatisfy({ $0 == nil }), let kernel = kernel(in: graph),
      (padding.begin.prefix(2) + padding.end.prefix(2)).allSatisfy({ $0 == 0 }),
      let padded = graph.values[id].shape?.sizes.dropFirst(2)
    else { return nil }
    let (begin, end) = (padding.begin.dropFirst(2), padding.end.dropFirst(2))
    let input = zip(padded, zip(begin, end)).map { $0 - $1.0 - $1.1 }
    guard let old = try? Window(resolving: attributes, input: Array(padded), kernel: kernel)
    else { return nil }
    let pads =
      zip(old.axes, begin).map { $0.padBegin + $1 } + zip(old.axes, end).map { $0.padEnd + $1 }
    var given = attributes.values
    given["auto_pad"] = .string("NOTSET")
    given["pads"] = .ints(pads.map { Int64($0) })
    if op.name == "AveragePool" { given["count_include_pad"] = .int(1) }
    guard let attributes = try? Attributes(given, specs: op.attributes),
      let new = try? Window(resolving: attributes, input: input, kernel: kernel),
      new.outputSizes == old.outputSizes, isSame(old, new, padding)
    else { return nil }
    var node = self
    node.attributes = attributes
    return node
  }

  /// The sizes of the kernel of a node that can take padding; nil for another one.
  private func kernel(in graph: Graph) -> [Int]? {
    switch op.name {
    case "Conv": inputs[1].flatMap { graph.values[$0].shape }.map { Array($0.sizes.dropFirst(2)) }
    case "AveragePool", "MaxPool": attributes.ints("kernel_shape")
    default: nil
    }
  }

  /// Whether the node makes the same with the window `new` as with `old` of the padded input.
  private func isSame(_ old: Window, _ new: Window, _ padding: AddedPadding) -> Bool {
    switch (op.name, padding.fill) {
    case ("Conv", .number(0, _)): true
    case ("AveragePool", .number(0, _)):
      attributes.bool("count_include_pad")
        || old.axes.allSatisfy { $0.padBegin == 0 && $0.padEnd == 0 }
    case ("MaxPool", .edge):
      zip(old.axes, new.axes).allSatisfy { $1.takesOriginals(of: $0) }
    case ("MaxPool", .number(_, isLeast: true)):
      zip(old.axes, new.axes).allSatisfy { $1.takesInput(like: $0) }
    default: false
    }
  }
}

extension Window.Axis {
  /// Where in `0 ..< input` the taps of an output lie.
  private func taps(of output: Int) -> [Int] {
    (0..<kernel).map { output * stride + $0 * dilation - padBegin }
      .filter { (0..<input).contains($0) }
  }

  /// Whether every output takes the elements whose copies at the edges it took of `padded`.
  fileprivate func takesOriginals(of padded: Window.Axis) -> Bool {
    let begin = padBegin - padded.padBegin
    return (0..<output).allSatisfy { output in
      let originals = padded.taps(of: output).map { min(max($0 - begin, 0), input - 1) }
      return Set(originals).isSubset(of: taps(of: output))
    }
  }

  /// Whether every output that took an element of `padded` takes one of the input.
  fileprivate func takesInput(like padded: Window.Axis) -> Bool {
    (0..<output).allSatisfy { padded.taps(of: $0).isEmpty || !taps(of: $0).isEmpty }
  }
}
