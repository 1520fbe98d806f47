public import Compiler
import Foundation
public import Graph
public import Hardware
import Support
import Tensor

/// A network to explore designs for, with what of its compilation does not vary.
public struct Subject: Sendable {
  public let name: String
  let graph: Graph
  let options: Options
  private let hash: String
  /// All that its figures depend on beside a design and the compiler, whatever it is called.
  let key: String

  /// - Parameters:
  ///   - graph: as a frontend gives it.
  ///   - name: tells it from others.
  ///   - hash: of the model file.
  ///   - options: what designs have but for their parameters.
  ///   - machine: what they have of it.
  public init(
    _ graph: Graph, name: String, hash: String, options: Options, on machine: Machine
  ) {
    self.graph = graph
    self.name = name
    self.options = options
    let machine = machine.figures.map { "\($0.path)=\($0.value)" }.joined(separator: "\n")
    self.hash = hash
    key = "\(hash)\n\(options.fingerprint)\n\(machine)"
  }

  /// Whether it is the same model, or is called the same.
  public func isTwin(of other: Subject) -> Bool { hash == other.hash || name == other.name }
}

extension Options {
  /// All options that results depend on, in one spelling.
  fileprivate var fingerprint: String {
    var lines = [
      "batch-norm \(batchNorm)", "gain \(gain)", "pack \(pack)", "dataflow \(dataflow)",
      "clustering \(clustering)", "attention \(attention)", "clusters \(clusters)",
      "prune \(pruning.map { "\($0)" } ?? "")",
    ]
    lines += pruningOfLayer.sorted { $0.key < $1.key }.map { "prune \($0.key) \($0.value)" }
    lines += dimensions.sorted { $0.key < $1.key }.map { "dim \($0.key) \($0.value)" }
    lines += shapes.sorted { $0.key < $1.key }.map { "shape \($0.key) \($0.value.sizes)" }
    for sample in samples {
      lines += sample.sorted { $0.key < $1.key }.map { "sample \($0.key) \($0.value.fingerprint)" }
    }
    return lines.joined(separator: "\n")
  }
}

extension Tensor {
  /// Type, shape and a hash of the elements.
  fileprivate var fingerprint: String {
    var writer = ByteWriter()
    for element in doubles { writer.integer(element.bitPattern) }
    return "\(type.rawValue) \(shape.sizes) \(FNV1a.hexadecimal(writer.data))"
  }
}
