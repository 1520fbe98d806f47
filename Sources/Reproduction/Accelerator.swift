import Foundation
package import Hardware
package import Support

/// An accelerator that SONIC is compared with, as a file of figures says it is.
package struct Accelerator: Sendable {
  package enum Model: Sendable {
    /// For the executor: dense, without what makes SONIC sparse.
    case photonic(Machine)
    case electronic(ElectronicMachine)
  }

  /// What the papers call it.
  package let peer: String
  package let model: Model
  /// What is least known of it.
  let doubt: String

  /// In the order of the SONIC paper. Of what has more than one model, the likelier comes first.
  package static func all() throws(Failure) -> [Accelerator] {
    let crossLight = try machine("crosslight", PackageResources.crosslight_yaml)
    return [
      (
        "NullHop", "which NullHop is meant is not said",
        [
          Model.electronic(try electronic("nullhop-fpga", PackageResources.nullhop_fpga_yaml)),
          .electronic(try electronic("nullhop-asic", PackageResources.nullhop_asic_yaml)),
        ]
      ),
      (
        "RSNN", "its absolute figures are not published where we could read them",
        [
          .electronic(try electronic("rsnn", PackageResources.rsnn_yaml)),
          .electronic(try electronic("rsnn-best", PackageResources.rsnn_best_yaml)),
        ]
      ),
      (
        "LightBulb", "its numbers of units, its rate and its converters are guesses",
        [.photonic(try machine("lightbulb", PackageResources.lightbulb_yaml))]
      ),
      (
        "CrossLight",
        "what its converters draw, and how its activations are imprinted, are our reading",
        [.photonic(crossLight), .photonic(try fast(crossLight))]
      ),
      (
        "HolyLight", "its numbers of units and its rate are guesses",
        [.photonic(try machine("holylight", PackageResources.holylight_yaml))]
      ),
      (
        "P100", "what share of its peak one picture reaches is not said",
        [.electronic(try electronic("p100", PackageResources.p100_yaml))]
      ),
      (
        "Xeon 9282", "what share of its peak one picture reaches is not said",
        [.electronic(try electronic("xeon-9282", PackageResources.xeon_9282_yaml))]
      ),
    ].flatMap { peer, doubt, models in
      models.map { Accelerator(peer: peer, model: $0, doubt: doubt) }
    }
  }

  private static func machine(_ name: String, _ bytes: [UInt8]) throws(Failure) -> Machine {
    try Machine(yaml: Data(bytes), file: name + ".yaml")
  }

  private static func electronic(
    _ name: String, _ bytes: [UInt8]
  ) throws(Failure) -> ElectronicMachine {
    try ElectronicMachine(yaml: Data(bytes), file: name + ".yaml")
  }

  /// CrossLight with converters at the full rate of their transceivers, for which what streams has to come with
  /// the light instead of being imprinted on rings.
  private static func fast(_ machine: Machine) throws(Failure) -> Machine {
    let converters = ["weight-dac", "activation-dac", "adc"].flatMap { device in
      [("latency", "0.286 ns"), ("interval", "0.286 ns"), ("power", "125 mW")].map {
        ("devices.\(device).\($0.0)", $0.1)
      }
    }
    var fast = try machine.setting(
      converters + [("devices.vcsel.latency", "10 ns"), ("devices.vcsel.interval", "0.286 ns")],
      name: machine.name + "-fast")
    fast.summary = "CrossLight whose activations come with the light, 16 bits at 56 Gb/s"
    return fast
  }

  package var name: String {
    switch model {
    case .photonic(let machine): machine.name
    case .electronic(let machine): machine.name
    }
  }

  var summary: String {
    switch model {
    case .photonic(let machine): machine.summary
    case .electronic(let machine): machine.summary
    }
  }

  package var figures: [Figure] {
    switch model {
    case .photonic(let machine): machine.figures
    case .electronic(let machine): machine.figures
    }
  }

  /// What a picture takes.
  ///
  /// - Parameter dense: the network without zeros among its weights, which an accelerator without
  ///   compression of kernels computes.
  func outcome(
    _ work: Workload, dense: PreparedNetwork, _ memory: MemoryCost
  ) throws(Failure) -> Outcome {
    switch model {
    case .electronic(let machine): return Outcome(machine, work, memory)
    case .photonic(let machine):
      let variant = try Variant(name: name, summary: summary, machine: machine).with(memory)
      return Outcome(try dense.report(on: variant), on: machine, work, memory)
    }
  }
}
