public import Compiler
import Graph
public import Plan

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
    plan: [compress] + onMachine)

  /// The passes at the end whose results depend on the machine; none looks at weights.
  public static let onMachine = [
    tile,
    place,
    schedule,
  ]
}
