import Foundation
import Graph
import OrderedCollections
import Support

/// Graphs in attributes: the branches of If, the bodies of Loop and Scan.
extension Importer {
  /// How deep graphs may lie in each other.
  private static let deepest = 16

  /// The graph of an attribute. What it takes from outside becomes further inputs of it, after its own, and of
  /// the node that has the attribute; a constant it takes becomes its own.
  mutating func subgraph(_ bytes: Data, of draft: inout Draft) throws(Malformed) -> Graph {
    guard depth < Self.deepest else {
      throw Malformed("found graphs in graphs, expected at most \(Self.deepest) levels")
    }
    guard let message = Wire.unpackGraph(bytes) else {
      throw Malformed("found truncated or damaged bytes, expected a graph")
    }
    var inner = Importer(around: self, named: draft.name)
    inner.add(message)
    tensors = inner.tensors
    diagnostics = inner.diagnostics
    functions = inner.functions
    for name in inner.captures.map({ renamed?[$0] ?? $0 }) {
      used.insert(name)
      draft.captures.append(name)
    }
    return inner.graph
  }

  /// For a graph inside another's node.
  private init(around outer: Importer, named name: String) {
    tensors = outer.tensors
    diagnostics = outer.diagnostics
    opsets = outer.opsets
    functions = outer.functions
    arguments = outer.arguments
    // Inside of a function, names around it mean nothing.
    let scope = Scope(defined: outer.defined, values: outer.graph.values, renamed: outer.renamed)
    outside = [scope] + (outer.renamed == nil ? outer.outside : [])
    ranks = outer.renamed == nil ? outer.ranks : [:]
    graph = Graph(name: name)
    depth = outer.depth + 1
    valueNames = outer.valueNames
  }

  /// Takes a value from outside, if there is one of the name.
  mutating func capture(_ name: String, at place: Place) -> ID<Value>? {
    guard let value = outside.lazy.compactMap({ $0[name] }).first else { return nil }
    if let constant = value.constant {
      return define(Value(name, constant: constant), at: place)
    }
    let id = define(Value(name), at: place)
    graph.inputs.append(id)
    captures.append(name)
    return id
  }
}

/// The values that are defined around a graph.
struct Scope {
  var defined: [String: ID<Value>]
  var values: Table<Value>
  /// The names under which they are defined, by those that the graph has for them, if those are others.
  var renamed: [String: String]?

  subscript(name: String) -> Value? {
    guard let name = renamed == nil ? name : renamed?[name] else { return nil }
    return defined[name].map { values[$0] }
  }
}

extension Importer {
  /// The names that graphs in the attributes of a node take or give out, and those in theirs.
  static func namesInside(_ node: NodeMessage, depth: Int) -> Set<String> {
    guard depth < deepest else { return [] }
    var names: Set<String> = []
    for case let graph? in node.attributes.flatMap(\.graphs).map(Wire.unpackGraph) {
      names.formUnion(graph.outputs.map(\.name))
      for node in graph.nodes {
        names.formUnion(node.inputs)
        names.formUnion(namesInside(node, depth: depth + 1))
      }
    }
    return names
  }
}

extension Draft {
  /// The node with what its graphs take from outside among its inputs.
  var capturing: Draft {
    var node = self
    // A Loop may leave out both of its first inputs, which are in front of all others.
    while op == "Loop", node.inputs.count < 2 { node.inputs.append(nil) }
    guard !captures.isEmpty else { return node }
    node.inputs += captures
    node.attributes["captures"] = .int(Int64(captures.count))
    return node
  }
}
