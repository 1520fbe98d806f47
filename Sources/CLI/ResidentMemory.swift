import Foundation

/// How much memory the process has, as Linux counts it: mapped files take part as far as they have
/// been read.
struct ResidentMemory {
  /// Bytes now.
  let now: Int
  /// The most bytes at any time so far.
  let peak: Int

  /// Nil where the system does not say.
  init?() {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let now = Self.bytes("VmRSS:", in: status), let peak = Self.bytes("VmHWM:", in: status)
    else { return nil }
    self.now = now
    self.peak = peak
  }

  /// `VmRSS:     1234 kB`, in bytes.
  private static func bytes(_ key: String, in status: String) -> Int? {
    let fields = status.split(separator: "\n").first { $0.hasPrefix(key) }?.split(separator: " ")
    guard let fields, fields.count == 3, fields[2] == "kB" else { return nil }
    return Int(fields[1].trimmingCharacters(in: .whitespaces)).map { $0 * 1024 }
  }

  /// `123.4 MB resident, 234.5 MB peak`, of widths 9 before each unit.
  var text: String {
    String(format: "%9.1f MB resident %9.1f MB peak", Double(now) / 1e6, Double(peak) / 1e6)
  }
}
