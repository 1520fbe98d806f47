public import Compiler
import Graph
import Plan

/// The pipeline.
public enum Standard {
  public static let pipeline = Pipeline(
    graph: [
    ],
    lower: lower,
    plan: [
      compress,
      tile,
      place,
      schedule,
    ])
}
