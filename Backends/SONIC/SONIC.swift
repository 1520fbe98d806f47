public import Compiler
public import Plan
public import Support

/// The SONIC silicon-photonic accelerator.
public enum SONIC: Backend {
  public static let name = "sonic"
  public static let summary = "SONIC, a sparse silicon-photonic accelerator (arXiv 2109.04459)"

  /// Turns a scheduled plan into a program.
  public static func compile(_ plan: Plan, provenance: Provenance) throws(Failure) -> Program {
    var header = ProgramRecord()
    header.compiler = provenance.compiler
    header.model = plan.name
    header.modelHash = provenance.modelHash
    var lowering = Lowering(plan, header: header)
    return lowering.lower()
  }
}
