import ArgumentParser
import Compiler
import Foundation
import Graph
import Hardware
import Passes
import Support
import Tensor

/// The choices about a compilation; `Options` says what they mean.
struct CompileFlags: ParsableArguments {
  @OptionGroup var model: ModelFlags

  @Option(
    help: ArgumentHelp(
      "The machine to compile for: a built-in one or a machine file.",
      discussion: "'sonic machines list' names the built-in ones.", valueName: "name|file.yaml"))
  var machine = "sonic"

  @OptionGroup var settings: MachineSettings

  @Option(
    help: ArgumentHelp(
      "Prune every layer to this fraction of zeros, or as a file says.",
      discussion: """
        By magnitude; zeros that are there stay. A file gives a fraction, or N:M for at most N \
        survivors of M neighbours, to layers by name: {"conv1": 0.5, "fc": "2:4"}.
        """, valueName: "fraction|file.json"))
  var prune: PruneFlag?

  @Option(
    help: ArgumentHelp("Distinct nonzero weights of a layer, 1 to 64.", valueName: "n"))
  var clusters = defaultClusters

  static let defaultClusters = 64

  @Option(
    help: ArgumentHelp(
      "Sample inputs, for the ranges of activations; may be repeated.",
      discussion: """
        An .npz file has an array for each input; an .npy file will do for a model with one \
        input. Where the model leaves the batch open, an array may hold many samples.
        """, valueName: "file.npy|file.npz"),
    completion: .file(extensions: ["npy", "npz"]))
  var calibrate: [String] = []

  @Option(
    help: ArgumentHelp(
      "The size of a dimension that the model leaves open; may be repeated.", valueName: "name=n"))
  var dim: [NamedSize] = []

  @Option(
    help: ArgumentHelp(
      "The shape of an input; may be repeated.", valueName: "input=1x3x224x224"))
  var shape: [NamedShape] = []

  @Option(help: "Batch normalization as optical gains, or folded into the weights.")
  var batchNorm = Options.BatchNorm.optical

  @Option(help: "What a gain is factored out of before clustering.")
  var gain = Options.Gain.kernel

  @Option(help: "Pack survivors into vectors across a kernel, or within each channel's slice.")
  var pack = Options.Pack.kernel

  @Option(help: "What stays on the rings: what is faster, kernels, or patches.")
  var dataflow = Options.Dataflow.auto

  @Option(
    help: ArgumentHelp(
      "What computes products of two activations: the control unit, or FC VDUs.",
      discussion: """
        On VDUs the second operand is quantized to 6 bits at run time; a note says of each product \
        what that costs on the samples.
        """, valueName: "attention=ecu|vdu"))
  var map = AttentionMap(attention: .ecu)

  @Option(help: "How centroids are found: Lloyd's iterations, or the exact optimum.")
  var clustering = Options.Clustering.lloyd

  @OptionGroup var threads: ThreadFlags

  func validate() throws {
    // As many as a weight DAC of 6 bits can give.
    if !(1...64).contains(clusters) {
      throw ValidationError("'--clusters' must be from 1 to 64.")
    }
  }

  /// The flags that are given, but for the machine's settings and threads.
  var namesOfChoices: [String] {
    let standard = Options()
    let choices = [
      ("--machine", machine != "sonic"), ("--prune", prune != nil),
      ("--clusters", clusters != Self.defaultClusters), ("--calibrate", !calibrate.isEmpty),
      ("--dim", !dim.isEmpty), ("--shape", !shape.isEmpty),
      ("--batch-norm", batchNorm != standard.batchNorm), ("--gain", gain != standard.gain),
      ("--pack", pack != standard.pack), ("--dataflow", dataflow != standard.dataflow),
      ("--map", map.attention != standard.attention),
      ("--clustering", clustering != standard.clustering),
    ]
    return choices.filter(\.1).map(\.0)
  }

  /// The machine to compile for.
  func target() throws(Failure) -> Machine { try settings.apply(to: Machine.named(machine)) }

  /// The choices as the compiler takes them.
  ///
  /// - Throws: exit codes 64 to 66 for what is wrong with files that flags name.
  func options(for model: Model) throws(Failure) -> Options {
    var options = try optionsWithoutSamples()
    for file in calibrate {
      options.samples.append(try TensorFile.named(file, for: model.inputNames, flag: "--calibrate"))
    }
    return options
  }

  /// The choices but for samples, which are of a model.
  func optionsWithoutSamples() throws(Failure) -> Options {
    var options = Options()
    options.dimensions = try dim.keyed(for: "--dim", \.name, \.size)
    options.shapes = try shape.keyed(for: "--shape", \.name, \.shape)
    options.batchNorm = batchNorm
    options.gain = gain
    options.pack = pack
    options.dataflow = dataflow
    options.clustering = clustering
    options.attention = map.attention
    options.clusters = clusters
    try prune?.apply(to: &options)
    options.threads = threads.count
    return options
  }
}
