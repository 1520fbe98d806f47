import Graph
import Kernels
import Support
import Tensor

/// What a buffer holds while a program runs.
enum Contents: Sendable, Equatable {
  case codes([Int16])
  /// Floats, each the one of 65,536 that a code, as an unsigned number, is the index of.
  case looked([Int16], in: [Float])
  case floats([Float])
  case ints([Int64])

  /// A tensor as a buffer of this format holds it: encoded where the format says so.
  init(_ tensor: Tensor, format: FixedPoint?, _ workers: Workers = .alone) {
    switch (tensor.elements, format) {
    case (.ints(let ints), _): self = .ints(ints)
    case (.floats, let format?), (.doubles, let format?):
      self = .codes(format.codes(tensor.floats, workers))
    case (.floats, nil), (.doubles, nil): self = .floats(tensor.floats)
    }
  }

  /// The contents as a tensor of the buffer's type: codes are decoded.
  func tensor(_ type: TensorType, format: FixedPoint?, _ workers: Workers = .alone) -> Tensor {
    switch self {
    case .codes(let codes):
      let floats = format!.values(codes[...], workers)
      return Tensor(type.shape, floats: floats, type: type.element)
    case .looked(let codes, let values):
      let floats = values.looked(codes[...], workers)
      return Tensor(type.shape, floats: floats, type: type.element)
    case .floats(let floats): return Tensor(type.shape, floats: floats, type: type.element)
    case .ints(let ints): return Tensor(type.shape, ints: ints, type: type.element)
    }
  }

  /// The entry of a table for each code, by the code as an unsigned number.
  func looked(_ table: [Int16]) -> Contents {
    guard case .codes(let codes) = self else { preconditionFailure("tables are for codes") }
    return .codes(codes.looked(table))
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
    case .looked(let codes, let values): values.looked(codes[...]).map { $0 == 0 ? 0 : 1 }
    case .floats(let floats): floats.map { $0 == 0 ? 0 : 1 }
    case .ints(let ints): ints.map { $0 == 0 ? 0 : 1 }
    }
  }
}

extension FixedPoint {
  /// The codes nearest to values; ``encode(_:)`` of each.
  func codes(_ values: [Float], _ workers: Workers = .alone) -> [Int16] {
    unsafe workers.fill(values.count) { range, codes in
      unsafe values.withUnsafeBufferPointer { values in
        unsafe sonic_encode(
          values.baseAddress! + range.lowerBound, range.count, 1 / step, codes)
      }
    }
  }

  /// The values of codes; ``decode(_:)`` of each.
  func values(_ codes: ArraySlice<Int16>, _ workers: Workers = .alone) -> [Float] {
    unsafe workers.fill(codes.count) { range, values in
      unsafe codes.withUnsafeBufferPointer { codes in
        unsafe sonic_decode(codes.baseAddress! + range.lowerBound, range.count, step, values)
      }
    }
  }
}

extension [Int16] {
  /// The entry of a table for each code, by the code as an unsigned number.
  func looked(_ table: [Int16]) -> [Int16] {
    unsafe [Int16](unsafeUninitializedCapacity: count) { found, filled in
      unsafe sonic_look(self, count, table, found.baseAddress)
      filled = count
    }
  }
}

extension [Float] {
  /// The element for each code, of 65,536 by the code as an unsigned number.
  func looked(_ codes: ArraySlice<Int16>, _ workers: Workers = .alone) -> [Float] {
    unsafe workers.fill(codes.count) { range, values in
      unsafe codes.withUnsafeBufferPointer { codes in
        unsafe sonic_look_floats(codes.baseAddress! + range.lowerBound, range.count, self, values)
      }
    }
  }
}
