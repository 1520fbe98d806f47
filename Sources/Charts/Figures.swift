import Foundation

/// A number with three significant digits, without an exponent.
public func figure(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return value == 0 ? "0" : "-" }
  // Rounded first, as that may make a digit more.
  let rounded = Double(String(format: "%.2e", value)) ?? value
  let magnitude = Int(log10(rounded.magnitude).rounded(.down))
  return String(format: "%.\(max(2 - magnitude, 0))f", rounded)
}

/// A whole number with commas between thousands.
public func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}
