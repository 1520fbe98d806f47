package import Graph
import Hardware
import Support
import Tensor

/// The machine and its compiler without one of the ideas of the paper, or with one more, to see what it is
/// worth.
struct Part: Sendable {
  let name: String
  let summary: String
  let machine: Machine
  /// Whether zeros of kernels are weights as all others.
  let isDense: Bool

  /// All of them, the whole first.
  static func all() throws(Failure) -> [Part] {
    let sonic = try Machine.named("sonic")
    let activation = sonic.devices.activationDAC
    let wide = [
      ("latency", "\(activation.latency.count) ps"),
      ("interval", "\(activation.interval.count) ps"),
      ("power", "\(activation.power.count) nW"),
    ].map { ("devices.weight-dac.\($0.0)", $0.1) }
    return [
      Part(name: "full", summary: "all of it", machine: sonic, isDense: false),
      Part(
        name: "no kernel compression",
        summary: "zeros of kernels are stored, held and streamed past like other weights",
        machine: sonic, isDense: true),
      Part(
        name: "no power gating", summary: "VCSELs shine at zeros, too",
        machine: try sonic.setting([("devices.gates-vcsel", "false")], name: "sonic-shining"),
        isDense: false),
      Part(
        name: "16-bit weight DACs",
        summary:
          "weights have the DACs of activations, as without clustering; in memory they stay codes",
        machine: try sonic.setting(wide, name: "sonic-wide"), isDense: false),
      Part(
        name: "DACs gated, too", summary: "where a VCSEL is dark, its DAC draws nothing either",
        machine: try sonic.setting([("devices.gates-dac", "true")], name: "sonic-gated"),
        isDense: false),
    ]
  }
}

extension Graph {
  /// The network with tiny weights in the place of its zeros, of one sign after the other: nothing of it can
  /// be left out, and it computes the same within 1e-4 of the largest magnitude.
  package var withoutZeros: Graph {
    var graph = self
    for node in nodes where node.op.name == "Conv" || node.op.name == "Gemm" {
      guard let weights = node.inputs[1], let tensor = values[weights].constant?.tensor else {
        continue
      }
      let least = tensor.floats.lazy.map(\.magnitude).filter { $0 > 0 }.min() ?? 1
      var tiny = 1e-6 * least
      let floats = tensor.floats.map { weight -> Float in
        if weight != 0 { return weight }
        tiny = -tiny
        return tiny
      }
      graph.values[weights].constant = Constant(Tensor(tensor.shape, floats: floats))
    }
    return graph
  }
}
