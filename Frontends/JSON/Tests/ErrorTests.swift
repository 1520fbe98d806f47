import Foundation
import Graph
import JSONFrontend
import Support
import TestKit
import Testing

@Suite struct ErrorTests {
  @Test func malformedTextsSayWhere() {
    Golden.check(Self.report(Self.malformed), "error/json-syntax.txt")
  }

  @Test func everyProblemIsListedWithItsPath() {
    Golden.check(Self.report(Self.wrong), "error/json-model.txt")
  }

  @Test func problemsOfLayersSayWhichLayer() {
    let texts = Self.wrongLayers.map { layers in
      """
      {"format": "sonic-model", "version": 1, "weights": {"random": {}},
      "inputs": [{"name": "x", "type": "float", "shape": [1, 3, 8, 8]}],
      "layers": \(layers)}
      """
    }
    Golden.check(Self.report(texts), "error/json-layers.txt")
  }

  @Test func problemsBeyondFiftyAreNotListed() {
    let nodes = (0..<90).map { _ in "0" }.joined(separator: ", ")
    let error = #expect(throws: Failure.self) {
      let text = Self.model(nodes: "[\(nodes)]")
      _ = try JSON.read(Data(text.utf8), file: "model.json", synthesizing: 0)
    }
    #expect(error?.diagnostics.count == 51)
    #expect(error?.diagnostics.last?.message == "more problems follow, which are not listed")
  }

  @Test func deepTextsAreRefused() {
    let deepest = JSONValue.maximumDepth
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      for depth in [deepest, deepest + 1, 1_000_000] {
        let text =
          String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
        #expect(((try? JSONValue.parse(Array(text.utf8))) != nil) == (depth == deepest))
      }
    }
  }

  @Test func everyTruncationIsRefused() {
    let text = Array(ModelTests.nodes.utf8)
    for count in text.indices {
      #expect(throws: Failure.self, "\(count) bytes") {
        _ = try JSON.read(Data(text[..<count]), file: "model.json", synthesizing: 100)
      }
    }
  }

  @Test func mutationsAreReadOrRefused() throws {
    let layers = try Data(contentsOf: paperNetwork)
    let texts = [[UInt8](ModelTests.nodes.utf8), [UInt8](layers)]
    fuzz("JSON", texts, alphabet: "0123456789-.,[]{}\":e ", share: 5000) { bytes, _ in
      try #require(JSON.read(bytes, file: "model.json", synthesizing: 1000).verify() == [])
    }
  }

  /// Each text with what is said of it.
  private static func report(_ texts: [String]) -> String {
    texts.map { text in
      do throws(Failure) {
        _ = try JSON.read(Data(text.utf8), file: "model.json", synthesizing: 10_000)
        return "\(text)\n  is accepted\n"
      } catch {
        return "\(text)\n" + error.diagnostics.map { "  \($0)\n" }.joined()
      }
    }.joined(separator: "\n")
  }

  private static let malformed = [
    "", "{", "{\"a\"", "{\"a\":", "{\"a\": 1,", "{\"a\": 1]", "{a: 1}", "{\"a\": 1, \"a\": 2}",
    "[1",
    "[1,", "[1 2]", "[1}", "\"", "\"\\", "\"\\x\"", "\"\\u00\"", "\"\\uDC00\"", "\"\t\"", "nul",
    "truefalse", "01", "+1", "1.", ".5", "1e", "-", "NaN", "Infinity", "0x10", "1 2", "\u{FEFF}1",
    "'a'", "// a\n1", "{\n  \"é\": $\n}",
  ]

  private static func model(
    inputs: String = "[]", constants: String = "{}", nodes: String = "[]", outputs: String = "[]"
  ) -> String {
    """
    {"format": "sonic-model", "version": 1,
    "inputs": \(inputs),
    "constants": \(constants),
    "nodes": \(nodes),
    "outputs": \(outputs)}
    """
  }

  private static func constant(_ elements: String, type: String = "float", shape: String = "[2]")
    -> String
  {
    model(constants: #"{"c": {"type": "\#(type)", "shape": \#(shape), \#(elements)}}"#)
  }

  private static let wrong: [String] =
    [
      "[]", "{}", #"{"format": "onnx", "version": 2, "inputs": {}, "name": 1}"#,
      #"{"format": "sonic-model", "version": 1, "inputs": [], "weights": {}, "what": 1}"#,
      #"""
      {"format": "sonic-model", "version": 1, "inputs": [],
      "nodes": [], "outputs": [], "constants": {}, "layers": []}
      """#,
      model(inputs: #"[1, {"name": "x"}, {"name": "", "type": "real", "shape": [0]}]"#),
      model(inputs: #"[{"name": "x", "type": "float", "shape": [1, "", 3]}]"#),
      model(
        inputs: """
          [{"name": "x", "type": "float", "shape": [2147483647, 2147483647, 2147483647]},
          {"name": "x", "type": "float", "shape": [4294967296]}]
          """),
      model(
        inputs: """
          [{"name": "x", "type": "float", "shape": [1]},
          {"name": "x", "type": "float", "shape": [1]}]
          """, constants: #"{"x": {"type": "float", "shape": [], "fill": 1}, "": 1}"#),
      model(constants: "[]"), constant(#""value": 1"#), constant(#""values": [1, 2], "fill": 1"#),
      constant(#""values": 1"#), constant(#""values": [1]"#), constant(#""values": [1, "2"]"#),
      constant(#""values": [1, 1e39]"#), constant(#""values": [0, 128]"#, type: "int8"),
      constant(#""values": [0, 1.5]"#, type: "int64"),
      constant(#""values": [true, 2]"#, type: "bool"),
      constant(#""values": [0, true]"#, type: "int8"), constant(#""fill": "a""#),
      constant(#""fill": -1"#, type: "uint8"), constant(#""fill": 1"#, shape: "[101, 100]"),
      constant(#""fill": 1"#, shape: "[2147483647, 2147483647, 4]"),
      constant(#""fill": 1"#, shape: "[-1]"),
      constant(#""random": {}"#, type: "int8"), constant(#""random": {}"#, shape: "[2147483647]"),
      constant(
        #""random": {"seed": -1, "distribution": "he", "scale": 0, "mean": 1e31, "sparsity": 1.1}"#),
      constant(#""random": {"sead": 1, "sparsity": "half"}"#), constant(#""random": 1"#),
      constant(#""file": 1"#), constant(#""file": "../w.npy""#),
      model(nodes: "[1, {}]", outputs: #"[1, "y", "y"]"#),
      model(nodes: #"[{"op": "Nothing", "inputs": [], "outputs": []}]"#),
      model(nodes: #"[{"op": 1, "name": "", "inputs": 1, "outputs": [1]}]"#),
      model(
        nodes: """
          [{"op": "Nothing", "inputs": ["a"], "outputs": ["b"]},
          {"op": "Gemm", "inputs": ["b", "c"], "outputs": ["d"],
           "attributes": {"tranB": 1, "transB": 1.5, "alpha": "1"}},
          {"op": "Conv", "inputs": ["d", "d"], "outputs": ["e"],
           "attributes": {"pads": 1, "strides": [1, "1"], "auto_pad": "SOME"}},
          {"op": "Conv", "inputs": ["d", "d"], "outputs": ["e"], "attributes": {"auto_pad": 1}},
          {"op": "Conv", "inputs": ["d", "d"], "outputs": ["f"], "attributes": []}]
          """, outputs: #"["e", "g"]"#),
      model(
        inputs: #"[{"name": "x", "type": "float", "shape": [1, 1, 4, 4]}]"#,
        nodes: """
          [{"op": "Conv", "name": "a", "inputs": ["x"], "outputs": ["y"]},
          {"op": "Conv", "name": "a", "inputs": ["x", null, "x"], "outputs": ["z"]}]
          """),
    ]

  private static let wrongLayers: [String] = [
    "1", "[]", "[1]", "[{}]", #"[{"conf": 3}]"#,
    #"[{"conv": 3, "kernal": 3}, {"relu": true, "bn": true}, {"maxpool": 2, "pads": 1}]"#,
    #"[{"conv": 0, "kernel": 3}]"#, #"[{"conv": 3, "kernel": 9}]"#,
    #"[{"conv": 3, "kernel": [3]}]"#, #"[{"conv": 3, "kernel": [3, 0]}]"#,
    #"[{"conv": 3, "kernel": 3, "pad": "some"}]"#, #"[{"conv": 3, "kernel": 3, "pad": -1}]"#,
    #"[{"conv": 3, "kernel": 3, "stride": 0}]"#, #"[{"conv": 3, "kernel": 3, "dilation": 99999}]"#,
    #"[{"conv": 3, "kernel": 3, "groups": 2}]"#, #"[{"conv": 3, "kernel": 3, "bn": 1}]"#,
    #"[{"conv": 3, "kernel": 3, "bn": {"gamma": {"fill": 1}, "epsilon": 2}}]"#,
    #"[{"conv": 3, "kernel": 3, "relu": 1}]"#, #"[{"conv": 3, "kernel": 3, "bias": 1}]"#,
    #"[{"conv": 3, "kernel": 3, "weights": {"values": [1]}}]"#,
    #"[{"conv": 2147483647, "kernel": 3}]"#, #"[{"conv": 3, "kernel": 65535, "pad": 65535}]"#,
    #"[{"dense": 3}]"#, #"[{"flatten": false}]"#, #"[{"flatten": true}, {"conv": 3, "kernel": 3}]"#,
    #"[{"flatten": true}, {"maxpool": 2}]"#, #"[{"relu": true, "name": "x"}]"#,
    #"[{"relu": true, "name": ""}]"#, #"[{"bn": false}]"#,
  ]
}
