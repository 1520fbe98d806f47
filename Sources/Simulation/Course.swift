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
  @usableFromInline var changes: [Change] = []
  /// Where runs of changes start, each in the order of time and over twice as long as the next.
  private var runs: [Int] = []
  /// How many changes are in runs.
  private var ordered = 0

  @usableFromInline struct Change: Sendable {
    /// In picoseconds.
    @usableFromInline let time: Int
    @usableFromInline let amount: Double

    @inlinable
    init(_ time: Picoseconds, _ amount: Double) {
      self.time = time.count
      self.amount = amount
    }
  }

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
    changes.append(Change(span.start, amount))
    changes.append(Change(span.end, -amount))
  }

  /// Puts what was added since the last time in order. Levels are found without; but what is in order already
  /// need not be when they are wanted.
  ///
  /// O(n) for n stretches since the last time, and amortized O(log n) for each that comes before others added
  /// earlier.
  public mutating func order() {
    guard ordered < changes.count else { return }
    changes.sort(from: ordered, byKey: \.time)
    runs.append(ordered)
    ordered = changes.count
    while runs.count > 1, runs[runs.count - 1] - runs[runs.count - 2] <= 2 * (ordered - runs.last!)
    {
      mergeLast()
    }
  }

  /// Puts everything in order, for levels that are found soon.
  public mutating func orderAll() {
    order()
    while runs.count > 1 { mergeLast() }
  }

  private mutating func mergeLast() {
    let last = runs.removeLast()
    changes.mergeRuns(runs.last!, last, byKey: \.time)
  }

  /// The level from time zero on, then from each moment at which something changes, in order. O(n) for
  /// n stretches, and what ``order()`` takes.
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
    var (course, moment) = (self, Moment(time: .zero, level: base))
    // This copies nothing if it has been done.
    course.orderAll()
    for change in course.changes {
      if change.time != moment.time.count {
        body(moment)
        moment.time = Picoseconds(change.time)
      }
      moment.level += change.amount
    }
    body(moment)
  }
}
