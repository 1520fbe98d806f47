import Hardware

/// What happens on rows, what is counted meanwhile, and what waits for what: for people to look at.
public struct Trace: Sendable {
  /// One stretch of work on a row, on which one thing is done at a time.
  public struct Event: Sendable {
    public var row: Int
    public var name: String
    public var span: Timeline.Span
    /// Shown on a click, in this order.
    public var details: [(key: String, value: String)]

    public init(
      row: Int, name: String, span: Timeline.Span, details: [(key: String, value: String)]
    ) {
      self.row = row
      self.name = name
      self.span = span
      self.details = details
    }

    /// Whether it is as long as a nanosecond of the clock that viewers keep, so that an arrow finds
    /// it.
    public var isDrawn: Bool { duration > 0 }

    /// Nanoseconds that had begun when it started, and that began while it lasted: what follows on a row
    /// never overlaps.
    var start: Int { span.start.nanoseconds }
    var duration: Int { span.end.nanoseconds - span.start.nanoseconds }
  }

  /// A quantity over time. Those of one name belong together.
  public struct Counter: Sendable {
    public var name: String
    /// Whose it is, or its unit: viewers show it behind the name.
    public var series: String
    public var course: Course

    public init(_ name: String, _ series: String, _ course: Course) {
      self.name = name
      self.series = series
      self.course = course
    }
  }

  /// An arrow: one event could only happen once another was done.
  public struct Arrow: Hashable, Sendable {
    /// Events, by their position among all; both are drawn, and the second starts after the end of the
    /// first.
    public var from: Int
    public var to: Int

    public init(from: Int, to: Int) {
      self.from = from
      self.to = to
    }
  }

  public var process: String
  /// The names of the rows, top to bottom.
  public var rows: [String]
  public var events: [Event] = []
  public var counters: [Counter] = []
  public var arrows: [Arrow] = []

  public init(process: String, rows: [String]) {
    self.process = process
    self.rows = rows
  }
}

extension Picoseconds {
  /// Whole nanoseconds that have passed.
  var nanoseconds: Int { count / 1000 }
}
