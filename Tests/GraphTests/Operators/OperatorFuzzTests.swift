import Graph
import OrderedCollections
import Support
import Tensor
import TestKit
import Testing

/// Operators given whatever a model may say: they refuse it or compute it, and never trap.
@Suite(.serialized) struct OperatorFuzzTests {
  /// Random attributes and small tensors. Where the shape rule accepts them, the meaning gives what
  /// it says, or refuses the values.
  @Test func calls() {
    fuzz("operator calls", share: 5000) { random in
      let op = Operator.all.randomElement(using: &random)!
      let inputs = random.inputs(of: op) { $0.tensor() }
      let attributes = random.attributes(of: op)
      let outputCount = op.outputs.lowerBound + random.next(below: 2)
      return { _ in
        guard let attributes = try? Attributes(attributes, specs: op.attributes) else { return }
        let types = Operator.Types(
          inputs: inputs.map { $0.map { TensorType($0.type, $0.shape) } }, known: inputs,
          attributes: attributes, outputCount: outputCount)
        guard let outputs = try? op.infer(types) else { return }
        _ = op.work(types, outputs)
        let count = outputs.reduce(0) { $0 + $1.shape.count }
        guard count < 1 << 16 else { return }
        let call = Operator.Call(
          inputs: inputs, attributes: attributes, outputCount: outputCount)
        guard let results = try? op.evaluate(call) else { return }
        try #require(results.map { TensorType($0.type, $0.shape) } == outputs, "\(op.name)")
      }
    }
  }

  /// Types of tensors that nobody could hold: shape rules decide without their elements.
  @Test func shapeRules() {
    fuzz("operator shape rules", share: 5000) { random in
      let op = Operator.all.randomElement(using: &random)!
      var known: [Tensor?] = []
      let inputs = random.inputs(of: op) { random -> TensorType in
        let isKnown = random.next(below: 2) == 0
        let tensor = random.tensor()
        known.append(isKnown ? tensor : nil)
        return isKnown ? TensorType(tensor.type, tensor.shape) : random.hugeType()
      }
      for (i, input) in inputs.enumerated() where input == nil { known.insert(nil, at: i) }
      let attributes = random.attributes(of: op)
      return { [known] _ in
        guard let attributes = try? Attributes(attributes, specs: op.attributes) else { return }
        let types = Operator.Types(
          inputs: inputs, known: known, attributes: attributes,
          outputCount: op.outputs.lowerBound)
        guard let outputs = try? op.infer(types) else { return }
        _ = op.work(types, outputs)
      }
    }
  }
}

extension SeededRandom {
  /// Up to three inputs more than the operator needs; optional ones may be left out.
  fileprivate mutating func inputs<Input>(
    of op: Operator, _ make: (inout SeededRandom) -> Input
  ) -> [Input?] {
    let more = Swift.min(op.inputs.upperBound - op.inputs.lowerBound, 3)
    let count = op.inputs.lowerBound + next(below: more + 1)
    return (0..<count).map { index in
      index >= op.inputs.lowerBound && next(below: 4) == 0 ? nil : make(&self)
    }
  }

  /// Mostly those that the operator knows, mostly of the right kind.
  fileprivate mutating func attributes(of op: Operator) -> OrderedDictionary<String, Attribute> {
    var attributes: OrderedDictionary<String, Attribute> = [:]
    for spec in op.attributes where spec.isRequired || next(below: 2) == 0 {
      if let choices = spec.choices {
        attributes[spec.name] = .string(choices.randomElement(using: &self)!)
        continue
      }
      attributes[spec.name] =
        switch spec.kind {
        case .int: .int(integer())
        case .float: .float(number())
        case .string: .string("")
        case .ints: .ints((0..<next(below: 5)).map { _ in integer() })
        case .floats: .floats((0..<next(below: 5)).map { _ in number() })
        case .strings: .strings([])
        case .tensor: .tensor(tensor())
        case .graph: .graph(graph())
        }
    }
    return attributes
  }

  /// A few inputs, what a node makes of one of them, and some of these as outputs.
  fileprivate mutating func graph() -> Graph {
    var graph = Graph(name: "inner")
    graph.inputs = (0..<next(below: 6)).map { graph.values.append(Value("in\($0)")) }
    if let input = graph.inputs.randomElement(using: &self) {
      let result = graph.values.append(Value("out"))
      let op = Operator.named(["Identity", "Neg", "Not", "Unsqueeze"][next(below: 4)])!
      graph.nodes = [
        Node(
          "node", op, attributes: Attributes(),
          inputs: [ID<Value>](repeating: input, count: op.inputs.lowerBound), outputs: [result])
      ]
      let all = graph.inputs + [result]
      graph.outputs = (0..<next(below: 5)).map { _ in all.randomElement(using: &self)! }
    }
    return graph
  }

  /// Mostly a small integer.
  fileprivate mutating func integer() -> Int64 {
    let extremes: [Int64] = [.max, .min, .min + 1, 1 << 30, 1 << 31, 1 << 62, -1 << 40, 1 << 20]
    return next(below: 12) == 0
      ? extremes.randomElement(using: &self)! : Int64(next(below: 8)) - 2
  }

  fileprivate mutating func number() -> Float {
    let extremes: [Float] = [
      .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -0.0, .leastNonzeroMagnitude, 1e10,
    ]
    return next(below: 8) == 0 ? extremes.randomElement(using: &self)! : 4 * nextNormal()
  }

  fileprivate mutating func tensor() -> Tensor {
    let types: [ElementType] = [.float, .float, .float, .int64, .int64, .int32, .bool]
    let type =
      next(below: 10) == 0
      ? ElementType.allCases.randomElement(using: &self)! : types.randomElement(using: &self)!
    // Lists of integers are what shapes, axes and indices are.
    let rank = type == .int64 && next(below: 2) == 0 ? 1 : next(below: 6)
    let shape = Shape((0..<rank).map { _ in [0, 1, 1, 2, 2, 3, 4, 5][next(below: 8)] })
    if type.isFloatingPoint {
      let floats = (0..<shape.count).map { _ in number() }
      return Tensor(shape, floats: floats, type: type).rounded
    }
    let ints = (0..<shape.count).map { _ in type.wrap(integer()) }
    return Tensor(shape, ints: ints, type: type)
  }

  fileprivate mutating func hugeType() -> TensorType {
    let sizes = [0, 1, 1, 2, 3, 4, 8, 1 << 20, 1 << 28, 1 << 30, 1 << 31, 1 << 40, 1 << 58]
    let element: ElementType = [.float, .float, .int64, .bool][next(below: 4)]
    let rank = next(below: 50) == 0 ? 70 : next(below: 6)
    let shape = Shape(checking: (0..<rank).map { _ in sizes.randomElement(using: &self)! })
    return TensorType(element, shape ?? [1 << 28])
  }
}
