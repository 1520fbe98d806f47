import Graph
import Support
import Tensor

/// Calls of a network one after another, in which some inputs are outputs of the call before; or one
/// call, where there are no such inputs.
struct Calls {
  /// How many; nil for one call on the inputs as they are.
  private let count: Int?
  /// What the first call is given.
  let first: [String: Tensor]
  /// Inputs with a tensor for each call along the first axis.
  private let sequences: [String: Tensor]
  /// The output that becomes an input, by the input's name.
  private let states: [String: String]

  /// One call.
  init(_ inputs: [String: Tensor]) {
    (count, first, sequences, states) = (nil, inputs, [:], [:])
  }

  /// Whether outputs have an axis of calls.
  var isMany: Bool { count != nil }

  /// - Parameters:
  ///   - states: the output that becomes an input, by the input's name.
  ///   - graph: declares the inputs.
  /// - Throws: exit code 65 where inputs do not say how many calls there are, or differ in that, or
  ///   a state has no size.
  init(
    _ inputs: [String: Tensor], states: [String: String], of graph: Graph
  ) throws(Failure) {
    let values = graph.inputs.map { graph.values[$0] }
    let sequences = inputs.filter { name, tensor in
      let rank = values.first { $0.name == name }?.declared?.count
      return states[name] == nil && rank.map { tensor.shape.rank == $0 + 1 } ?? false
    }
    let counts = sequences.map { (name: $0.key, calls: $0.value.shape[0]) }
      .sorted { $0.name < $1.name }
    guard let (name, count) = counts.first else {
      throw .data(
        "no input has an axis of calls before those of the model, expected at least one for --state"
      )
    }
    guard count > 0 else { throw .data(at: .value(name), "found no calls, expected at least one") }
    if let other = counts.first(where: { $0.calls != count }) {
      throw .data(
        at: .value(other.name),
        "found \(other.calls) calls, expected \(count), as in input \(name.quoted)")
    }
    var first = inputs.merging(sequences.mapValues { $0.part(0) }) { $1 }
    let sizes = graph.sizesByName(first)
    for value in values where states[value.name] != nil && first[value.name] == nil {
      first[value.name] = try value.zeros(sizes)
    }
    (self.count, self.first, self.sequences, self.states) = (count, first, sequences, states)
  }

  /// The outputs of all calls, each as one tensor with the calls along a first axis of its own.
  ///
  /// - Parameter call: gives the outputs, always in the same order.
  func run(
    _ call: ([String: Tensor]) throws(Failure) -> [NamedTensor]
  ) throws(Failure) -> [NamedTensor] {
    guard let count else { return try call(first) }
    let progress = Progress("calling", total: count)
    var inputs = first
    var parts: [[Tensor]] = []
    var names: [String] = []
    for index in 0..<count {
      for (name, tensors) in sequences { inputs[name] = tensors.part(index) }
      let outputs = try call(inputs)
      names = outputs.map(\.name)
      for output in outputs {
        for (input, name) in states where name == output.name { inputs[input] = output.tensor }
      }
      parts.append(outputs.map { $0.tensor.reshaped(Shape([1] + $0.tensor.shape.sizes)) })
      progress.advance()
    }
    return try names.enumerated().map { index, name throws(Failure) in
      let tensors = parts.map { $0[index] }
      guard tensors.allSatisfy({ $0.shape == tensors[0].shape }) else {
        throw .data(at: .value(name), "found outputs of several shapes, expected one for all calls")
      }
      return NamedTensor(name, Tensor(joining: tensors))
    }
  }
}

extension Value {
  /// Zeros of the shape that it declares.
  ///
  /// - Parameter named: the sizes that are left open under a name.
  fileprivate func zeros(_ named: [String: Int]) throws(Failure) -> Tensor {
    let sizes = declared?.map { dimension in
      switch dimension {
      case .fixed(let size): size
      case .named(let name): named[name] ?? -1
      case .unknown: -1
      }
    }
    guard let element, let shape = sizes.flatMap({ Shape(checking: $0) }) else {
      throw .data(at: .value(name), "the model leaves its shape open; give --input \(name)=FILE")
    }
    return Tensor.zeros(element, shape)
  }
}

extension Tensor {
  /// The tensor at a place along the first axis, without that axis.
  fileprivate func part(_ index: Int) -> Tensor {
    rows(index..<index + 1).reshaped(Shape(Array(shape.sizes.dropFirst())))
  }
}
