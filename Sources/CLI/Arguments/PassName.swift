import ArgumentParser
import Compiler
import Passes

/// A pass by its name.
struct PassName: ExpressibleByArgument {
  let name: String

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument
  }

  static var allValueStrings: [String] { Standard.pipeline.passes.map(\.name) }
  var defaultValueDescription: String { name }

  /// Whether it makes a graph; later ones make plans.
  var makesGraph: Bool { Standard.pipeline.graph.contains { $0.name == name } }
}
