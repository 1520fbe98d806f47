import Compiler
public import Foundation
public import Hardware
public import Support

extension Space {
  /// The most values of a parameter.
  private static let mostValues = 1000

  /// Reads a space file: every parameter must be a figure of the machine or an option of the compiler, and
  /// every value one that it can have.
  ///
  /// - Throws: 65 with all that is wrong in the file.
  public init(yaml bytes: Data, file: String, on machine: Machine) throws(Failure) {
    var yaml = try YAMLReader(bytes, file: file, kind: "space file")
    yaml.open("", ["format", "version", "parameters", "objectives"])
    yaml.expect("format", "sonic-space")
    yaml.expect("version", "1")
    var parameters: [Parameter] = []
    for scalar in yaml.scalars("parameters") ?? [] {
      let items = scalar.items
      var values: [String] = []
      var meanings: Set<Meaning> = []
      for item in items {
        do throws(SpaceProblem) {
          for text in try item.values(most: Self.mostValues) {
            guard values.count < Self.mostValues else {
              throw SpaceProblem(
                "\(scalar.key): expected at most \(Self.mostValues) values")
            }
            let (value, meaning) = try Self.value(text, of: scalar.key, on: machine)
            guard meanings.insert(meaning).inserted else {
              throw SpaceProblem("\(scalar.key): found \(value) twice")
            }
            values.append(value)
          }
        } catch {
          yaml.diagnostics.error(at: item.place, error.message)
        }
      }
      parameters.append(Parameter(name: scalar.key, values: values))
    }
    let objectives = Self.objectives(&yaml)
    try yaml.diagnostics.check()
    self.init(parameters: parameters, objectives: objectives)
  }

  private static func objectives(_ yaml: inout YAMLReader) -> [Objective] {
    guard yaml.has("objectives"), let scalar = yaml.scalar("objectives") else {
      _ = yaml.string("objectives")
      return []
    }
    let expected = "expected some of " + Objective.allCases.map(\.rawValue).joined(separator: ", ")
    var objectives: [Objective] = []
    for item in scalar.text.isEmpty ? [] : scalar.items {
      guard let objective = Objective(rawValue: item.text) else {
        yaml.diagnostics.error(
          at: item.place, "objectives: found \(item.text.quoted), \(expected)")
        continue
      }
      if !objectives.contains(objective) { objectives.append(objective) }
    }
    if objectives.isEmpty, !yaml.diagnostics.hasErrors {
      yaml.diagnostics.error(at: scalar.place(), "objectives: found nothing, \(expected)")
    }
    return objectives
  }

  /// What a value comes to, however it is spelled.
  private enum Meaning: Hashable {
    case option(String)
    case machine(Machine)
  }

  /// Checks that a parameter can have a value.
  ///
  /// - Returns: the value as options spell it, or the machine where it has the same.
  private static func value(
    _ value: String, of name: String, on machine: Machine
  ) throws(SpaceProblem) -> (spelling: String, meaning: Meaning) {
    if let option = CompilerParameter(rawValue: name) {
      var options = Options()
      guard option.set(value, in: &options), let spelling = option.value(of: options) else {
        throw SpaceProblem("\(name): found \(value.quoted), expected \(option.expected)")
      }
      return (spelling, .option(spelling))
    }
    guard let figure = machine.figures.first(where: { $0.path == name }) else {
      let options = CompilerParameter.allCases.map(\.rawValue)
      let near = name.nearNames(in: machine.figures.map(\.path) + options)
      throw SpaceProblem(
        "found parameter \(name.quoted), expected a figure of the machine, as conv.length, or one of "
          + options.joined(separator: ", ")
          + (near.isEmpty ? "" : "; near it: " + near.joined(separator: ", ")))
    }
    do throws(Failure) {
      let changed = try machine.setting([(name, value)], name: machine.name).withoutText
      let isSame = changed == machine.withoutText
      return (isSame ? figure.value : value, .machine(changed))
    } catch {
      throw SpaceProblem(error.diagnostics.first?.message ?? "\(name): found \(value.quoted)")
    }
  }
}

extension Machine {
  /// The machine whatever its file says about it.
  fileprivate var withoutText: Machine {
    var machine = self
    machine.figures = []
    machine.text = ""
    return machine
  }
}

/// What is wrong with an item of a space file.
private struct SpaceProblem: Error {
  let message: String

  init(_ message: String) { self.message = message }
}

/// A value, or a range of them, between two commas.
private struct SpaceItem {
  let text: String
  let place: Place

  /// The value itself, or those of `10 to 100 step 10`.
  func values(most: Int) throws(SpaceProblem) -> [String] {
    let words = text.split(separator: " ")
    guard words.count > 1, words[1] == "to" else {
      guard !text.isEmpty else { throw SpaceProblem("found nothing, expected a value") }
      return [text]
    }
    let numbers = words.enumerated().filter { $0.offset % 2 == 0 }.map { Int($0.element) }
    guard words.count == 3 || (words.count == 5 && words[3] == "step"),
      let from = numbers[0], let to = numbers[1], from <= to,
      let step = numbers.count == 3 ? numbers[2] : 1, step > 0
    else {
      throw SpaceProblem(
        "found \(text.quoted), expected whole numbers as in 10 to 100 step 10")
    }
    let (extent, isTooMuch) = to.subtractingReportingOverflow(from)
    guard !isTooMuch, extent / step < most else {
      throw SpaceProblem("found \(text.quoted), expected at most \(most) values")
    }
    return stride(from: from, through: to, by: step).map(String.init)
  }
}

extension YAMLReader.Scalar {
  /// What stands between commas.
  fileprivate var items: [SpaceItem] {
    var items: [SpaceItem] = []
    var offset = 0
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let blanks = part.prefix { $0 == " " }.count
      items.append(
        SpaceItem(
          text: part.trimmingCharacters(in: .whitespaces), place: place(of: offset + blanks)))
      offset += part.count + 1
    }
    return items
  }
}
