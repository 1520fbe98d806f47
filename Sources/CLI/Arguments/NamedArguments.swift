import ArgumentParser
import Compiler
import Support
import Tensor

/// Cuts `NAME=REST` at the last `=`, as names may hold one; nil without an `=`.
private func cut(_ argument: String) -> (name: String, rest: String)? {
  guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else { return nil }
  return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
}

/// `NAME=FILE`, or `FILE` where there is no choice.
struct NamedFile: ExpressibleByArgument {
  let name: String?
  let file: String

  init?(argument: String) {
    let parts = cut(argument)
    name = parts?.name
    file = parts?.rest ?? argument
    if file.isEmpty { return nil }
  }
}

/// `NAME=VALUE`, with the value as it was written.
struct NamedText: ExpressibleByArgument {
  let name: String
  let text: String

  init?(argument: String) {
    guard let (name, rest) = cut(argument), !rest.isEmpty else { return nil }
    self.name = name
    text = rest
  }
}

/// `PATH=VALUE,VALUE,...`: figures of a machine to try one after another.
struct Sweep: ExpressibleByArgument {
  let path: String
  let values: [String]

  init?(argument: String) {
    guard let (path, rest) = cut(argument) else { return nil }
    self.path = path
    values = rest.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingPrefix { $0 == " " }.description
    }
    if values.contains("") { return nil }
  }

  /// The unit that all numbers have, and the numbers; nil where they have not, or are none.
  var numbers: (unit: String, values: [Double])? {
    let parts = values.map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
    let units = Set(parts.map { $0.count > 1 ? $0[1] : "" })
    let numbers = parts.compactMap { $0.first.flatMap { Double($0) } }
    guard units.count == 1, let unit = units.first, numbers.count == values.count else {
      return nil
    }
    return (unit, numbers)
  }
}

/// `NAME=N`
struct NamedSize: ExpressibleByArgument {
  let name: String
  let size: Int

  init?(argument: String) {
    guard let (name, rest) = cut(argument), let size = Int(rest), size > 0 else { return nil }
    self.name = name
    self.size = size
  }
}

/// `INPUT=1x3x224x224`
struct NamedShape: ExpressibleByArgument {
  let name: String
  let shape: Shape

  init?(argument: String) {
    guard let (name, rest) = cut(argument) else { return nil }
    let sizes = rest.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sizes.allSatisfy({ $0 > 0 }), let shape = Shape(checking: sizes) else { return nil }
    self.name = name
    self.shape = shape
  }
}

/// `attention=ecu` or `attention=vdu`
struct AttentionMap: ExpressibleByArgument {
  let attention: Options.Attention

  init(attention: Options.Attention) { self.attention = attention }

  init?(argument: String) {
    guard let (name, rest) = cut(argument), name == "attention",
      let attention = Options.Attention(rawValue: rest)
    else { return nil }
    self.attention = attention
  }

  var defaultValueDescription: String { "attention=\(attention.rawValue)" }
}

extension Sequence {
  /// The elements by name.
  ///
  /// - Throws: exit code 64 for a name that comes twice with different values.
  func keyed<Value: Equatable>(
    for flag: String, _ name: (Element) -> String, _ value: (Element) -> Value
  ) throws(Failure) -> [String: Value] {
    var result: [String: Value] = [:]
    for element in self {
      let name = name(element)
      if let earlier = result.updateValue(value(element), forKey: name), earlier != value(element) {
        throw Failure(
          .usage, at: Place(.named("\(flag) \(name)")),
          "found \(value(element)), expected the same as before: \(earlier)")
      }
    }
    return result
  }
}
