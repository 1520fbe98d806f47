public import Support
public import Tensor

extension Graph {
  /// The outputs of the network for these inputs, computed in floats of 32 bits, doubles in 64 where
  /// Docs/Numerics.md says so: the oracle that every
  /// pass and every executor is held to.
  ///
  /// - Parameters:
  ///   - inputs: by the names of the graph's inputs; sizes that the model leaves open follow them.
  ///   - order: how products of matrices are summed.
  ///   - observe: called with every input and every value computed, for calibration.
  /// - Returns: the outputs in the order of ``outputs``.
  /// - Throws: exit code 65 for a missing, unknown or misshapen input, or an operator's error.
  public func evaluate(
    _ inputs: [String: Tensor], order: MatrixMultiply.Order = .any,
    observe: (ID<Value>, Tensor) -> Void = { _, _ in }
  ) throws(Failure) -> [Tensor] {
    try check(inputs)
    var live = LiveTensors(self)
    for id in self.inputs {
      guard let tensor = inputs[values[id].name] else { continue }
      live.define(id, tensor)
      observe(id, tensor)
    }
    for (position, node) in nodes.enumerated() {
      let results = try evaluate(node, &live, order)
      for case (let id?, let tensor) in zip(node.outputs, results) {
        live.define(id, tensor)
        observe(id, tensor)
      }
      live.release(after: position)
    }
    var results: [Tensor] = []
    for id in outputs {
      guard let tensor = live.tensor(id) else {
        throw .data(at: .value(values[id].name), "no node computes this output")
      }
      if let problem = values[id].mismatch(of: tensor.type) {
        throw .data(at: .value(values[id].name), problem)
      }
      results.append(tensor)
    }
    return results
  }

  private func evaluate(
    _ node: Node, _ live: inout LiveTensors, _ order: MatrixMultiply.Order
  ) throws(Failure) -> [Tensor] {
    var inputs: [Tensor?] = []
    for id in node.inputs {
      let tensor = id.flatMap { live.tensor($0) }
      if let id, tensor == nil {
        throw .data(
          at: .node(node.name), "input \"\(values[id].name)\" is not computed by any node before")
      }
      inputs.append(tensor)
    }
    do throws(OperatorError) {
      return try node.evaluate(inputs, order: order)
    } catch {
      throw .data(at: .node(node.name), "\(node.op.name): \(error.message)")
    }
  }
}

extension Node {
  /// The outputs for these inputs, clamped where the node has a clamp.
  public func evaluate(
    _ inputs: [Tensor?], order: MatrixMultiply.Order = .any
  ) throws(OperatorError) -> [Tensor] {
    var results = try op.evaluate(
      Operator.Call(
        inputs: inputs, attributes: attributes, outputCount: outputs.count, order: order))
    if let clamp, let first = results.first { results[0] = try first.clamped(clamp) }
    return results
  }
}

/// The tensors that nodes still to come need.
private struct LiveTensors {
  private var tensors: [Tensor?]
  private let constants: [Constant?]
  /// For every node, the values that it is the last to take.
  private var released: [[ID<Value>]]

  init(_ graph: Graph) {
    tensors = [Tensor?](repeating: nil, count: graph.values.count)
    constants = graph.values.elements.map(\.constant)
    released = [[ID<Value>]](repeating: [], count: graph.nodes.count)
    var needed = Set(graph.outputs)
    for (position, node) in graph.nodes.enumerated().reversed() {
      for case let id? in node.inputs + node.outputs where needed.insert(id).inserted {
        released[position].append(id)
      }
    }
  }

  /// A value that was defined, or a constant, multiplied out when it is first needed.
  mutating func tensor(_ id: ID<Value>) -> Tensor? {
    let index = Int(id.index)
    if tensors[index] == nil { tensors[index] = constants[index]?.tensor }
    return tensors[index]
  }

  mutating func define(_ id: ID<Value>, _ tensor: Tensor) {
    tensors[Int(id.index)] = tensor
  }

  mutating func release(after position: Int) {
    for id in released[position] { tensors[Int(id.index)] = nil }
  }
}

extension Tensor {
  /// `min(max(x, lower), upper)` of every element; a NaN stays.
  public func clamped(_ clamp: Clamp) throws(OperatorError) -> Tensor {
    let (lower, upper) = (clamp.lower, clamp.upper)
    switch elements {
    case .floats(let floats):
      let clamped = floats.eachMap { $0 < lower ? lower : $0 > upper ? upper : $0 }
      return Tensor(shape, floats: clamped, type: type)
    case .doubles(let doubles):
      let (lower, upper) = (Double(lower), Double(upper))
      return Tensor(
        shape, doubles: doubles.eachMap { $0 < lower ? lower : $0 > upper ? upper : $0 })
    case .ints: throw OperatorError("found a clamp of \(type.rawValue), expected floats")
    }
  }
}
