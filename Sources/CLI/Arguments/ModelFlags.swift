import ArgumentParser
import Compiler

/// A frontend by name, as `--format` takes it.
struct Format: ExpressibleByArgument {
  let frontend: any Frontend.Type

  init?(argument: String) {
    guard let frontend = frontends.first(where: { $0.name == argument }) else { return nil }
    self.frontend = frontend
  }

  static var allValueStrings: [String] { frontends.map { $0.name } }
  var defaultValueDescription: String { frontend.name }
}

/// How a model is to be read.
struct ModelFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The format of the model, where its extension does not tell.", valueName: "format"))
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "Fix an input: a number, numbers, or a file; may be repeated.",
      discussion: """
        The input becomes a constant, and what follows from it is computed once: branches that it \
        chooses are the model's own layers then. Numbers have commas between them.
        """, valueName: "name=n|n,n,...|@file.npy"))
  var fix: [NamedText] = []
}

extension CompletionKind {
  /// Files that frontends read.
  static var model: CompletionKind { .file(extensions: frontends.flatMap { $0.extensions }) }
}
