public import Foundation
import SONICBackend
public import Support

extension Exploration {
  private struct Document: Encodable {
    struct Point: Encodable {
      var design: [String: String]
      var objectives: [String: Double]
      var networks: [String: Figures]
    }

    let format = "sonic-exploration"
    let version = 1
    let counts = Report.Basis.Counts.expected
    var designs: Int
    var failures: Int
    var reference: Point
    var isReferenceOnFront: Bool
    var better: Int
    var front: [Point]
  }

  /// The front and the reference, with objectives in their units and each network's figures.
  public func json() throws(Failure) -> Data {
    let document = Document(
      designs: points.count, failures: failures.count, reference: json(reference),
      isReferenceOnFront: front.contains(0), better: better.count,
      front: front.map { json(points[$0]) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      return try encoder.encode(document) + Data("\n".utf8)
    } catch {
      throw Failure(.bug, "cannot write what was found: \(error)")
    }
  }

  private func json(_ point: Point) -> Document.Point {
    Document.Point(
      design: point.design.values,
      objectives: Dictionary(
        zip(space.objectives.map(\.rawValue), point.values)
      ) { first, _ in first },
      networks: Dictionary(zip(networks, point.figures)) { first, _ in first })
  }
}
