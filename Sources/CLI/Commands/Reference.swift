import ArgumentParser
import Graph
import Passes
import SONICBackend
import Support

/// Prints the reference pages that Docs carries.
struct Reference: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a reference page in Markdown.",
    discussion: "The pages are made from the definitions that the compiler itself uses.")

  enum Page: String, CaseIterable, ExpressibleByArgument {
    case isa, passes, operators, formats, commands
  }

  @Argument(help: "Which page.")
  var page: Page

  func run() throws(Failure) {
    let text =
      switch page {
      case .isa: ReferencePages.isa
      case .passes: ReferencePages.passes
      case .operators: ReferencePages.operators
      case .formats: ReferencePages.formats
      case .commands: ReferencePages.commands
      }
    try Console.print(text)
  }
}
