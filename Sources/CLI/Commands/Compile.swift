import ArgumentParser
import Compiler
import ONNXFrontend
import Passes
import SONICBackend
import Support

/// Compiles a model.
struct Compile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compile a model to a program.",
    discussion: """
      Reads an ONNX or JSON model and writes a program for the accelerator, one ELF file. A \
      summary goes to standard error.

      EXAMPLES
        sonic compile lenet.onnx -o lenet.sonic --calibrate samples.npy
        sonic compile lenet.onnx -o lenet.sonic --prune 0.9 --clusters 16 --dim batch=1
        sonic compile lenet.onnx --stop-after fuse-activation
        sonic compile lenet.onnx --emit onnx -o pruned.onnx --prune 0.9
        sonic compile lenet.onnx -o /dev/null --dump-after cluster --dump-after schedule
      """)

  /// What a compilation may end with.
  enum Level: String, CaseIterable, ExpressibleByArgument {
    case program, asm, graph, onnx, plan
  }

  @Argument(
    help: ArgumentHelp("The model; '-' for standard input.", valueName: "model"),
    completion: .model)
  var file: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Where the result goes; text goes to standard output without it.", valueName: "program"),
    completion: .file())
  var output: String?

  @OptionGroup var flags: CompileFlags

  @Option(help: "What to write (default: program, or what '--stop-after' has made).")
  var emit: Level?

  @Option(
    help: ArgumentHelp(
      "Print what this pass made; may be repeated.",
      discussion: "'sonic reference passes' lists the passes.", valueName: "pass"),
    completion: .list(PassName.allValueStrings))
  var dumpAfter: [PassName] = []

  @Option(
    help: ArgumentHelp(
      "Write dumps to DIR/PASS.txt, as they are made, instead of standard error.",
      valueName: "dir"),
    completion: .directory)
  var dumpTo: String?

  @Option(
    help: ArgumentHelp("Stop after this pass and write what it made.", valueName: "pass"),
    completion: .list(PassName.allValueStrings))
  var stopAfter: PassName?

  @Flag(help: "Print how long each step took, and the memory in use after it.")
  var timePasses = false

  @Flag(help: "Verify what each pass made.")
  var verifyPasses = false

  /// What to write.
  private var level: Level {
    if let emit { return emit }
    guard let stopAfter else { return .program }
    return stopAfter.makesGraph ? .graph : .plan
  }

  /// The pass to stop after; nil for none.
  private var last: String? {
    let isGraph = emit == .graph || emit == .onnx
    return stopAfter?.name ?? (isGraph ? Standard.pipeline.graph.last?.name : nil)
  }

  func validate() throws {
    if level == .program || level == .onnx, output == nil {
      throw ValidationError("Missing expected argument '-o <\(level)>'.")
    }
    if let emit, let stopAfter {
      var made = self
      made.emit = nil
      if made.level != (emit == .onnx ? .graph : emit) {
        throw ValidationError(
          "'--stop-after \(stopAfter.name)' makes a \(made.level), not what '--emit \(emit)' says.")
      }
    }
  }

  func run() throws(Failure) {
    var observer = try PassObserver(
      dumpAfter: dumpAfter.map(\.name), folder: dumpTo, isTiming: timePasses)
    var compilation = try observer.time("read") { () throws(Failure) in
      try Compilation(Model(file, flags.model), flags)
    }
    let stage = try compilation.run(
      until: last, isVerified: verifyPasses, isQuiet: dumpAfter.isEmpty
    ) {
      observer.observe($0, $1, $2)
    }
    try observer.check()
    try write(stage, compilation, &observer)
    observer.report()
  }

  private func write(
    _ stage: Pipeline.Stage, _ compilation: Compilation, _ observer: inout PassObserver
  ) throws(Failure) {
    if level == .onnx, case .graph(let graph) = stage {
      return try observer.time("write") { () throws(Failure) in
        try OutputFile.write(ONNX.write(graph), to: output ?? "-")
      }
    }
    guard level == .program || level == .asm else {
      return try observer.time("write") { () throws(Failure) in
        try OutputFile.write(stage.text(isFull: true), to: output ?? "-")
      }
    }
    guard case .plan(let plan) = stage else {
      throw Failure(.bug, at: Place(file: file), "the passes made no plan")
    }
    let program = try observer.time("program") { () throws(Failure) in
      let program = try compilation.program(of: plan)
      if verifyPasses { _ = try compilation.verified(program) }
      return program
    }
    let summary = try observer.time("write") { () throws(Failure) in
      let bytes = program.encoded()
      if level == .program {
        try OutputFile.write(bytes, to: output ?? "-")
      } else {
        try OutputFile.write(program.assembly(), to: output ?? "-")
      }
      return program.summary(bytes: bytes.count, survivors: program.survivorCount)
    }
    Console.say(summary)
  }
}
