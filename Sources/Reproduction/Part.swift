import Graph
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
        name: "no clustering", summary: "weights have DACs of 16 bits, as activations have",
        machine: try sonic.setting(wide, name: "sonic-wide"), isDense: false),
      Part(
        name: "DACs gated, too", summary: "where a VCSEL is dark, its DAC draws nothing either",
        machine: try sonic.setting([("devices.gates-dac", "true")], name: "sonic-gated"),
        isDense: false),
    ]
  }
}

extension Graph {
  /// The network with the least weight of each layer in the place of its zeros, so that nothing of it can be
  /// left out and it computes nearly the same.
  var withoutZeros: Graph {
    var graph = self
    for node in nodes where node.op.name == "Conv" || node.op.name == "Gemm" {
      guard let weights = node.inputs[1], let tensor = values[weights].constant?.tensor else {
        continue
      }
      let least = tensor.floats.lazy.map(\.magnitude).filter { $0 > 0 }.min() ?? 1
      let floats = tensor.floats.eachMap { $0 == 0 ? least : $0 }
      graph.values[weights].constant = Constant(Tensor(tensor.shape, floats: floats))
    }
    return graph
  }
}
