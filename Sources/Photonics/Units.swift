import Foundation

/// A number with a unit. Sums stay in the unit; a quotient of two is a plain ratio.
public protocol Measure: Hashable, Comparable, Sendable, AdditiveArithmetic {
  var value: Double { get }
  init(_ value: Double)
}

extension Measure {
  public static var zero: Self { Self(0) }
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
  public static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
  public static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
  public static func * (a: Self, factor: Double) -> Self { Self(a.value * factor) }
  public static func / (a: Self, b: Self) -> Double { a.value / b.value }
  public static func / (a: Self, divisor: Double) -> Self { Self(a.value / divisor) }
}

/// Wavelengths, and differences of wavelengths.
public struct Nanometers: Measure {
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Lengths on a chip.
public struct Micrometers: Measure {
  public let value: Double
  public init(_ value: Double) { self.value = value }

  public var centimeters: Double { value * 1e-4 }
}

/// A ratio of powers: ten times its decimal logarithm. A loss is positive.
public struct Decibels: Measure {
  public let value: Double
  public init(_ value: Double) { self.value = value }

  public init(ratio: Double) { value = 10 * log10(ratio) }

  public var ratio: Double { pow(10, value / 10) }
}

/// Powers, of light or electric.
public struct Milliwatts: Measure {
  public let value: Double
  public init(_ value: Double) { self.value = value }

  /// The power against one milliwatt.
  public var dBm: Double { 10 * log10(value) }

  /// What a loss leaves.
  public func after(_ loss: Decibels) -> Milliwatts { self / loss.ratio }

  /// What must go in so that this is left after a loss.
  public func before(_ loss: Decibels) -> Milliwatts { self * loss.ratio }
}

/// Currents of photodetectors.
public struct Amperes: Measure {
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Bandwidths and rates.
public struct Hertz: Measure {
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Latencies.
public struct Nanoseconds: Measure {
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Energies of one event.
public struct Picojoules: Measure {
  public let value: Double
  public init(_ value: Double) { self.value = value }
}
