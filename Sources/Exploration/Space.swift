/// Designs to choose from: what is varied, and what they are judged by.
public struct Space: Sendable {
  /// A figure of the machine by its path, or an option of the compiler, with the values that it may have,
  /// spelled as in a machine file or on the command line.
  public struct Parameter: Sendable, Equatable {
    public let name: String
    public let values: [String]

    public init(name: String, values: [String]) {
      self.name = name
      self.values = values
    }
  }

  public let parameters: [Parameter]
  public let objectives: [Objective]

  public init(parameters: [Parameter], objectives: [Objective]) {
    self.parameters = parameters
    self.objectives = objectives
  }

  /// The most designs that a search may choose: what is known of them fits any memory.
  public static let mostChosen = 100_000

  /// How many designs there are; the largest number where they are more.
  public var count: Int {
    parameters.reduce(1) { product, parameter in
      let (count, isTooMuch) = product.multipliedReportingOverflow(by: parameter.values.count)
      return isTooMuch ? .max : count
    }
  }

  /// The place among its values that each parameter of a design has, the last parameter varying fastest.
  ///
  /// - Parameter index: from 0 to ``count``.
  func choices(at index: Int) -> [Int] {
    var rest = index
    return Array(
      parameters.reversed().map { parameter in
        defer { rest /= parameter.values.count }
        return rest % parameter.values.count
      }.reversed())
  }

  func design(_ choices: [Int]) -> Design {
    Design(zip(parameters, choices).map { ($0.name, $0.values[$1]) })
  }
}

/// A value for each of some parameters.
public struct Design: Sendable, Hashable {
  /// By parameters.
  public let values: [String: String]

  init(_ values: [(name: String, value: String)]) {
    self.values = Dictionary(values.map { ($0.name, $0.value) }) { $1 }
  }

  /// `conv.length=5, conv.units=50`, in the order of the names: a design's identity in a database.
  public var text: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
  }

  /// The same with another value for a parameter.
  func setting(_ name: String, _ value: String) -> Design {
    Design(values.map { ($0.key, $0.value) } + [(name, value)])
  }
}
