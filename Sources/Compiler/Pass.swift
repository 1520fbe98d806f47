public import Hardware
public import Support

/// One step of the compiler: a named function between levels, with a law in its doc comment.
public struct Pass<Input: Sendable, Output: Sendable>: Sendable {
  /// As `--dump-after` takes it: `fold-constants`.
  public let name: String
  /// One line for the reference page.
  public let summary: String
  public let run: @Sendable (Input, inout Context) throws(Failure) -> Output

  public init(
    _ name: String, _ summary: String,
    run: @escaping @Sendable (Input, inout Context) throws(Failure) -> Output
  ) {
    self.name = name
    self.summary = summary
    self.run = run
  }
}

/// What every pass may see: the user's choices, the machine, and where messages go.
public struct Context: Sendable {
  public var options: Options
  public var machine: Machine
  public var diagnostics: Diagnostics

  public init(options: Options, machine: Machine, diagnostics: Diagnostics = Diagnostics()) {
    self.options = options
    self.machine = machine
    self.diagnostics = diagnostics
  }
}
