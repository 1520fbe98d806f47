import ArgumentParser
import Foundation
import Support
import Tensor

@main
struct Sonic: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sonic",
    abstract: "Compile sparse neural networks to the SONIC photonic accelerator, and run them.",
    discussion: """
      Results go to standard output, progress and messages to standard error; "-" stands for a \
      standard stream wherever a file is expected. Files appear whole or not at all.

      Exit codes: 0 done, 64 wrong usage, 65 bad input data, 66 input not found, 70 a bug of \
      sonic, 73 cannot write.

      EXAMPLE: a model pruned to 90 %, compiled, run, and compared with the original
        sonic compile lenet.onnx -o lenet.sonic --prune 0.9 --calibrate samples.npy
        sonic run lenet.sonic --input image.npy --output-dir out
        sonic evaluate lenet.onnx --input image.npy --output-dir expected
        sonic compare out expected
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Models",
        subcommands: [
          Compile.self, Evaluate.self, Estimate.self, Accuracy.self, Fidelity.self,
        ]),
      CommandGroup(
        name: "Programs",
        subcommands: [
          Run.self, Inspect.self, Plot.self, Verify.self, Disassemble.self, Assemble.self,
        ]),
      CommandGroup(
        name: "Others",
        subcommands: [
          Explore.self, Compare.self, Machines.self, PhysicsCommand.self, Reproduce.self,
          Reference.self,
        ]),
    ])

  /// Ends with 64 for wrong usage, with a failure's own code, or with 70 for what nobody foresaw.
  static func main() {
    // Whatever is done first, it is no product of matrices.
    MatrixMultiply.endThreads()
    var command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      exit(withError: error)
    }
    do {
      try command.run()
    } catch let failure as Failure {
      Console.report(failure.diagnostics)
      if failure.code == .bug { Console.say("this is a bug of sonic; please report it") }
      Foundation.exit(failure.code.rawValue)
    } catch  where exitCode(for: error) != .failure {
      exit(withError: error)
    } catch {
      Console.report([Diagnostic(.error, at: Place(), "\(error)")])
      Console.say("this is a bug of sonic; please report it")
      Foundation.exit(Failure.Code.bug.rawValue)
    }
  }
}
