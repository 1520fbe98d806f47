public import Compiler
import Graph
import Plan

/// The pipeline.
public enum Standard {
  public static let pipeline = Pipeline(
    graph: [
      inferShapes,
      singlePrecision,
      foldConstants,
      eliminateDead,
      unrollRecurrent,
      dequantize,
      sinkTransposes,
      foldPadding,
      recognizeActivations,
      factorSums,
      fuseActivation,
      batchNorm,
      sinkAffines,
      prune,
      subPixel,
      cluster,
      mapAttention,
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
