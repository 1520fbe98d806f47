import Tensor

/// How a kernel slides over the spatial axes of its input: what convolution and pooling share, with
/// every size resolved.
public struct Window: Sendable, Hashable {
  /// One spatial axis. Output `o` takes the inputs `o * stride + tap * dilation - padBegin` of all
  /// taps in `0 ..< kernel`; one outside `0 ..< input` lies in the padding.
  public struct Axis: Sendable, Hashable {
    public let input: Int
    public let kernel: Int
    public let stride: Int
    public let dilation: Int
    public let padBegin: Int
    public let padEnd: Int
    public let output: Int

    /// Input elements from the first tap to the last, both included.
    public var extent: Int { (kernel - 1) * dilation + 1 }
  }

  /// At least one; outermost first.
  public let axes: [Axis]

  init(_ axes: [Axis]) {
    self.axes = axes
  }

  /// Sizes and attributes are at most this, so that products of two of them cannot overflow.
  static let limit = 1 << 30

  public var inputSizes: [Int] { axes.map(\.input) }
  public var kernelSizes: [Int] { axes.map(\.kernel) }
  public var outputSizes: [Int] { axes.map(\.output) }

  /// Elements of the input, of the kernel and of the output over all axes.
  public var inputCount: Int { inputSizes.reduce(1, *) }
  public var kernelCount: Int { kernelSizes.reduce(1, *) }
  public var outputCount: Int { outputSizes.reduce(1, *) }
}

extension Window {
  /// The attributes that ``init(resolving:input:kernel:)`` reads, but `ceil_mode`.
  static let attributes: [AttributeSpec] = [
    .choice("auto_pad", ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]),
    .optional("dilations", .ints),
    .optional("pads", .ints),
    .optional("strides", .ints),
  ]

  /// Resolves `strides`, `dilations`, `pads`, and `auto_pad` and `ceil_mode` where there are any,
  /// after the ONNX definitions of Conv and MaxPool.
  ///
  /// - Parameters:
  ///   - attributes: of the operator.
  ///   - input: the spatial sizes of the input.
  ///   - kernel: the sizes of the kernel along the same axes.
  /// - Throws: if an attribute is out of range or the window does not fit the padded input.
  public init(
    resolving attributes: Attributes, input: [Int], kernel: [Int]
  ) throws(OperatorError) {
    let steps = try WindowSteps(attributes, input: input, kernel: kernel)
    let padding = try Padding(attributes, rank: input.count)
    let roundsUp = attributes.optionalInt("ceil_mode") ?? 0 != 0
    var axes: [Axis] = []
    for i in input.indices {
      let (size, stride) = (input[i], steps.strides[i])
      let extent = (kernel[i] - 1) * steps.dilations[i] + 1
      var pads = (begin: padding.begin[i], end: padding.end[i])
      if padding.isSame {
        // As many outputs as strides begin inside the input.
        pads = padding.split(max(((size + stride - 1) / stride - 1) * stride + extent - size, 0))
      }
      let padded = size + pads.begin + pads.end
      guard extent <= padded else {
        throw OperatorError(
          "a window of \(extent) elements does not fit the \(padded) elements of the padded input "
            + "along spatial axis \(i)")
      }
      var output = (padded - extent) / stride + 1
      // Rounding up adds a window, unless it would start in the padding behind the input.
      if roundsUp, (padded - extent) % stride != 0, output * stride < size + pads.begin {
        output += 1
      }
      axes.append(
        Axis(
          input: size, kernel: kernel[i], stride: stride, dilation: steps.dilations[i],
          padBegin: pads.begin, padEnd: pads.end, output: output))
    }
    self.init(axes)
  }
}

/// Strides and dilations, checked together with the sizes that they apply to.
struct WindowSteps {
  let strides: [Int]
  let dilations: [Int]

  init(_ attributes: Attributes, input: [Int], kernel: [Int]) throws(OperatorError) {
    guard !input.isEmpty, kernel.count == input.count else {
      throw OperatorError(
        "found a kernel of \(kernel.count) axes over \(input.count) spatial axes, expected as "
          + "many, at least 1")
    }
    try check(kernel, "kernel size", in: 1...Window.limit)
    try check(input, "input size", in: 0...Window.limit)
    _ = try checkedShape(kernel)
    strides = try attributes.perAxis("strides", count: input.count, default: 1, from: 1)
    dilations = try attributes.perAxis("dilations", count: input.count, default: 1, from: 1)
  }
}

/// What `auto_pad` and `pads` ask for.
struct Padding {
  /// Whether the padding follows from the size of the output; else it is `begin` and `end`.
  let isSame: Bool
  let begin: [Int]
  let end: [Int]
  private let isLower: Bool

  init(_ attributes: Attributes, rank: Int) throws(OperatorError) {
    let mode = attributes.optionalString("auto_pad") ?? "NOTSET"
    isSame = mode.hasPrefix("SAME")
    isLower = mode == "SAME_LOWER"
    let pads =
      mode == "NOTSET"
      ? try attributes.perAxis("pads", count: 2 * rank, default: 0, from: 0)
      : [Int](repeating: 0, count: 2 * rank)
    begin = Array(pads[..<rank])
    end = Array(pads[rank...])
  }

  /// Divides padding in two; an odd element goes to the end, or to the beginning for `SAME_LOWER`.
  func split(_ total: Int) -> (begin: Int, end: Int) {
    let begin = isLower ? total - total / 2 : total / 2
    return (begin, total - begin)
  }
}
