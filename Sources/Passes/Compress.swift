public import Compiler
public import Plan
import Support

/// Drops zero weights: each layer's kernels become lists of survivors.
///
/// Law: decompressing gives the codes back, so each nonzero weight is stored exactly once.
public let compress = Pass<Plan, Plan>(
  "compress", "drop zero weights; survivors are stored as skip and code, two bytes each"
) { plan, context throws(Failure) in
  var plan = plan
  for id in plan.layers.ids where plan.layers[id].weightSource == nil {
    let geometry = plan.layers[id].geometry
    plan.layers[id].kernels = CompressedKernels(
      codes: plan.layers[id].codes, patch: geometry.patch, threads: context.options.threads)
    plan.layers[id].codes = []
  }
  plan.pack(context.options.pack)
  return plan
}

extension Plan {
  /// Says how the survivors of all kernels are packed into vectors.
  package mutating func pack(_ pack: Options.Pack) {
    for id in layers.ids where layers[id].weightSource == nil {
      layers[id].slice = pack == .slice ? layers[id].geometry.slice : 0
    }
  }
}
