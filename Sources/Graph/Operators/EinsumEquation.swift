import Tensor

/// The equation of an `Einsum`, such as `bij, bjk -> bik`, with a label for each axis.
struct EinsumEquation {
  /// A letter as its code, or an axis of the ellipsis, -1 for the last, -2 for the one before ...;
  /// their order is that of an implicit result.
  typealias Label = Int

  private static let ellipsis = "..."

  /// The labels of each operand's axes, some perhaps twice.
  let operands: [[Label]]
  /// The labels of the result's axes.
  let result: [Label]

  /// - Throws: where the equation is malformed or does not fit the operands.
  init(_ text: String, shapes: [Shape]) throws(OperatorError) {
    let sides = text.filter { $0 != " " }.split(
      separator: "->", omittingEmptySubsequences: false)
    let terms = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
    guard sides.count <= 2, terms.count == shapes.count else {
      throw OperatorError(
        "attribute equation: found \"\(text)\", expected \(shapes.count) terms and at most one ->")
    }
    var operands: [[Label]] = []
    for (term, shape) in zip(terms, shapes) {
      let letters = term.count - (term.contains(Self.ellipsis) ? 3 : 0)
      let labels = try Self.labels(term, ellipsis: max(shape.rank - letters, 0))
      guard labels.count == shape.rank else {
        throw OperatorError(
          "attribute equation: found term \"\(term)\" for an input of shape \(shape)")
      }
      operands.append(labels)
    }
    self.operands = operands
    let all = operands.joined()
    let ellipsis = -min(all.min() ?? 0, 0)
    guard sides.count == 2 else {
      // What stands once, and the ellipsis.
      var counts: [Label: Int] = [:]
      for label in all { counts[label, default: 0] += 1 }
      result = counts.filter { $0.key < 0 || $0.value == 1 }.keys.sorted()
      return
    }
    result = try Self.labels(sides[1], ellipsis: ellipsis)
    for (index, label) in result.enumerated() {
      guard all.contains(label), !result[..<index].contains(label) else {
        throw OperatorError(
          "attribute equation: found the result \"\(sides[1])\", "
            + "expected labels of the terms, each once")
      }
    }
  }

  /// The labels of a term in which the ellipsis stands for so many axes.
  private static func labels(
    _ term: Substring, ellipsis count: Int
  ) throws(OperatorError) -> [Label] {
    let parts = term.split(separator: Self.ellipsis, omittingEmptySubsequences: false)
    let isSpelled = parts.joined().allSatisfy { $0.isASCII && $0.isLetter }
    guard parts.count <= 2, isSpelled else {
      throw OperatorError(
        "attribute equation: found term \"\(term)\", expected letters and at most one ellipsis")
    }
    let letters = parts.map { $0.utf8.map { Int($0) } }
    return letters.count == 1 ? letters[0] : letters[0] + (-count..<0) + letters[1]
  }

  /// The size of each label; a size of 1 stretches.
  func sizes(_ shapes: [Shape]) throws(OperatorError) -> [Label: Int] {
    var sizes: [Label: Int] = [:]
    for (labels, shape) in zip(operands, shapes) {
      for (label, size) in zip(labels, shape.sizes) {
        let known = sizes[label] ?? 1
        guard known == 1 || size == 1 || known == size else {
          throw OperatorError(
            "attribute equation: found sizes \(known) and \(size) for one label")
        }
        sizes[label] = known == 1 ? size : known
      }
    }
    return sizes
  }

  /// For each operand, the labels whose size is its own and that another operand or the result has,
  /// too.
  func kept(_ shapes: [Shape], _ sizes: [Label: Int]) -> [[Label]] {
    let own = zip(operands, shapes).map { labels, shape in
      zip(labels, shape.sizes).filter { sizes[$0] == $1 }.map(\.0).uniqued
    }
    return own.enumerated().map { index, labels in
      labels.filter { label in
        result.contains(label)
          || own.indices.contains { $0 != index && own[$0].contains(label) }
      }
    }
  }
}

extension [EinsumEquation.Label] {
  /// Each element once, in the order of the first.
  var uniqued: Self {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
