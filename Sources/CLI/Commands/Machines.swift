import ArgumentParser
import Hardware
import Support

/// Machines: what there are, what one looks like, whether a file is one.
struct Machines: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, show and validate machines.",
    discussion: """
      A machine is a YAML file with every figure of the accelerator and its source.

      EXAMPLE: a machine of one's own
        sonic machines show sonic > mine.yaml
        sonic machines validate mine.yaml
        sonic compile lenet.onnx -o lenet.sonic --machine ./mine.yaml
      """,
    subcommands: [List.self, Show.self, Validate.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the built-in machines.")

    func run() throws(Failure) {
      for name in Machine.builtIn.keys.sorted() {
        try Console.print("\(name): \(Machine.named(name).summary)")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a machine's file.")

    @Argument(help: ArgumentHelp("A built-in machine or a file.", valueName: "name"))
    var name: String

    func run() throws(Failure) {
      try Console.print(Machine.named(name).text)
    }
  }

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a machine file.",
      discussion: "Prints 'ok' and what the machine is, or all that is wrong with exit code 65.")

    @Argument(
      help: ArgumentHelp("The file; '-' for standard input.", valueName: "file.yaml"),
      completion: .file(extensions: ["yaml"]))
    var file: String

    func run() throws(Failure) {
      let machine = try Machine(yaml: InputFile.read(file), file: file)
      try Console.print("ok\n\(machine.name): \(machine.summary)")
    }
  }
}
