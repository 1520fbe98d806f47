import Graph
import Kernels
import Plan
import Support
import Tensor

/// An element-wise operation on one buffer of codes: a table of what it makes of each of the 65,536,
/// all of them given to the operator at once.
struct CodeTable: Sendable {
  /// Which input has the codes.
  let input: Int
  let entries: Entries

  /// By code, as an unsigned number.
  enum Entries: Sendable {
    case codes([Int16])
    case values([Float])
  }

  private static let size = 1 << 16

  /// - Parameter samples: how many will be run, as far as is known.
  /// - Returns: nil unless the operation is one on codes, and on enough of them to make up for a table.
  init?(
    _ record: OperationRecord, _ resolved: ResolvedOperation, inputs: [Operand?],
    output: TensorType, format: FixedPoint?, samples: Int
  ) {
    let varying = inputs.indices.filter { inputs[$0].map { !$0.isConstant } ?? false }
    guard resolved.op.isElementwise, output.element.isFloatingPoint,
      output.shape.count >= Self.size / 2 / samples,
      Set(varying.map { record.inputs[$0]! }).count == 1, let operand = inputs[varying[0]],
      let values = operand.valuesOfCodes, operand.type.shape == output.shape,
      inputs.allSatisfy({ input in
        input.map { !$0.isConstant || $0.type.shape.count == 1 } ?? true
      })
    else { return nil }
    // Operators may look at the rank.
    let ones = [Int](repeating: 1, count: output.shape.rank - 1)
    let all = Tensor(Shape(ones + [Self.size]), floats: values, type: operand.type.element)
    let tensors = inputs.map { input in input.map { $0.isConstant ? $0.tensor : all } }
    guard let made = try? resolved.evaluate(record, tensors)[0], made.count == Self.size else {
      return nil
    }
    input = varying[0]
    entries = format.map { .codes($0.codes(made.floats)) } ?? .values(made.floats)
  }

  /// The output.
  ///
  /// - Parameter operand: what has the codes.
  func run(_ operand: Operand, _ workers: Workers) -> Contents {
    let codes = operand.contents.plainCodes!
    switch entries {
    case .codes(let table):
      return .codes(
        unsafe workers.fill(codes.count) { range, found in
          unsafe codes.withUnsafeBufferPointer { codes in
            unsafe sonic_look(codes.baseAddress! + range.lowerBound, range.count, table, found)
          }
        })
    case .values(let values): return .looked(codes, in: values)
    }
  }
}

extension Operand {
  /// What each code stands for, by the code as an unsigned number; nil if it holds no codes.
  fileprivate var valuesOfCodes: [Float]? {
    switch contents {
    case .codes: format!.values((0...UInt16.max).map { Int16(bitPattern: $0) }[...])
    case .looked(_, let values): values
    case .floats, .ints: nil
    }
  }
}

extension Contents {
  /// Codes, whatever they stand for.
  fileprivate var plainCodes: [Int16]? {
    switch self {
    case .codes(let codes), .looked(let codes, _): codes
    case .floats, .ints: nil
    }
  }
}
