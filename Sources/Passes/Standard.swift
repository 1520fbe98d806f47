public import Compiler
public import Graph
import Plan

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

  public static let pipeline = Pipeline(
    graph: graph,
    lower: lower,
    plan: [
      compress,
      tile,
      place,
      schedule,
    ])
}
