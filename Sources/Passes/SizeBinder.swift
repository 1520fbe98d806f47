import Compiler
import Graph
import Support
import Tensor

/// Binds the sizes that a graph's inputs leave open, from whole shapes (`--shape`), sizes by name
/// (`--dim`) and calibration samples. An open first axis is the batch: samples may have any number
/// there, and it becomes 1 if nothing else binds it.
struct SizeBinder {
  private var graph: Graph
  private let options: Options
  /// Sizes by the name under which inputs leave them open.
  private var sizes: [String: Int] = [:]
  private var diagnostics = Diagnostics()

  init(_ graph: Graph, options: Options) {
    self.graph = graph
    self.options = options
  }

  /// The graph with a shape for every input.
  ///
  /// - Throws: exit code 64 with everything that is missing or does not fit.
  mutating func bind() throws(Failure) -> Graph {
    checkNames()
    for input in graph.inputs { bindNames(graph.values[input]) }
    for input in graph.inputs {
      if let shape = shape(graph.values[input]) { graph.values[input].shape = shape }
    }
    try diagnostics.check(.usage)
    return graph
  }

  /// Takes the sizes given by name; complains about those that the model does not know.
  private mutating func checkNames() {
    let inputs = graph.inputs.map { graph.values[$0] }
    let open = inputs.flatMap { $0.declared ?? [] }.compactMap(\.name)
    for (name, size) in options.dimensions.sorted(by: { $0.key < $1.key }) {
      let place = Place(.named("--dim \(name)"))
      if size < 1 {
        diagnostics.error(at: place, "found \(size), expected at least 1")
      } else if !open.contains(name) {
        diagnostics.error(at: place, "no input has an open size of this name" + Self.expected(open))
      } else {
        sizes[name] = size
      }
    }
    for name in options.shapes.keys.sorted() where !inputs.contains(where: { $0.name == name }) {
      diagnostics.error(
        at: Place(.named("--shape \(name)")),
        "no input has this name" + Self.expected(inputs.map(\.name)))
    }
  }

  private static func expected(_ names: [String]) -> String {
    if names.isEmpty { return "" }
    return ", expected one of " + Set(names).sorted().joined(separator: ", ")
  }

  /// Binds the names of an input's open sizes by its whole shape or, but for the batch, its
  /// samples.
  private mutating func bindNames(_ input: Value) {
    if let shape = options.shapes[input.name] {
      bindNames(input, shape, at: Place(.named("--shape \(input.name)")), from: 0)
    }
    for sample in options.samples {
      guard let shape = sample[input.name]?.shape else { continue }
      bindNames(input, shape, at: Place(.named("sample of \(input.name)")), from: 1)
    }
  }

  private mutating func bindNames(
    _ input: Value, _ shape: Shape, at place: Place, from first: Int
  ) {
    guard let declared = input.declared, declared.count == shape.rank else { return }
    for axis in declared.indices.dropFirst(first) {
      guard case .named(let name) = declared[axis] else { continue }
      if let size = sizes[name], size != shape[axis] {
        diagnostics.error(at: place, "found \(shape[axis]) for \(name), expected \(size)")
      } else {
        sizes[name] = shape[axis]
      }
    }
  }

  /// The shape of an input; nil after a complaint.
  private mutating func shape(_ input: Value) -> Shape? {
    let sample = options.samples.lazy.compactMap { $0[input.name]?.shape }.first
    let whole = options.shapes[input.name]
    let place = whole == nil ? Place.value(input.name) : Place(.named("--shape \(input.name)"))
    guard
      let declared = input.shape?.sizes.map({ .fixed($0) }) ?? input.declared
        ?? (whole ?? sample).map({ [Value.Dimension](repeating: .unknown, count: $0.rank) })
    else {
      diagnostics.error(
        at: place, "the model declares no shape; give --shape \(input.name)=SIZES")
      return nil
    }
    guard whole?.rank ?? declared.count == declared.count else {
      diagnostics.error(at: place, "found \(whole!), expected \(Self.text(declared))")
      return nil
    }
    let bound = declared.indices.map { axis in
      size(declared[axis], axis: axis, whole: whole, sample: sample)
    }
    return checked(bound, declared, whole, input, at: place)
  }

  /// The size of one axis, nil if nothing binds it.
  private func size(
    _ dimension: Value.Dimension, axis: Int, whole: Shape?, sample: Shape?
  ) -> Int? {
    switch dimension {
    case .fixed(let size): return size
    case .named(let name):
      if let size = whole?[axis] ?? sizes[name] { return size }
    case .unknown:
      if let size = whole?[axis] { return size }
      if axis > 0, let sample, axis < sample.rank { return sample[axis] }
    }
    return axis == 0 ? 1 : nil
  }

  private mutating func checked(
    _ bound: [Int?], _ declared: [Value.Dimension], _ whole: Shape?, _ input: Value, at place: Place
  ) -> Shape? {
    let sizes = bound.compactMap { $0 }
    guard sizes.count == bound.count else {
      diagnostics.error(at: place, missing(bound, declared, input.name))
      return nil
    }
    if let whole, whole.sizes != sizes {
      diagnostics.error(at: place, "found \(whole), expected \(Self.text(declared))")
      return nil
    }
    guard sizes.allSatisfy({ $0 > 0 }), let shape = Shape(checking: sizes) else {
      let text = sizes.map(String.init).joined(separator: "x")
      diagnostics.error(at: place, "found sizes \(text), expected positive ones that fit")
      return nil
    }
    return shape
  }

  /// Says which sizes are open, and how to give them.
  private func missing(
    _ bound: [Int?], _ declared: [Value.Dimension], _ name: String
  ) -> String {
    let open = bound.indices.filter { bound[$0] == nil }
    let names = open.compactMap { declared[$0].name }
    let dims = names.count == open.count ? names.map { "--dim \($0)=SIZE" } : []
    let shape = bound.indices.map { bound[$0].map(String.init) ?? "SIZE" }.joined(separator: "x")
    let axes = open.map { declared[$0].name ?? "axis \($0)" }.joined(separator: ", ")
    let flags = dims.isEmpty ? "" : dims.joined(separator: " ") + " or "
    return "the shape \(Self.text(declared)) leaves \(axes) open; "
      + "give \(flags)--shape \(name)=\(shape)"
  }

  private static func text(_ declared: [Value.Dimension]) -> String {
    declared.isEmpty ? "scalar" : declared.map(\.description).joined(separator: "x")
  }
}

extension Value.Dimension {
  fileprivate var name: String? {
    if case .named(let name) = self { name } else { nil }
  }
}
