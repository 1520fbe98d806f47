import OrderedCollections
public import Support
import Tensor

// The laws of a graph:
//
//  1. Names of values are unique and not empty; so are names of nodes.
//  2. Inputs, outputs and the operands of nodes lie in the table of values.
//  3. A value has one definition: it is an input, a constant, or an output of one node.
//  4. Nodes and the graph's outputs use only what is defined; nodes come after what they use.
//  5. A node names as many inputs and outputs as its operator takes, none left out that it needs.
//  6. The attributes of a node are those of its operator, defaults filled in.
//  7. The types of a node's outputs, where known, are those that its operator infers.
//  8. A clamp is ordered, and clamps a floating-point first output.
//  9. Inputs and constants have an element type. An input's shape is one that it declares.
// 10. A constant has the type of its elements; integers lie within it; codes lie within their
//     codebook, which ascends, has no zero and at most 255 values; there is a finite gain for each
//     slice of floats along the gains' axis.
// 11. Statistics have a finite peak of at least 0 and a density in 0 ... 1.
// 12. Only floating-point values have a fixed-point format, with a fraction in its range.
// 13. A graph in an attribute obeys these laws, but that its inputs may lack an element type, which what is
//     around it gives them.

extension Graph {
  /// Everything in which the graph breaks its laws (listed at the top of this file); empty for a
  /// graph that is right. O(nodes + values + elements of constants).
  public func verify() -> [Diagnostic] { verify(isInner: false) }

  /// - Parameter isInner: whether it is the graph of an attribute.
  func verify(isInner: Bool) -> [Diagnostic] {
    var verifier = Verifier(graph: self, isInner: isInner)
    verifier.checkNames()
    for value in values.elements { verifier.check(value) }
    verifier.checkInputs()
    for node in nodes { verifier.check(node) }
    verifier.checkOutputs()
    return verifier.diagnostics.all
  }
}

private struct Verifier {
  let graph: Graph
  let isInner: Bool
  var diagnostics = Diagnostics()
  /// The values that may be used, constants aside.
  var defined: Set<ID<Value>> = []

  init(graph: Graph, isInner: Bool) {
    self.graph = graph
    self.isInner = isInner
  }

  /// Law 1.
  mutating func checkNames() {
    var seen: Set<String> = []
    for value in graph.values.elements {
      if value.name.isEmpty { diagnostics.error(at: .value(""), "a value has no name") }
      if !seen.insert(value.name).inserted {
        diagnostics.error(at: .value(value.name), "the name is taken by another value")
      }
    }
    seen = []
    for node in graph.nodes {
      if node.name.isEmpty { diagnostics.error(at: .node(""), "a node has no name") }
      if !seen.insert(node.name).inserted {
        diagnostics.error(at: .node(node.name), "the name is taken by another node")
      }
    }
  }

  /// Law 2: the value, or nil after saying that there is none.
  mutating func value(_ id: ID<Value>, _ role: String, at place: Place) -> Value? {
    guard Int(id.index) < graph.values.count else {
      diagnostics.error(
        at: place, "\(role) is value \(id.index), expected one of \(graph.values.count) values")
      return nil
    }
    return graph.values[id]
  }

  /// Law 3.
  mutating func define(_ id: ID<Value>, _ role: String, at place: Place) {
    guard let value = value(id, role, at: place) else { return }
    if value.constant != nil {
      diagnostics.error(at: place, "\(role) is the constant \(value.name.quoted)")
    } else if !defined.insert(id).inserted {
      diagnostics.error(at: place, "\(role) defines \(value.name.quoted) a second time")
    }
  }

  /// Law 4.
  mutating func use(_ id: ID<Value>, _ role: String, at place: Place) {
    guard let value = value(id, role, at: place) else { return }
    if value.constant == nil && !defined.contains(id) {
      diagnostics.error(at: place, "\(role) is \(value.name.quoted), which is not defined before")
    }
  }

  /// Laws 3 and 9.
  mutating func checkInputs() {
    for (position, id) in graph.inputs.enumerated() {
      define(id, "input \(position) of the graph", at: Place())
      guard Int(id.index) < graph.values.count else { continue }
      let value = graph.values[id]
      if value.element == nil, !isInner {
        diagnostics.error(at: .value(value.name), "the input has no element type")
      }
      if let shape = value.shape, let declared = value.declared, !shape.fits(declared) {
        diagnostics.error(
          at: .value(value.name),
          "found the shape \(shape), expected one of \(GraphText.dimensions(declared))")
      }
    }
  }

  mutating func checkOutputs() {
    for (position, id) in graph.outputs.enumerated() {
      use(id, "output \(position) of the graph", at: Place())
    }
  }

