/// What stays on the microrings of a VDU while vectors stream past.
public enum Dataflow: UInt8, Sendable, CaseIterable {
  /// Kernels stay: zero weights are dropped, zero activations are dark.
  case kernel
  /// Patches stay: zero activations are dropped, zero weights are dark.
  case patch

  public var name: String { self == .kernel ? "kernel" : "patch" }
}

/// The times of a VDU's pipeline, derived from its devices; Docs/CostModel.md.
public struct VDUTiming: Sendable, Hashable {
  /// From the decision to hold a vector on the rings until it is there: a DAC, then tuning.
  public var imprint: Picoseconds
  /// Between one vector and the next: the slowest interval among the stages.
  public var pace: Picoseconds
  /// From a vector's entry to its digital result: the sum of the stages' latencies.
  public var fill: Picoseconds
  public var rows: Int
  public var banks: Int

  /// The time that `vectors` take to stream past what is held.
  public func stream(_ vectors: Int) -> Picoseconds { pace * ((vectors + rows - 1) / rows) }

  /// How long a vector is driven on the rings: while it is tuned, and while `vectors` stream past it.
  public func hold(vectors: Int) -> Picoseconds { imprint + stream(vectors) }

  /// The time that a unit is busy with `imprints` vectors held one after another, past each of which
  /// `vectors` stream.
  ///
  /// One bank: every imprint waits for the stream before it. More banks: the next imprint hides
  /// behind the present stream. The last result takes `fill` to come out.
  public func busy(imprints: Int, vectors: Int) -> Picoseconds {
    guard imprints > 0, vectors > 0 else { return .zero }
    let stream = stream(vectors)
    let steady = banks > 1 ? max(stream, imprint) : stream + imprint
    return imprint + steady * (imprints - 1) + stream + fill
  }
}

extension Machine {
  /// All of them, in every bank and arm.
  public var microrings: Int {
    [conv, fc].reduce(0) {
      $0 + $1.units * $1.length * $1.rows * $1.banks * devices.arms
    }
  }

  /// The array that `kind` names.
  public func array(_ kind: VDUKind) -> VDUArray { kind == .conv ? conv : fc }

  /// The pipeline of a VDU of `kind` under `dataflow`.
  public func timing(_ kind: VDUKind, _ dataflow: Dataflow) -> VDUTiming {
    let array = array(kind)
    let held = dataflow == .kernel ? devices.weightDAC : devices.activationDAC
    let streamed = dataflow == .kernel ? devices.activationDAC : devices.weightDAC
    let stages = [streamed, devices.vcsel, devices.photodetector, devices.tia, devices.adc]
    return VDUTiming(
      imprint: held.latency + devices.tuning.latency,
      pace: stages.map(\.interval).max() ?? .zero,
      fill: stages.map(\.latency).reduce(.zero, +),
      rows: array.rows, banks: array.banks)
  }
}

/// The two kinds of VDU.
public enum VDUKind: UInt8, Sendable, CaseIterable {
  case conv, fc

  public var name: String { self == .conv ? "conv" : "fc" }
}
