import Graph
import Tensor

/// What a buffer holds while a program runs.
enum Contents: Sendable, Equatable {
  case codes([Int16])
  case floats([Float])
  case ints([Int64])

  /// A tensor as a buffer of this format holds it: encoded where the format says so.
  init(_ tensor: Tensor, format: FixedPoint?) {
    switch (tensor.elements, format) {
    case (.ints(let ints), _): self = .ints(ints)
    case (.floats, let format?), (.doubles, let format?):
      self = .codes(format.codes(tensor.floats))
    case (.floats, nil), (.doubles, nil): self = .floats(tensor.floats)
    }
  }

  /// The contents as a tensor of the buffer's type: codes are decoded.
  func tensor(_ type: TensorType, format: FixedPoint?) -> Tensor {
    switch self {
    case .codes(let codes):
      return Tensor(type.shape, floats: format!.values(codes[...]), type: type.element)
    case .floats(let floats): return Tensor(type.shape, floats: floats, type: type.element)
    case .ints(let ints): return Tensor(type.shape, ints: ints, type: type.element)
    }
  }

  /// Integers of one byte, as the verifier found them to be.
  var signedBytes: [Int64] {
    guard case .ints(let ints) = self else { preconditionFailure("weights are integers") }
    return ints
  }

  /// Which elements are not zero, as codes of 0 and 1; the codes themselves where it holds codes.
  var mask: [Int16] {
    switch self {
    case .codes(let codes): codes
    case .floats(let floats): floats.map { $0 == 0 ? 0 : 1 }
    case .ints(let ints): ints.map { $0 == 0 ? 0 : 1 }
    }
  }
}
