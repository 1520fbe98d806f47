import Support
import Tensor

/// Reads the text form of a graph, statement by statement. Literals are in
/// TextParser+Literals.swift.
struct GraphParser {
  var reader: TextReader
  private var definitions: [Definition] = []
  private var ids: [String: ID<Value>] = [:]
  private var nodes: [Node] = []
  private var inputs: [ID<Value>] = []
  private var outputs: [ID<Value>] = []

  private struct Definition {
    var value: Value
    var index: Int
    var offset: Int
  }

  /// A value's name where it is defined, with its index in the table if that is given.
  private struct Name {
    var text: String
    var index: Int?
    var offset: Int
  }

  init(_ text: String) {
    reader = TextReader(Array(text.utf8), comments: true)
  }

  mutating func graph() throws(Failure) -> Graph {
    try expect(word: "graph")
    let name = try reader.string()
    try reader.expect("{")
    while !reader.takes("}") { try statement() }
    reader.skipSpace()
    if reader.next != nil { throw reader.unexpected("the end of the text") }
    return Graph(
      name: name, values: try table(), nodes: nodes, inputs: inputs, outputs: outputs)
  }

  mutating func expect(word: String) throws(Failure) {
    if !reader.takes(word: word) { throw reader.unexpected("\"\(word)\"") }
  }

  private mutating func statement() throws(Failure) {
    if reader.takes(word: "input") {
      inputs.append(try declaration())
    } else if reader.takes(word: "value") {
      _ = try declaration()
    } else if reader.takes(word: "const") {
      try constantStatement()
    } else if reader.takes(word: "output") {
      outputs.append(try use())
    } else if reader.peekWord() == "_" || reader.next.map({ "%=".utf8.contains($0) }) ?? false {
      try node()
    } else {
      throw reader.unexpected("a statement or \"}\"")
    }
  }

  // MARK: Values

  /// The values in the order of their indices, which must be 0, 1, 2 ...
  private func table() throws(Failure) -> Table<Value> {
    var values = [Value?](repeating: nil, count: definitions.count)
    for definition in definitions {
      // Only where it is needed: to find a line, the text before it is read again.
      let place = { reader.place(definition.offset) }
      guard definition.index < values.count else {
        throw .data(
          at: place(), "found the index \(definition.index), expected one below \(values.count)")
      }
      guard values[definition.index] == nil else {
        throw .data(at: place(), "found the index \(definition.index) a second time")
      }
      values[definition.index] = definition.value
    }
    return Table(values.compactMap(\.self))
  }

  /// `%conv1`, `%"a name"`; without the percent sign.
  private mutating func valueName() throws(Failure) -> String {
    try reader.expect("%")
    if reader.next == UInt8(ascii: "\"") { return try reader.string() }
    let start = reader.offset
    while let byte = reader.next, GraphText.isBare(byte) { reader.advance(1) }
    guard reader.offset > start else { throw reader.unexpected("a name") }
    return String(decoding: reader.bytes[start..<reader.offset], as: UTF8.self)
  }

  private mutating func definedName() throws(Failure) -> Name {
    reader.skipSpace()
    var name = Name(text: "", index: nil, offset: reader.offset)
    name.text = try valueName()
    if reader.takes("@") { name.index = try size("an index") }
    return name
  }

  private mutating func define(_ name: Name, _ facts: Facts) throws(Failure) -> ID<Value> {
    let place = { [reader] in reader.place(name.offset) }
    let index = name.index ?? (definitions.last?.index ?? -1) + 1
    guard index <= Int(Int32.max) else {
      throw .data(at: place(), "found the index \(index), expected one below the number of values")
    }
    guard ids[name.text] == nil else {
      throw .data(at: place(), "found %\(name.text), which is defined above")
    }
    var value = Value(
      name.text, element: facts.element, shape: facts.shape, declared: facts.declared)
    value.statistics = facts.statistics
    value.format = facts.format
    definitions.append(Definition(value: value, index: index, offset: name.offset))
    ids[name.text] = ID(index)
    return ID(index)
  }

  /// `%x: uint8 1x28x28`
  private mutating func declaration() throws(Failure) -> ID<Value> {
    let name = try definedName()
    try reader.expect(":")
    return try define(name, try facts())
  }

  private mutating func constantStatement() throws(Failure) {
    _ = try declaration()
    guard let type = definitions[definitions.count - 1].value.type else {
      throw reader.unexpected("an element type and a shape before this")
    }
    try reader.expect("=")
    definitions[definitions.count - 1].value.constant = try constant(type)
  }

  private mutating func use() throws(Failure) -> ID<Value> {
    reader.skipSpace()
    let start = reader.offset
    let name = try valueName()
    guard let id = ids[name] else {
      throw .data(at: reader.place(start), "found %\(name), which is not defined above")
    }
    return id
  }

  // MARK: Nodes

  private mutating func node() throws(Failure) {
    let names = try outputNames()
    try reader.expect("=")
    let op = try operatorName()
    let name = try nodeName(names)
    let inputs = try operands()
    let attributes = try attributes(of: op)
    let clamp = try clamp()
    let origins = reader.takes(word: "from") ? try strings() : nil
    let nonzeros = reader.takes(word: "nonzeros") ? try counts() : []
    let outputs = try define(names)
    var node = Node(
      name, op, attributes: attributes, inputs: inputs, outputs: outputs, clamp: clamp,
      origins: origins)
    node.nonzeros = nonzeros
    nodes.append(node)
  }

  private mutating func outputNames() throws(Failure) -> [Name?] {
    var names: [Name?] = []
    reader.skipSpace()
    if reader.next == UInt8(ascii: "=") { return names }
    repeat {
      names.append(reader.takes(word: "_") ? nil : try definedName())
    } while reader.takes(",")
    return names
  }

  private mutating func operatorName() throws(Failure) -> Operator {
    guard let op = Operator.named(String(reader.peekWord())) else {
      throw reader.unexpected("the name of an operator")
    }
    reader.advance(op.name.utf8.count)
    return op
  }

  /// The quoted name of a node, or that of its first output.
  private mutating func nodeName(_ outputs: [Name?]) throws(Failure) -> String {
    reader.skipSpace()
    if reader.next == UInt8(ascii: "\"") { return try reader.string() }
    guard let first = outputs.first, let first else {
      throw reader.unexpected("a name for the node, as it has no first output")
    }
    return first.text
  }

  private mutating func operands() throws(Failure) -> [ID<Value>?] {
    var operands: [ID<Value>?] = []
    try reader.expect("(")
    if reader.takes(")") { return operands }
    repeat { operands.append(reader.takes(word: "_") ? nil : try use()) } while reader.takes(",")
    guard reader.takes(")") else { throw reader.unexpected("\",\" or \")\"") }
    return operands
  }

  private mutating func clamp() throws(Failure) -> Clamp? {
    guard reader.takes(word: "clamp") else { return nil }
    try reader.expect("(")
    let lower = try float()
    try reader.expect(",")
    let upper = try float()
    try reader.expect(")")
    return Clamp(lower: lower, upper: upper)
  }

  /// Defines the outputs of a node by what is known of them, if anything follows.
  private mutating func define(_ names: [Name?]) throws(Failure) -> [ID<Value>?] {
    let hasFacts = reader.takes(":")
    var outputs: [ID<Value>?] = []
    var isFirst = true
    for name in names {
      guard let name else {
        outputs.append(nil)
        continue
      }
      if hasFacts, !isFirst { try reader.expect(",") }
      outputs.append(try define(name, hasFacts ? try facts() : Facts()))
      isFirst = false
    }
    return outputs
  }
}
