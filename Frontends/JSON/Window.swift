import Graph
import OrderedCollections
import Support
import Tensor

/// How a kernel moves over a plane.
struct Window {
  var kernel: [Int]
  var stride: [Int]
  var dilation: [Int]
  /// What is put before and after each axis.
  var before: [Int]
  var after: [Int]

  /// As ONNX has it; defaults left out, as exporters do.
  var attributes: OrderedDictionary<String, Attribute> {
    var attributes: OrderedDictionary<String, Attribute> = [
      "kernel_shape": .ints(kernel.map(Int64.init))
    ]
    let pads = before + after
    if dilation.contains(where: { $0 != 1 }) {
      attributes["dilations"] = .ints(dilation.map(Int64.init))
    }
    if pads.contains(where: { $0 != 0 }) { attributes["pads"] = .ints(pads.map(Int64.init)) }
    if stride.contains(where: { $0 != 1 }) {
      attributes["strides"] = .ints(stride.map(Int64.init))
    }
    return attributes
  }

  /// Channels and plane after it has moved over these; nil if it does not fit.
  func outputSizes(of sizes: [Int]) -> [Int]? {
    let plane = kernel.indices.map { axis in
      let room = sizes[axis + 1] + before[axis] + after[axis] - reach(axis)
      return room < 0 ? 0 : room / stride[axis] + 1
    }
    return plane.contains(0) ? nil : [sizes[0]] + plane
  }

  /// Elements from the first to the last that the kernel touches.
  private func reach(_ axis: Int) -> Int { (kernel[axis] - 1) * dilation[axis] + 1 }

  /// Pads so that the output has the size of the input, divided by the stride and rounded up; an
  /// odd pad goes behind.
  mutating func padSame(_ sizes: [Int]) {
    for axis in kernel.indices {
      let output = (sizes[axis + 1] - 1) / stride[axis] + 1
      let total = max((output - 1) * stride[axis] + reach(axis) - sizes[axis + 1], 0)
      before[axis] = total / 2
      after[axis] = total - total / 2
    }
  }
}

extension ModelReader {
  /// The largest kernel, stride, dilation or pad.
  private static let maximumStep = 65535

  /// Reads `stride`, `dilation`, `pad` and the kernel's size, each a number or one for each axis.
  ///
  /// - Parameters:
  ///   - size: the key of the kernel's size.
  ///   - strideIsSize: whether the stride is the kernel's size unless given, instead of 1.
  mutating func window(
    _ layer: Layer, size: String, _ flow: Flow, strideIsSize: Bool
  ) -> Window? {
    let rank = flow.sizes.count - 1
    let ones = [Int](repeating: 1, count: rank)
    let zeros = [Int](repeating: 0, count: rank)
    guard let kernelItem = layer.fields[size], let kernel = steps(kernelItem, rank, from: 1),
      let stride = layer.fields["stride"].map({ steps($0, rank, from: 1) })
        ?? (strideIsSize ? kernel : ones),
      let dilation = layer.fields["dilation"].map({ steps($0, rank, from: 1) }) ?? ones
    else { return nil }
    var window = Window(
      kernel: kernel, stride: stride, dilation: dilation, before: zeros, after: zeros)
    if let item = layer.fields["pad"], !readPad(item, &window, flow) { return nil }
    if window.outputSizes(of: flow.sizes) == nil {
      document.problem(
        kernelItem, "found a kernel larger than its padded input \(Shape(flow.sizes))")
      return nil
    }
    return window
  }

  private mutating func readPad(
    _ item: Item, _ window: inout Window, _ flow: Flow
  ) -> Bool {
    switch item.value.kind {
    case .string("same"): window.padSame(flow.sizes)
    case .string("valid"): break
    case .string:
      document.mismatch(item, "\"same\", \"valid\", or how many to put around")
      return false
    default:
      guard let pads = steps(item, window.kernel.count, from: 0) else { return false }
      (window.before, window.after) = (pads, pads)
    }
    return true
  }

  private mutating func steps(_ item: Item, _ rank: Int, from lowest: Int) -> [Int]? {
    let range = lowest...Self.maximumStep
    guard case .array = item.value.kind else {
      return document.integer(item, in: range).map { [Int](repeating: $0, count: rank) }
    }
    let steps = document.array(
      item, of: "an integer from \(lowest) to \(Self.maximumStep)"
    ) { value in
      value.integer.flatMap { range.contains(Int($0)) ? Int($0) : nil }
    }
    guard let steps else { return nil }
    if steps.count == rank { return steps }
    document.problem(item, "found \(steps.count) numbers, expected one for each of \(rank) axes")
    return nil
  }
}
