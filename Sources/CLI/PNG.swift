import Charts
import Foundation
import Support

/// Pictures of pixels.
enum PNG {
  /// Draws an SVG file at twice its size, with rsvg-convert.
  ///
  /// - Throws: exit code 69 if there is no such program, or if it cannot draw the file.
  static func drawn(_ chart: any Chart) throws(Failure) -> Data {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sonic-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, target) = (
      folder.appendingPathComponent("chart.svg"), folder.appendingPathComponent("chart.png")
    )
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["rsvg-convert", "--zoom", "2", "-o", target.path, source.path]
    process.standardError = FileHandle.nullDevice
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try chart.svg.write(to: source)
      try process.run()
      process.waitUntilExit()
      if process.terminationStatus == 0 { return try Data(contentsOf: target) }
    } catch {
      throw Failure(.unavailable, "cannot run rsvg-convert for PNG files")
    }
    throw Failure(
      .unavailable,
      process.terminationStatus == 127
        ? "found no rsvg-convert, which PNG files need (Debian: librsvg2-bin)"
        : "rsvg-convert cannot draw the chart \(chart.name)")
  }
}
