import Graph
import Support
import Tensor

extension ModelFlags {
  /// The tensors that `--fix` gives to inputs of a graph, by name.
  ///
  /// - Throws: exit code 64 for what is no input, or no value of its type; the errors of reading a
  ///   file.
  func fixedInputs(of graph: Graph) throws(Failure) -> [String: Tensor] {
    let inputs = graph.inputs.map { graph.values[$0] }
    var diagnostics = Diagnostics()
    var tensors: [String: Tensor] = [:]
    let texts = try fix.keyed(for: "--fix", \.name, \.text).sorted { $0.key < $1.key }
    for (name, text) in texts {
      let place = Place(.named("--fix \(name)"))
      guard let input = inputs.first(where: { $0.name == name }) else {
        let names = inputs.map(\.name).joined(separator: ", ")
        diagnostics.error(at: place, "no input has this name, expected one of \(names)")
        continue
      }
      if text.hasPrefix("@") {
        tensors[name] = try TensorFile.read(String(text.dropFirst()))
      } else if let type = input.element {
        tensors[name] = tensor(of: text, type, for: input, place, &diagnostics)
      }
    }
    try diagnostics.check(.usage)
    return tensors
  }

  /// The tensor of numbers with commas between them: of the shape that the input declares if it has as
  /// many elements, or else a list; nil after a complaint.
  private func tensor(
    of text: String, _ type: ElementType, for input: Value, _ place: Place,
    _ diagnostics: inout Diagnostics
  ) -> Tensor? {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.map { Tensor(type, spelling: $0) }
    if let wrong = numbers.firstIndex(of: nil) {
      diagnostics.error(
        at: place,
        "found \(String(words[wrong]).quoted), expected a value of \(type.rawValue)")
      return nil
    }
    let list = Tensor(joining: numbers.compactMap(\.self))
    guard let shape = input.shape, shape.count == list.count else { return list }
    return list.reshaped(shape)
  }
}

extension Tensor {
  /// A scalar; nil if the text spells no finite value of the type.
  fileprivate init?(_ type: ElementType, spelling text: Substring) {
    if type.isFloatingPoint {
      let number =
        type == .double
        ? Double(text).map { Tensor([], doubles: [$0]) }
        : Float(text).map { Tensor([], floats: [$0], type: type).rounded }
      guard let number, number.doubles[0].isFinite else { return nil }
      self = number
    } else {
      guard let int = type.integer(text) else { return nil }
      self.init([], ints: [int], type: type)
    }
  }
}
