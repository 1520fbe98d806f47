public import Support
public import Tensor

extension Graph {
  /// Checks tensors against the declarations of the graph's inputs.
  ///
  /// - Throws: everything that is missing, unknown or does not fit.
  public func check(_ inputs: [String: Tensor]) throws(Failure) {
    var diagnostics = Diagnostics()
    var bindings: [String: (size: Int, input: String)] = [:]
    let names = self.inputs.map { values[$0].name }
    for id in self.inputs {
      let value = values[id]
      let place = Place.value(value.name)
      guard let tensor = inputs[value.name] else {
        diagnostics.error(at: place, "this input is missing")
        continue
      }
      if let problem = value.mismatch(of: tensor.type) { diagnostics.error(at: place, problem) }
      if let problem = value.mismatch(of: tensor.shape, &bindings) {
        diagnostics.error(at: place, problem)
      }
    }
    for name in inputs.keys.sorted() where !names.contains(name) {
      diagnostics.error(
        at: .value(name), "there is no such input, expected one of \(names.joined(separator: ", "))"
      )
    }
    try diagnostics.check()
  }
}

extension Graph {
  /// The sizes that tensors, by the names of the graph's inputs, give to what these leave open under a name.
  public func sizesByName(_ tensors: [String: Tensor]) -> [String: Int] {
    var sizes: [String: Int] = [:]
    for value in inputs.map({ values[$0] }) {
      guard let shape = tensors[value.name]?.shape else { continue }
      for case (.named(let name), let size) in zip(value.declared ?? [], shape.sizes) {
        sizes[name] = size
      }
    }
    return sizes
  }
}

extension Value {
  /// What is wrong with an element type for this value; nil if nothing is.
  func mismatch(of found: ElementType) -> String? {
    guard let element, element != found else { return nil }
    return "found elements of \(found.rawValue), expected \(element.rawValue)"
  }

  /// What is wrong with a shape for this input; nil if nothing is.
  ///
  /// - Parameter bindings: the sizes that other inputs gave to names, and which inputs.
  fileprivate func mismatch(
    of found: Shape, _ bindings: inout [String: (size: Int, input: String)]
  ) -> String? {
    if let shape, shape != found { return "found shape \(found), expected \(shape)" }
    guard let declared else { return nil }
    let expected = declared.map(\.description).joined(separator: "x")
    guard declared.count == found.rank else {
      return "found shape \(found), expected \(declared.isEmpty ? "a scalar" : expected)"
    }
    for (dimension, size) in zip(declared, found.sizes) {
      switch dimension {
      case .fixed(let fixed) where fixed != size:
        return "found shape \(found), expected \(expected)"
      case .named(let symbol):
        if let bound = bindings[symbol], bound.size != size {
          return "found shape \(found), expected \(expected), where \(symbol) is \(bound.size) "
            + "by input \"\(bound.input)\""
        }
        bindings[symbol] = bindings[symbol] ?? (size, name)
      default: break
      }
    }
    return nil
  }
}

extension Value.Dimension: CustomStringConvertible {
  /// A number, a name, or a question mark.
  public var description: String {
    switch self {
    case .fixed(let size): "\(size)"
    case .named(let name): name
    case .unknown: "?"
    }
  }
}
