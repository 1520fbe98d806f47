public import Compiler
import Graph
import Plan

/// The pipeline.
public enum Standard {
  public static let pipeline = Pipeline(
    graph: [
      inferShapes,
      foldConstants,
      eliminateDead,
      sinkTransposes,
      batchNorm,
      fuseActivation,
      prune,
      cluster,
      calibrate,
      quantize,
    ],
    lower: lower,
    plan: [
      compress,
      tile,
      place,
      schedule,
    ])
}
