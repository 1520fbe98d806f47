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
}

extension CompletionKind {
  /// Files that frontends read.
  static var model: CompletionKind { .file(extensions: frontends.flatMap { $0.extensions }) }
}
