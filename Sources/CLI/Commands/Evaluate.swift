import ArgumentParser
import Compiler
import Graph
import Support

/// Evaluates a model in floats.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate a model in 32-bit floats, without the accelerator.",
    discussion: """
      What programs are compared with. Sizes that the model leaves open are those of the inputs. \
      With '--after' it is the graph that the compiler has after a pass that is evaluated, with \
      'cluster' the network that the program stands for; the flags of 'sonic compile' then count.

      EXAMPLES
        sonic evaluate lenet.onnx --input image.npy --output-dir expected
        sonic evaluate lenet.onnx --input - --output - < image.npy > logits.npy
        sonic evaluate lenet.onnx --after cluster --prune 0.9 --input image.npy --output-dir out
      """)

  @Argument(
    help: ArgumentHelp("The model; '-' for standard input.", valueName: "model"),
    completion: .model)
  var file: String

  @OptionGroup var inputs: TensorInputs
  @OptionGroup var outputs: TensorOutputs

  @Option(
    help: ArgumentHelp("Evaluate what this pass made of the model.", valueName: "pass"),
    completion: .list(PassName.allValueStrings))
  var after: PassName?

  @OptionGroup(title: "Compilation") var flags: CompileFlags

  func validate() throws {
    if outputs.isEmpty {
      throw ValidationError("Missing expected argument '--output-dir <dir>' or '--output'.")
    }
    if let after, !after.makesGraph {
      throw ValidationError("'--after \(after.name)' makes a plan, expected a pass over graphs.")
    }
  }

  func run() throws(Failure) {
    let model = try Model(file, flags.model)
    let tensors = try inputs.read(for: model.inputNames)
    var graph = model.graph
    if let after {
      var compilation = try Compilation(model, flags)
      if case .graph(let made) = try compilation.run(until: after.name) { graph = made }
    } else {
      Console.report(model.diagnostics.all)
    }
    let results = try about(file) { () throws(Failure) in try graph.evaluate(tensors) }
    let names = graph.outputs.map { graph.values[$0].name }
    let files = try outputs.files(for: zip(names, results).map { NamedTensor($0, $1) })
    try outputs.makeFolder()
    try OutputFile.write(files)
  }
}
