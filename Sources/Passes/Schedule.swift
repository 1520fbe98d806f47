public import Compiler
public import Plan
import Support

/// Picks each layer's dataflow: the tiling with the least predicted time; the kernel-stationary one
/// where they tie.
///
/// Law: one tiling is left to each layer, and none of those dropped was predicted to be faster.
public let schedule = Pass<Plan, Plan>(
  "schedule", "pick what stays on the rings, layer by layer, by predicted time"
) { plan, context throws(Failure) in
  var plan = plan
  for id in plan.layers.ids {
    let best = plan.layers[id].tilings.min { $0.predicted < $1.predicted }
    plan.layers[id].tilings = best.map { [$0] } ?? []
  }
  return plan
}
