public import Hardware
public import Support

/// How a program is run; each field is a flag of `sonic run`.
public struct RunOptions: Sendable {
  /// The arithmetic.
  public enum Numerics: String, Sendable, CaseIterable {
    /// Fixed point, with the DACs' and ADCs' quantization: the program's meaning, bit for bit.
    case photonic
    /// Floats without converters.
    case ideal
    /// Photonic, with what the physics of the machine's `optics` does to it, by a seed.
    case noisy
  }

  /// Who computes photonic numerics; both give the same bits.
  public enum Executor: String, Sendable, CaseIterable {
    /// On vector lanes and threads.
    case fast
    /// One vector at a time: the definition.
    case reference
  }

  public var numerics = Numerics.photonic
  public var executor = Executor.fast
  public var threads = 1
  /// What noise and the variation among rings are drawn from.
  public var seed: UInt64 = 1

  public init() {}

  /// - Throws: exit code 65 where a machine does not say what the numerics depend on, or says that there is no
  ///   light.
  public func check(_ machine: Machine) throws(Failure) {
    guard numerics == .noisy else { return }
    guard machine.optics != nil else {
      throw .data("found a machine \(machine.name) without optics, which noisy numerics needs")
    }
    guard machine.devices.arms == 2 else {
      throw .data(
        "found a machine \(machine.name) of \(machine.devices.arms) arm, expected the two of balanced "
          + "detection, which noisy numerics has")
    }
    guard NoiseModel.isPossible(machine) else {
      throw .data(
        "found a machine \(machine.name) by whose optics no light arrives or no ring opens, expected "
          + "some for noisy numerics")
    }
  }
}
