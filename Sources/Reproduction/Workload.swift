import Plan
import Support

/// A network as work for an accelerator that computes its layers one product at a time: its multiplications, and
/// how many of them are left where zeros are skipped. Elements in the padding are zero activations.
package struct Workload: Sendable {
  package let weights: Int
  package let weightsLeft: Int
  package let multiplications: Int
  /// Of those, by weights that are not zero, whatever the activation.
  package let byWeights: Int
  /// By activations that are not zero, whatever the weight.
  package let byActivations: Int
  /// By neither.
  package let byBoth: Int

  package init(
    weights: Int, weightsLeft: Int, multiplications: Int, byWeights: Int, byActivations: Int,
    byBoth: Int
  ) {
    self.weights = weights
    self.weightsLeft = weightsLeft
    self.multiplications = multiplications
    self.byWeights = byWeights
    self.byActivations = byActivations
    self.byBoth = byBoth
  }

  /// - Parameters:
  ///   - plan: compressed, of a network calibrated on the picture that it is run on.
  ///   - lit: the products of which no factor was zero when it ran.
  init(_ plan: Plan, lit: Int) {
    let layers = plan.layers.elements
    func sum(_ term: (Layer) -> Int) -> Int { layers.reduce(0) { $0 + term($1) } }
    let left = { (layer: Layer) in layer.kernels.survivors.total }
    self.init(
      weights: sum { $0.geometry.allKernels * $0.geometry.patch }, weightsLeft: sum(left),
      multiplications: sum { $0.geometry.outputCount * $0.geometry.patch },
      byWeights: sum { left($0) * $0.geometry.positions },
      byActivations: sum { layer in
        layer.nonzeros.reduce(0) { $0 + Int($1) } * layer.geometry.kernels
      }, byBoth: lit)
  }

  /// See ``Outcome/Bits/network``.
  var networkBits: Double { 16 * Double(multiplications) }
}
