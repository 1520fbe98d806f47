import Compiler
import Graph
import Passes
import Plan
import SONICBackend
import Support

/// A model on its way to a program.
struct Compilation {
  /// The model's path, for messages.
  private let file: String
  /// FNV-1a of the model file.
  private let hash: String
  /// What the passes start from; they take it, so that its weights are freed as soon as possible.
  private var graph: Graph?
  private var context: Context

  /// - Throws: what is wrong with the files that flags name.
  init(_ model: Model, _ flags: CompileFlags) throws(Failure) {
    file = model.file
    hash = model.hash
    graph = model.graph
    context = Context(
      options: try flags.options(for: model), machine: try flags.target(),
      diagnostics: model.diagnostics)
  }

  /// Runs the passes up to and including the one called `last`, or all, and reports warnings. To be
  /// called once.
  ///
  /// - Parameter isQuiet: whether `observe` leaves standard error to the progress bar.
  mutating func run(
    until last: String? = nil, isVerified: Bool = false, isQuiet: Bool = true,
    observe: (_ pass: String, _ made: Pipeline.Stage, _ took: Duration) -> Void = { _, _, _ in }
  ) throws(Failure) -> Pipeline.Stage {
    defer { reportWarnings() }
    return try about(file) { () throws(Failure) in
      guard let graph = graph.take() else { throw Failure(.bug, "the passes run a second time") }
      let passes = Standard.pipeline.passes.count
      let progress = Progress("compiling", total: passes, isAlone: isQuiet)
      return try Standard.pipeline.run(
        consume graph, &context, until: last, isVerified: isVerified
      ) { pass, made, took in
        observe(pass, made, took)
        progress.advance()
      }
    }
  }

  /// Errors are thrown; what else there is to say goes to standard error.
  private mutating func reportWarnings() {
    let rest = context.diagnostics.all.filter { $0.severity != .error }
    Console.report(
      rest.map { Diagnostic($0.severity, at: $0.place.inFile(file), $0.message) })
    context.diagnostics = Diagnostics()
  }

  /// The program of a plan that all passes have seen.
  func program(of plan: Plan) throws(Failure) -> Program {
    let provenance = Provenance(compiler: "sonic \(version)", modelHash: hash)
    return try about(file) { () throws(Failure) in
      try SONIC.compile(plan, provenance: provenance)
    }
  }

  /// The program of the model, verified.
  mutating func runnable(
    observe: (_ pass: String, _ made: Pipeline.Stage, _ took: Duration) -> Void = { _, _, _ in }
  ) throws(Failure) -> Runnable {
    guard case .plan(let plan) = try run(observe: observe) else {
      throw Failure(.bug, at: Place(file: file), "the passes made no plan")
    }
    return try verified(try program(of: plan))
  }

  /// Verifies a program that we made: what it breaks is our bug.
  func verified(_ program: Program) throws(Failure) -> Runnable {
    do {
      return try Runnable(program)
    } catch {
      throw Failure(.bug, error.diagnostics).inFile(file)
    }
  }
}
