import Hardware
import Simulation
import Support

/// What a sample's latency consists of, and what a machine with better figures would make of it.
public struct Bottleneck: Encodable, Sendable {
  /// One part of the latency.
  public struct Part: Encodable, Sendable {
    public var name: String
    /// What the time goes to.
    public var meaning: String
    public var picoseconds: Int
  }

  /// The program on a machine that is better in one respect.
  public struct Change: Encodable, Sendable {
    /// As one would ask for it: `a second bank of microrings`.
    public var name: String
    /// The figures that it sets, as `--set` takes them.
    public var settings: [String]
    /// What `estimate` says of the program there.
    public var latencyPicoseconds: Int
    /// How many times as fast that is as `estimate` says of the program here.
    public var speedup: Double
  }

  /// In one sentence.
  public var sentence: String
  /// The parts add up to the latency; the largest first.
  public var parts: [Part]
  /// The one that helps most first.
  public var changes: [Change]

  /// - Parameters:
  ///   - account: its events are those of the first sample.
  ///   - expected: what is estimated of a sample.
  init(_ runnable: Runnable, _ account: Account, expected: Account) {
    let program = runnable.program
    let path = CriticalPath(program, account)
    parts = path.times.map { part, time in
      Part(name: part.rawValue, meaning: part.meaning(on: program), picoseconds: time.count)
    }
    parts.sort { ($0.picoseconds, $1.name) > ($1.picoseconds, $0.name) }
    let now = Double(expected.latency.count)
    changes = MachineChange.all(for: program).map { change in
      let latency = change.latency(of: runnable).count
      return Change(
        name: change.name, settings: change.settings.map { "\($0.path)=\($0.value)" },
        latencyPicoseconds: latency, speedup: latency > 0 ? now / Double(latency) : 1)
    }
    changes.sort { ($0.speedup, $1.name) > ($1.speedup, $0.name) }
    sentence = Self.sentence(parts, changes)
  }

  /// The largest part, in a few words.
  public var limit: String {
    parts.first.map { "\($0.name), \(Self.share(of: $0, in: parts))" } ?? "nothing to do"
  }

  /// A part as a percentage of the latency.
  private static func share(of part: Part, in parts: [Part]) -> String {
    let latency = parts.reduce(0) { $0 + $1.picoseconds }
    return Words.percent(Double(part.picoseconds) / Double(max(latency, 1)))
  }

  private static func sentence(_ parts: [Part], _ changes: [Change]) -> String {
    guard let part = parts.first else { return "nothing to do" }
    let start = "\(share(of: part, in: parts)) of the latency is \(part.meaning)"
    guard let best = changes.first, best.speedup >= 1.005 else {
      return start + "; no single change tried would give 0.5 %"
    }
    return start + "; \(best.name) would give \(Words.factor(best.speedup))"
  }
}

extension CriticalPath.Part {
  /// What the time goes to.
  fileprivate func meaning(on program: Program) -> String {
    switch self {
    case .memory: "transfers from and to main memory"
    case .control: "work of the control unit"
    case .tuning: "tuning of microrings"
    case .streaming:
      "vectors streaming at the pace of the "
        + MachineChange.pacemakers(of: program).map(\.name).joined(separator: " and ")
    case .draining: "last results of tiles on their way through the converters"
    }
  }
}
