public import Hardware
import Support

/// When things happen on resources that each do one thing at a time, in the order in which they are
/// given work, and that wait for each other through tokens.
public struct Timeline: Sendable {
  /// When each resource is free again.
  public private(set) var free: [Picoseconds]
  /// Token by token, when its first, first two, first three ... signals have all been given.
  private var times: [Picoseconds]
  /// For each token, where its times start, and where the next one goes.
  private let starts: PrefixSums
  private var next: [Int]

  /// - Parameters:
  ///   - resources: how many there are.
  ///   - signals: how many each token is given.
  public init(resources: Int, signals: [Int]) {
    free = [Picoseconds](repeating: .zero, count: resources)
    let starts = PrefixSums(signals)
    self.starts = starts
    times = [Picoseconds](repeating: .zero, count: starts.total)
    next = signals.indices.map { starts.start(of: $0) }
  }

  /// Occupies a resource from the moment that it is free.
  public mutating func occupy(_ resource: Int, for duration: Picoseconds) -> Span {
    let start = free[resource]
    free[resource] = start + duration
    return Span(start: start, end: free[resource])
  }

  /// Signals a token once the resource has done all that it was given.
  public mutating func signal(_ token: Int, from resource: Int) {
    let index = next[token]
    next[token] += 1
    let last = index > starts.start(of: token) ? times[index - 1] : .zero
    times[index] = max(last, free[resource])
  }

  /// Holds a resource until the first `count` signals of a token, in program order, are given.
  ///
  /// - Precondition: the program has given as many; the verifier sees to it.
  public mutating func wait(_ token: Int, count: Int, on resource: Int) {
    guard count > 0 else { return }
    free[resource] = max(free[resource], times[starts.start(of: token) + count - 1])
  }

  /// When the last resource is done.
  public var end: Picoseconds { free.max() ?? .zero }

  /// A stretch of time.
  public struct Span: Hashable, Sendable {
    public var start: Picoseconds
    public var end: Picoseconds

    public init(start: Picoseconds, end: Picoseconds) {
      self.start = start
      self.end = end
    }

    public var duration: Picoseconds { end - start }
  }
}
