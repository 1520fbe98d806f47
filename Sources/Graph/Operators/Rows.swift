import Tensor

/// How most operators are written down: a shape rule, and a computation into the types that the
/// rule gives, so that the two cannot disagree.
extension Operator {
  /// The most elements that an operator may produce; a model cannot make us allocate more.
  public static let maximumElements = 1 << 28

  /// The most axes that an operator's inputs and results may have, as in NumPy.
  static let maximumRank = 64

  /// An operator whose meaning is computed into the types that its shape rule gives.
  ///
  /// The rule and the computation may rely on the operands that every node must give (`inputs`'
  /// lower bound) being there.
  init(
    _ name: String, _ summary: String, inputs: ClosedRange<Int>,
    outputs: ClosedRange<Int> = 1...1, attributes: [AttributeSpec] = [],
    work: @escaping @Sendable (_ types: Types, _ outputs: [TensorType]) -> Work,
    infer rule: @escaping @Sendable (Types) throws(OperatorError) -> [TensorType],
    compute: @escaping @Sendable (Call, [TensorType]) throws(OperatorError) -> [Tensor]
  ) {
    let infer: @Sendable (Types) throws(OperatorError) -> [TensorType] = {
      types throws(OperatorError) in
      try types.check(inputs: inputs, outputs: outputs)
      let result = try rule(types)
      for type in result where type.shape.rank > Self.maximumRank {
        throw OperatorError(
          "the result has \(type.shape.rank) axes, expected at most \(Self.maximumRank)")
      }
      for type in result where type.shape.extent > Self.maximumElements {
        throw OperatorError(
          "the result has shape \(type.shape), expected at most \(Self.maximumElements) elements")
      }
      return result
    }
    self.init(
      name, summary, inputs: inputs, outputs: outputs, attributes: attributes, infer: infer,
      evaluate: { call throws(OperatorError) in try compute(call, infer(call.types)) }, work: work)
  }

  /// The same with a fixed amount of work for each element of the first output.
  init(
    _ name: String, _ summary: String, inputs: ClosedRange<Int>,
    outputs: ClosedRange<Int> = 1...1, attributes: [AttributeSpec] = [], work: Work,
    infer: @escaping @Sendable (Types) throws(OperatorError) -> [TensorType],
    compute: @escaping @Sendable (Call, [TensorType]) throws(OperatorError) -> [Tensor]
  ) {
    self.init(
      name, summary, inputs: inputs, outputs: outputs, attributes: attributes,
      work: { _, outputs in work * outputs[0].shape.count }, infer: infer, compute: compute)
  }
}

extension Operator {
  /// An operator whose result has a shape that depends on the elements of its inputs: the shape
  /// rule computes it, so all inputs must be known.
  ///
  /// - Parameters:
  ///   - names: of the inputs, for messages.
  ///   - compute: throws before it makes a result of more than ``maximumElements``.
  init(
    _ name: String, _ summary: String, inputs: ClosedRange<Int>,
    outputs: ClosedRange<Int> = 1...1, attributes: [AttributeSpec] = [],
    work: @escaping @Sendable (_ types: Types, _ outputs: [TensorType]) -> Work,
    measuring names: [String],
    compute: @escaping @Sendable (Call) throws(OperatorError) -> [Tensor]
  ) {
    let evaluate: @Sendable (Call) throws(OperatorError) -> [Tensor] = {
      call throws(OperatorError) in
      try call.types.check(inputs: inputs, outputs: outputs)
      return try compute(call)
    }
    self.init(
      name, summary, inputs: inputs, outputs: outputs, attributes: attributes,
      infer: { types throws(OperatorError) in
        try types.check(inputs: inputs, outputs: outputs)
        for index in types.inputs.indices { _ = try types.known(index, names[index]) }
        let results = try evaluate(
          Call(
            inputs: types.known, attributes: types.attributes,
            outputCount: types.outputCount))
        return results.map { TensorType($0.type, $0.shape) }
      }, evaluate: evaluate, work: work)
  }
}

extension Work {
  static let none = Work()
  static let add = Work(adds: 1)
  static let multiply = Work(multiplies: 1)
  static let divide = Work(divides: 1)
  static let compare = Work(compares: 1)
  static let function = Work(functions: 1)
  static let move = Work(moves: 1)
}

extension Operator.Call {
  /// What a shape rule sees of this call: everything is known.
  var types: Operator.Types {
    Operator.Types(
      inputs: inputs.map { $0.map { TensorType($0.type, $0.shape) } }, known: inputs,
      attributes: attributes, outputCount: outputCount)
  }

  /// An input that every node must give.
  func tensor(_ index: Int) -> Tensor { inputs[index]! }

  /// An input that may be left out.
  func optional(_ index: Int) -> Tensor? { index < inputs.count ? inputs[index] : nil }
}
