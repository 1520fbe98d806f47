import Support
import Tensor

extension Constant {
  /// The tensor, where there is nothing to compute: shapes, axes and the like always are so.
  var plain: Tensor? {
    if case .dense(let tensor) = base, gains == nil { tensor } else { nil }
  }

  /// Everything in which it breaks law 10 of Verify.swift.
  var problems: [String] {
    switch base {
    case .dense(let tensor): tensor.problems + gainProblems
    case .clustered(let clustered): clustered.problems + gainProblems
    }
  }

  private var gainProblems: [String] {
    guard let gains else { return [] }
    guard type.element.isFloatingPoint else { return ["found gains on \(type.element.rawValue)"] }
    guard (0..<type.shape.rank).contains(gains.axis) else {
      return ["found gains along axis \(gains.axis), expected an axis of \(type.shape)"]
    }
    var problems: [String] = []
    if gains.values.count != type.shape[gains.axis] {
      problems.append(
        "found \(gains.values.count) gains, expected \(type.shape[gains.axis]) along axis "
          + "\(gains.axis) of \(type.shape)")
    }
    if let gain = gains.values.first(where: { !$0.isFinite }) {
      problems.append("found the gain \(gain), expected a finite one")
    }
    return problems
  }
}

extension Tensor {
  fileprivate var problems: [String] {
    guard case .ints(let ints) = elements, let bad = ints.first(where: { type.wrap($0) != $0 })
    else { return [] }
    return ["found the element \(bad), expected a value of \(type.rawValue)"]
  }
}

extension Clustered {
  fileprivate var problems: [String] {
    var problems: [String] = []
    if codes.count != shape.count {
      problems.append("found \(codes.count) codes, expected \(shape.count) for \(shape)")
    }
    if codebook.count > 255 {
      problems.append("found a codebook of \(codebook.count) values, expected at most 255")
    }
    if let bad = codebook.first(where: { $0 == 0 || !$0.isFinite }) {
      problems.append("found \(bad) in the codebook, expected finite values other than zero")
    }
    if !zip(codebook, codebook.dropFirst()).allSatisfy(<) {
      problems.append("the codebook does not ascend")
    }
    if let code = codes.max(), Int(code) > codebook.count {
      problems.append("found the code \(code), expected 0 to \(codebook.count)")
    }
    return problems
  }
}
