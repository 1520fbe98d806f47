/// Threads that share the work of whoever made them: loops, of which the caller does its part, and
/// jobs beside them, which nobody waits for until ``finish()``.
public final class Workers: Sendable {
  /// How many there are, the caller's among them.
  public let threads: Int
  /// None if the caller is alone.
  private let crew: Crew?

  /// The caller alone.
  public static let alone = Workers(threads: 1)

  /// - Parameter threads: at least one.
  public init(threads: Int) {
    self.threads = max(threads, 1)
    crew = threads > 1 ? Crew() : nil
    for _ in 1..<self.threads { crew?.hire() }
  }

  deinit { crew?.dismiss() }

  /// Does a job at once if the caller is alone; else on another thread, after the jobs before it and
  /// while the caller goes on.
  public func later(_ job: @escaping @Sendable () -> Void) {
    if let crew { crew.post(job) } else { job() }
  }

  /// Waits until all jobs are done.
  public func finish() {
    crew?.finishJobs()
  }

  /// `body` of 0 ..< `count`, in no order, on all threads that have nothing else to do. It may have loops
  /// of its own, in which threads take part that have come to the end of this one.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - secondHalf: from this index on, none begins before all below it are done.
  ///   - body: what is done with each.
  public func forEach(
    count: Int, secondHalf: Int = 0, _ body: @escaping @Sendable (Int) -> Void
  ) {
    guard count > 1, let crew else {
      for index in 0..<count { body(index) }
      return
    }
    crew.run(SharedLoop(count: count, secondHalf: secondHalf, body))
  }

  /// `transform` of 0 ..< `count`, in the order of the indices.
  public func map<Result: Sendable>(
    count: Int, _ transform: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    guard count > 1, crew != nil else { return (0..<count).map(transform) }
    let results = Slots<Result>(count: count)
    forEach(count: count) { results.set($0, transform($0)) }
    return results.all
  }
}
