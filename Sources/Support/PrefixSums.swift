/// The sums of a sequence of numbers from its start, so that the sum of any run is one subtraction.
public struct PrefixSums: Sendable, Hashable {
  @usableFromInline var sums = [0]

  public init() {}

  @inlinable
  public init(_ numbers: some Sequence<Int>) {
    for number in numbers { append(number) }
  }

  @inlinable
  public mutating func append(_ number: Int) { sums.append(sums[sums.count - 1] + number) }

  /// How many numbers there are.
  public var count: Int { sums.count - 1 }

  @inlinable
  public subscript(index: Int) -> Int { sums[index + 1] - sums[index] }

  /// The sum of a run.
  @inlinable
  public subscript(run: Range<Int>) -> Int { sums[run.upperBound] - sums[run.lowerBound] }

  /// The sum of all numbers before one.
  @inlinable
  public func start(of index: Int) -> Int { sums[index] }

  public var total: Int { sums[sums.count - 1] }
}
