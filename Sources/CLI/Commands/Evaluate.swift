import ArgumentParser
import Support
import Tensor

/// Evaluates a model in floats.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate a model in floats, without the accelerator.",
    discussion: """
      What programs are compared with. Sizes that the model leaves open are those of the inputs.

      EXAMPLES
        sonic evaluate lenet.onnx --input image.npy --output-dir expected
        sonic evaluate lenet.onnx --input - --output - < image.npy > logits.npy
        sonic evaluate vad.onnx --fix sr=16000 --state h=hn --input chunks.npy --output-dir out
      """)

  @Argument(
    help: ArgumentHelp("The model; '-' for standard input.", valueName: "model"),
    completion: .model)
  var file: String

  @Flag(
    help: ArgumentHelp(
      "Sum products in one order, the same on every machine.",
      discussion: """
        Otherwise OpenBLAS picks the order, by processor and threads, and last bits may differ; that shows where \
        a network is sensitive to them.
        """))
  var fixedOrder = false

  @OptionGroup var model: ModelFlags
  @OptionGroup var inputs: TensorInputs
  @OptionGroup var states: StateFlags
  @OptionGroup var outputs: TensorOutputs

  func validate() throws {
    if outputs.isEmpty {
      throw ValidationError("Missing expected argument '--output-dir <dir>' or '--output'.")
    }
  }

  func run() throws(Failure) {
    let model = try Model(file, model)
    Console.report(model.diagnostics.all)
    let tensors = try inputs.read(for: model.inputNames)
    let results = try about(file) { () throws(Failure) in
      try states.calls(tensors, of: model.graph, outputs: model.outputNames).run {
        inputs throws(Failure) in try model.evaluate(inputs, order: fixedOrder ? .ascending : .any)
      }
    }
    let files = try outputs.files(for: results)
    try outputs.makeFolder()
    try OutputFile.write(files)
  }
}
