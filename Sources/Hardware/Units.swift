extension Int {
  /// A sum or product at the largest number where it would overflow: nothing real takes 107 days or
  /// nine kilojoules a sample, but a program may claim to.
  @inlinable
  static func saturating(_ result: (partialValue: Int, overflow: Bool)) -> Int {
    result.overflow ? .max : result.partialValue
  }
}

/// A time in whole picoseconds, so that totals are exact. None is negative.
public struct Picoseconds: Hashable, Comparable, Sendable, AdditiveArithmetic, Codable {
  public var count: Int

  @inlinable
  public init(_ count: Int) { self.count = count }

  @inlinable
  public static var zero: Self { Self(0) }
  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.count < b.count }
  @inlinable
  public static func + (a: Self, b: Self) -> Self {
    Self(.saturating(a.count.addingReportingOverflow(b.count)))
  }
  @inlinable
  public static func - (a: Self, b: Self) -> Self { Self(a.count - b.count) }
  @inlinable
  public static func * (time: Self, factor: Int) -> Self {
    Self(.saturating(time.count.multipliedReportingOverflow(by: factor)))
  }

  public var seconds: Double { Double(count) * 1e-12 }
}

/// An energy in whole femtojoules, so that totals are exact. None is negative.
public struct Femtojoules: Hashable, Comparable, Sendable, AdditiveArithmetic, Codable {
  public var count: Int

  @inlinable
  public init(_ count: Int) { self.count = count }

  @inlinable
  public static var zero: Self { Self(0) }
  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.count < b.count }
  @inlinable
  public static func + (a: Self, b: Self) -> Self {
    Self(.saturating(a.count.addingReportingOverflow(b.count)))
  }
  @inlinable
  public static func - (a: Self, b: Self) -> Self { Self(a.count - b.count) }
  @inlinable
  public static func * (energy: Self, factor: Int) -> Self {
    Self(.saturating(energy.count.multipliedReportingOverflow(by: factor)))
  }

  public var joules: Double { Double(count) * 1e-15 }
}

/// A power in nanowatts: fine enough for a microring's EO tuning, exact for a converter's.
public struct Nanowatts: Hashable, Comparable, Sendable {
  public var count: Int

  public init(_ count: Int) { self.count = count }

  public static func < (a: Self, b: Self) -> Bool { a.count < b.count }

  public var watts: Double { Double(count) * 1e-9 }

  /// The energy that `devices` devices of this power draw over `time`: nW x ps = 10^-21 J, rounded
  /// to the nearest femtojoule once for the product.
  public func energy(devices: Int = 1, over time: Picoseconds) -> Femtojoules {
    Femtojoules(nearest(count, devices, time.count, over: 1_000_000))
  }
}

/// An energy an event or a byte, in attojoules, so that 0.03 pJ and 12.5 pJ are both exact.
public struct Attojoules: Hashable, Comparable, Sendable {
  public var count: Int

  public init(_ count: Int) { self.count = count }

  public static func < (a: Self, b: Self) -> Bool { a.count < b.count }

  public var joules: Double { Double(count) * 1e-18 }

  /// The energy of `events` such events, rounded to the nearest femtojoule once for the product.
  public func energy(events: Int) -> Femtojoules {
    Femtojoules(nearest(count, events, over: 1000))
  }
}

/// A length in whole picometers, so that a ring's drift and its pitch are both exact.
public struct Picometers: Hashable, Comparable, Sendable {
  public var count: Int

  public init(_ count: Int) { self.count = count }

  public static func < (a: Self, b: Self) -> Bool { a.count < b.count }

  public var nanometers: Double { Double(count) * 1e-3 }
}

/// A ratio of powers in whole thousandths of a decibel; of either sign.
public struct Millidecibels: Hashable, Comparable, Sendable {
  public var count: Int

  public init(_ count: Int) { self.count = count }

  public static func < (a: Self, b: Self) -> Bool { a.count < b.count }

  public var decibels: Double { Double(count) * 1e-3 }
}

/// A ratio in whole millionths.
public struct PartsPerMillion: Hashable, Comparable, Sendable {
  public var count: Int

  public init(_ count: Int) { self.count = count }

  public static func < (a: Self, b: Self) -> Bool { a.count < b.count }

  public var ratio: Double { Double(count) * 1e-6 }
}

/// The product of counts that are not negative, over an even divisor, to the nearest integer, or the largest
/// that there is. Inlined, so that dividing by a constant is a multiplication.
@inline(__always)
private func nearest(_ a: Int, _ b: Int, _ c: Int = 1, over divisor: Int) -> Int {
  let (first, isTooMuch) = a.multipliedReportingOverflow(by: b)
  let (product, isAlsoTooMuch) = first.multipliedReportingOverflow(by: c)
  let (sum, isEvenMore) = product.addingReportingOverflow(divisor / 2)
  guard isTooMuch || isAlsoTooMuch || isEvenMore else { return sum / divisor }
  return Int(clamping: (Int128(a) * Int128(b) * Int128(c) + Int128(divisor / 2)) / Int128(divisor))
}
