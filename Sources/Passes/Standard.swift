public import Compiler
public import Graph

/// The pipeline.
public enum Standard {
  /// From what a frontend read to a graph whose weights and activations have the accelerator's
  /// formats.
  public static let graph: [Pass<Graph, Graph>] = [
    inferShapes,
    foldConstants,
    eliminateDead,
    batchNorm,
    fuseActivation,
    prune,
    cluster,
    calibrate,
    quantize,
  ]
}
