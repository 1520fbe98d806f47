/// Elementary operations of an electronic unit, counted by what they cost. Bytes read and written
/// are not here: they follow from the operands.
public struct Work: Hashable, Sendable {
  /// Additions and subtractions.
  public var adds: Int
  public var multiplies: Int
  /// Divisions and square roots.
  public var divides: Int
  /// Comparisons, selections and sign changes.
  public var compares: Int
  /// Transcendental functions: exp, log, tanh, erf ...
  public var functions: Int
  /// Elements moved without being changed.
  public var moves: Int

  public init(
    adds: Int = 0, multiplies: Int = 0, divides: Int = 0, compares: Int = 0, functions: Int = 0,
    moves: Int = 0
  ) {
    self.adds = adds
    self.multiplies = multiplies
    self.divides = divides
    self.compares = compares
    self.functions = functions
    self.moves = moves
  }

  public static func + (a: Work, b: Work) -> Work {
    Work(
      adds: a.adds + b.adds, multiplies: a.multiplies + b.multiplies,
      divides: a.divides + b.divides, compares: a.compares + b.compares,
      functions: a.functions + b.functions, moves: a.moves + b.moves)
  }

  /// The same work done `count` times.
  public static func * (work: Work, count: Int) -> Work {
    Work(
      adds: work.adds * count, multiplies: work.multiplies * count, divides: work.divides * count,
      compares: work.compares * count, functions: work.functions * count, moves: work.moves * count)
  }
}
