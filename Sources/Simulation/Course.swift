public import Hardware
import Support

/// A quantity in the course of time: what is added to it for stretches of time, and so its level at
/// every moment.
public struct Course: Sendable {
  /// A moment from which on the quantity is at a level.
  public struct Moment: Hashable, Sendable {
    public var time: Picoseconds
    public var level: Double

    public init(time: Picoseconds, level: Double) {
      self.time = time
      self.level = level
    }
  }

  /// The level where nothing is added.
  public var base: Double
  @usableFromInline var changes: [(at: Picoseconds, by: Double)] = []

  /// - Parameters:
  ///   - base: the level where nothing is added.
  ///   - stretches: how many there will be, as far as is known.
  public init(base: Double = 0, stretches: Int = 0) {
    self.base = base
    changes.reserveCapacity(2 * stretches)
  }

  /// Adds an amount from the start of a stretch of time to its end; to a stretch that takes none,
  /// nothing.
  @inlinable
  public mutating func add(_ amount: Double, during span: Timeline.Span) {
    guard span.duration.count > 0 else { return }
    changes.append((span.start, amount))
    changes.append((span.end, -amount))
  }

  /// The level from time zero on, then from each moment at which something changes, in order. O(n) for
  /// n stretches.
  public var moments: [Moment] {
    var moments: [Moment] = []
    forEachMoment { moments.append($0) }
    return moments
  }

  /// The highest level, or the base if none is higher.
  public var peak: Double {
    var peak = base
    forEachMoment { peak = max(peak, $0.level) }
    return peak
  }

  @inline(__always)
  private func forEachMoment(_ body: (Moment) -> Void) {
    var moment = Moment(time: .zero, level: base)
    for change in changes.sorted(byKey: \.at.count) {
      if change.at != moment.time {
        body(moment)
        moment.time = change.at
      }
      moment.level += change.by
    }
    body(moment)
  }
}
