public import Foundation
public import Graph
public import Support

/// Reads models of one file format. A frontend is one folder and one line in CLI/Plugins.swift.
public protocol Frontend: Sendable {
  /// As users write it: `onnx`.
  static var name: String { get }
  /// File name extensions, without the dot.
  static var extensions: [String] { get }

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - bytes: the file; may be hostile.
  ///   - file: its path, for messages and to find files that lie beside it.
  ///   - diagnostics: takes warnings and notes.
  /// - Throws: exit code 65 with everything that is wrong or not supported, located.
  static func read(_ bytes: Data, file: String, diagnostics: inout Diagnostics)
    throws(Failure) -> Graph
}