  /// Laws 10 to 12.
  mutating func check(_ value: Value) {
    let place = Place.value(value.name)
    if let constant = value.constant {
      for problem in constant.problems { diagnostics.error(at: place, problem) }
      if value.type != constant.type {
        let found = value.type?.description ?? "no type"
        diagnostics.error(at: place, "found \(found), expected \(constant.type) as its constant")
      }
    }
    if let seen = value.statistics {
      if !(seen.peak >= 0 && seen.peak.isFinite) {
        diagnostics.error(at: place, "found the peak \(seen.peak), expected 0 or more")
      }
      if !(0...1).contains(seen.density) {
        diagnostics.error(at: place, "found the density \(seen.density), expected 0 to 1")
      }
    }
    if let format = value.format {
      if !FixedPoint.fractions.contains(format.fraction) {
        diagnostics.error(
          at: place, "found \(format.fraction) fraction bits, expected -40 to 40")
      }
      if let element = value.element, !element.isFloatingPoint {
        diagnostics.error(at: place, "found fixed point on \(element.rawValue)")
      }
    }
  }

  /// Laws 3 to 8.
  mutating func check(_ node: Node) {
    let place = Place.node(node.name)
    checkArity(node, at: place)
    for (position, id) in node.inputs.enumerated() {
      if let id { use(id, "input \(position)", at: place) }
    }
    for (position, id) in node.outputs.enumerated() {
      if let id { define(id, "output \(position)", at: place) }
    }
    do {
      let checked = try Attributes(node.attributes.values, specs: node.op.attributes)
      if checked != node.attributes {
        diagnostics.error(at: place, "the attributes lack defaults of \(node.op.name)")
      } else {
        checkTypes(node, at: place)
      }
    } catch {
      diagnostics.error(at: place, error.message)
    }
    for case .graph(let inner) in node.attributes.values.values {
      for problem in inner.verify(isInner: true) {
        diagnostics.error(
          at: place, "in graph \(inner.name.quoted): \(problem.place): \(problem.message)")
      }
    }
    checkClamp(node, at: place)
  }

  /// Law 5.
  mutating func checkArity(_ node: Node, at place: Place) {
    let op = node.op
    if !op.inputs.contains(node.inputs.count) {
      diagnostics.error(
        at: place,
        "found \(node.inputs.count) inputs, expected \(op.inputs.counted) of \(op.name)")
    }
    for (position, id) in node.inputs.prefix(op.inputs.lowerBound).enumerated() where id == nil {
      diagnostics.error(at: place, "input \(position) is left out, which \(op.name) needs")
    }
    if !op.outputs.contains(node.outputs.count) {
      diagnostics.error(
        at: place,
        "found \(node.outputs.count) outputs, expected \(op.outputs.counted) of \(op.name)")
    }
  }

  /// Law 7. Says nothing where arities or inputs are wrong or not all input types are known.
  mutating func checkTypes(_ node: Node, at place: Place) {
    let valid = { (id: ID<Value>?) in id.map { Int($0.index) < graph.values.count } ?? true }
    guard node.inputs.allSatisfy(valid), node.outputs.allSatisfy(valid),
      node.op.inputs.contains(node.inputs.count), node.op.outputs.contains(node.outputs.count),
      node.inputs.prefix(node.op.inputs.lowerBound).allSatisfy({ $0 != nil }),
      graph.knowsInputTypes(of: node)
    else { return }
    let types = graph.types(of: node) { $0.plain }
    do {
      for (id, inferred) in zip(node.outputs, try node.op.infer(types)) {
        guard let id else { continue }
        let value = graph.values[id]
        let found = TensorType(value.element ?? inferred.element, value.shape ?? inferred.shape)
        if found != inferred {
          diagnostics.error(
            at: place, "found \(found) for \(value.name.quoted), expected \(inferred)")
        }
      }
    } catch {
      diagnostics.error(at: place, error.message)
    }
  }

  /// Law 8.
  mutating func checkClamp(_ node: Node, at place: Place) {
    guard let clamp = node.clamp else { return }
    if !(clamp.lower <= clamp.upper) {
      diagnostics.error(
        at: place, "found a clamp to \(clamp.lower) ... \(clamp.upper), expected ordered bounds")
    }
    guard let first = node.outputs.first, let first, Int(first.index) < graph.values.count else {
      diagnostics.error(at: place, "found a clamp without a first output")
      return
    }
    if let element = graph.values[first].element, !element.isFloatingPoint {
      diagnostics.error(at: place, "found a clamp on \(element.rawValue), expected floats")
    }
  }
}

extension ClosedRange<Int> {
  /// `2` or `1 to 3`.
  fileprivate var counted: String {
    lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
  }
}

extension Shape {
  /// Whether an input that declares these sizes may have this shape.
  fileprivate func fits(_ declared: [Value.Dimension]) -> Bool {
    declared.count == rank
      && zip(sizes, declared).allSatisfy { size, dimension in
        if case .fixed(let expected) = dimension { size == expected } else { true }
      }
  }
}
