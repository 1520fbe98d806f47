public import Hardware
import Support

/// When things happen on resources that each do one thing at a time, in the order in which they are
/// given work, and that wait for each other through tokens.
public struct Timeline: Sendable {
  /// By resource, when it is free again.
  @usableFromInline var ends: [Picoseconds]
  /// Token by token, when no signal, its first, its first two, its first three ... have all been given.
  @usableFromInline var times: [Picoseconds]
  /// For each token, where its times start, and where the last one is.
  @usableFromInline let starts: [Int]
  @usableFromInline var last: [Int]

  /// - Parameters:
  ///   - resources: how many there are.
  ///   - signals: how many each token is given.
  public init(resources: Int, signals: [Int]) {
    ends = [Picoseconds](repeating: .zero, count: resources)
    let places = PrefixSums(signals.map { $0 + 1 })
    times = [Picoseconds](repeating: .zero, count: places.total)
    starts = signals.indices.map { places.start(of: $0) }
    last = starts
  }

  /// Occupies a resource from the moment that it is free.
  @inlinable
  public mutating func occupy(_ resource: Int, for duration: Picoseconds) -> Span {
    let start = ends[resource]
    let end = start + duration
    ends[resource] = end
    return Span(start: start, end: end)
  }

  /// Signals a token once the resource has done all that it was given.
  @inlinable
  public mutating func signal(_ token: Int, from resource: Int) {
    let index = last[token]
    last[token] = index + 1
    times[index + 1] = max(times[index], ends[resource])
  }

  /// Holds a resource until the first `count` signals of a token, in program order, are given.
  ///
  /// - Precondition: the program has given as many; the verifier sees to it.
  @inlinable
  public mutating func wait(_ token: Int, count: Int, on resource: Int) {
    ends[resource] = max(ends[resource], times[starts[token] + count])
  }

  /// When a resource is free again.
  public func end(of resource: Int) -> Picoseconds { ends[resource] }

  /// When the last resource is done.
  public var end: Picoseconds { ends.max() ?? .zero }

  /// A stretch of time.
  public struct Span: Hashable, Sendable {
    public var start: Picoseconds
    public var end: Picoseconds

    @inlinable
    public init(start: Picoseconds, end: Picoseconds) {
      self.start = start
      self.end = end
    }

    @inlinable
    public var duration: Picoseconds { end - start }
  }
}
