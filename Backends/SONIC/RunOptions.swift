/// How a program is run; each field is a flag of `sonic run`.
public struct RunOptions: Sendable {
  /// The arithmetic.
  public enum Numerics: String, Sendable, CaseIterable {
    /// Fixed point, with the DACs' and ADCs' quantization: the program's meaning, bit for bit.
    case photonic
    /// Floats without converters.
    case ideal
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

  public init() {}
}
