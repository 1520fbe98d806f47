import Graph
import Support
import Tensor

/// Which values are transposes of others if nodes take their inputs untransposed where they can, and
/// which of them must then be computed, as a node or the user reads them.
struct TransposeLayouts {
  /// A value as what `permutation` makes of `origin`: of a value that is as it is, or of what a node
  /// with an untransposed form computes in place of its output `origin`.
  struct Layout: Hashable {
    var origin: ID<Value>
    var permutation: Permutation
  }

  let graph: Graph
  /// The forms that nodes take, by their index.
  private(set) var forms: [Int: UntransposedForm] = [:]
  /// The outputs of the graph in each layout that they are transposed to.
  private(set) var outputs: [Layout: [ID<Value>]] = [:]
  /// The values that something reads transposed.
  private(set) var read: Set<ID<Value>> = []
  private var layouts: [Layout?]
  /// For each value with a layout, the index of the Transpose that it is from.
  private var sources: [Int]
  /// Values in one set share their Transposes.
  private var regions: DisjointSets

  /// - Parameter allowed: the nodes, by their index, that may take their inputs untransposed; nil
  ///   for all.
  init(_ graph: Graph, allowed: Set<Int>? = nil) {
    self.graph = graph
    layouts = [Layout?](repeating: nil, count: graph.values.count)
    sources = [Int](repeating: 0, count: graph.values.count)
    regions = DisjointSets(graph.values.count)
    for (index, node) in graph.nodes.enumerated() {
      if let permutation = Permutation(node, in: graph) {
        transpose(node, at: index, permutation)
      } else if allowed?.contains(index) ?? true,
        let form = UntransposedForm(
          node, in: graph, transposed: { layouts[Int($0.index)]?.permutation })
      {
        take(form, of: node, at: index)
      } else {
        for case let input? in node.inputs { read(input) }
      }
    }
    for output in Set(graph.outputs).sorted() {
      read(output)
      if let layout = layout(output) { outputs[layout, default: []].append(output) }
    }
  }

  /// What a value is transposed from; nil if it is as it is.
  func layout(_ id: ID<Value>) -> Layout? { layouts[Int(id.index)] }

  /// An output of the graph that is what a value is, or is before it is transposed.
  func restored(_ id: ID<Value>) -> ID<Value>? {
    guard let rank = graph.values[id].shape?.rank else { return nil }
    return outputs[Layout(origin: id, permutation: Permutation(Array(0..<rank)))]?.first
  }

  /// The Transpose that a value with a layout is from.
  func source(_ id: ID<Value>) -> Node { graph.nodes[sources[Int(id.index)]] }

  /// The nodes with forms that need no more Transposes, nor such that move more, than are there.
  mutating func worthwhile() -> Set<Int> {
    let regions = self.balances()
    return Set(
      forms.keys.filter { index in
        let output = graph.nodes[index].outputs.lazy.compactMap { $0 }.first
        return output.map { regions[region(of: $0)]?.isGood ?? true } ?? false
      })
  }

  // MARK: Layouts

  private mutating func transpose(_ node: Node, at index: Int, _ permutation: Permutation) {
    guard let input = node.inputs[0], let output = node.outputs[0] else { return }
    let layout =
      layout(input).map { Layout(origin: $0.origin, permutation: $0.permutation.then(permutation)) }
      ?? Layout(origin: input, permutation: permutation)
    layouts[Int(output.index)] = layout
    sources[Int(output.index)] = index
    regions.join(Int(output.index), Int(layout.origin.index))
  }

  private mutating func take(_ form: UntransposedForm, of node: Node, at index: Int) {
    forms[index] = form
    let outputs = node.outputs.compactMap { $0 }
    var source: Int?
    for operand in form.operands {
      switch operand {
      case .untransposed(let input):
        source = source ?? sources[Int(input.index)]
        for output in outputs { regions.join(Int(output.index), Int(input.index)) }
      case .same(let input): read(input)
      case .permuted, .axes, nil: break
      }
    }
    for output in outputs {
      sources[Int(output.index)] = source ?? 0
      guard !form.permutation.isIdentity else { continue }
      layouts[Int(output.index)] = Layout(origin: output, permutation: form.permutation)
    }
  }

  private mutating func read(_ id: ID<Value>) {
    if let layout = layout(id), !layout.permutation.isIdentity { read.insert(id) }
  }

  // MARK: Worth

  /// How many Transposes there are more than needed, and how many elements they move.
  private struct Balance {
    var count = 0
    var elements = 0

    var isGood: Bool { count >= 0 && elements >= 0 }
  }

  private mutating func region(of id: ID<Value>) -> Int { regions.find(Int(id.index)) }

  private mutating func balances() -> [Int: Balance] {
    var balances: [Int: Balance] = [:]
    func elements(_ id: ID<Value>) -> Int { graph.values[id].shape?.count ?? 0 }
    for node in graph.nodes {
      guard let output = node.outputs.first ?? nil, Permutation(node, in: graph) != nil else {
        continue
      }
      balances[region(of: output), default: Balance()].count += 1
      balances[region(of: output), default: Balance()].elements += elements(output)
    }
    for layout in Set(read.compactMap { self.layout($0) }) {
      let needed = max(outputs[layout]?.count ?? 0, 1)
      balances[region(of: layout.origin), default: Balance()].count -= needed
      balances[region(of: layout.origin), default: Balance()].elements -=
        needed * elements(layout.origin)
    }
    return balances
  }
}
