import Foundation
import Tensor
import TestKit
import Testing

/// Every way to fail: exit code, message, and nothing left behind.
@Suite struct FailureTests {
  private static let usage = [
    "explode", "compile", "compile tiny.json", "compile tiny.json -o x --clusters 0",
    "compile tiny.json -o x --prune much", "compile tiny.json -o x --dim N",
    "compile tiny.json -o x --shape image=1xx6", "compile tiny.json --stop-after sleep",
    "compile tiny.json --stop-after tile --emit graph", "compile tiny.json -o x --threads 0",
    "compile tiny.json -o x --dim M=2", "compile tiny.json -o x --dim N=1 --dim N=2",
    "compile text.txt -o x", "compile pair.json -o x --calibrate images.npy",
    "compile tiny.json -o x --prune 1.5",
    "compile tiny.json -o x --prune unknown.json", "run tiny.sonic --input images.npy --repeat 0",
    "run tiny.sonic --input a.npy --inputs b.npz",
    "run tiny.sonic --input images.npy --output other=x.npy",
    "run tiny.sonic --input images.npy --input images.npy",
    "evaluate pair.json --inputs in.npz --output-dir x",
    "evaluate pair.json --input a.npy --output x.npy", "evaluate tiny.json --input images.npy",
    "evaluate pair.json --inputs in.npz --output x.npy", "reference manners",
    "inspect tiny.sonic --format yaml", "compile tiny.json -o x --fix image",
    "compile tiny.json -o x --fix picture=1", "compile pair.json -o x --fix in/a=1,two,3",
    "compile pair.json -o x --fix in/a=1e99", "evaluate tiny.json --output-dir x --state image",
    "compile pair.json -o x --fix in/a=1 --fix in/a=2",
    "run tiny.sonic --input images.npy --set conv.units=1 --output-dir x",
    "accuracy tiny.sonic --images images.npy --labels labels.npy --sweep optics.quality=1,2",
    "accuracy tiny.sonic --images images.npy --labels labels.npy --trials 0",
    "compile tiny.json -o x --set wheels=4", "compile tiny.json -o x --set conv.=4",
    "accuracy tiny.sonic --images images.npy --labels labels.npy --trials 1 --sweep a=1 --sweep a=2",
  ]

  private static let data = [
    "compile broken.json -o x", "compile text.json -o x", "compile text.onnx -o x",
    "compile tiny.json -o x --prune broken.json", "compile tiny.json -o x --prune layers.json",
    "compile tiny.json -o x --calibrate short.npy",
    "compile tiny.json -o x --machine text.yaml", "run tiny.sonic --input short.npy",
    "run tiny.sonic --input other=images.npy", "run tiny.sonic --input bytes.npy",
    "run tiny.sonic --input none.npy", "run tiny.sonic", "run tiny.sonic --input text.npy",
    "run tiny.sonic --inputs text.npz", "run text.sonic --input images.npy", "verify text.sonic",
    "verify cut.sonic", "inspect text.sonic", "inspect tiny.sonic --layer conv2",
    "disassemble text.sonic", "assemble text.s -o x",
    "assemble batch.s -o x",
    "machines validate text.yaml", "compare images.npy short.npy", "compare in.npz empty",
    "accuracy tiny.json --images images.npy --labels images.npy",
    "accuracy tiny.json --images short.npy --labels labels.npy", "estimate text.json",
    "evaluate tiny.json --input short.npy --output-dir x",
    "compile pair.json -o x --fix in/a=1,2", "compile pair.json -o x --fix in/a=@labels.npy",
    "compile tiny.json -o x --set conv.units=0", "compile tiny.json -o x --set conv.wheels=4",
    "run tiny.sonic --input images.npy --set optics.speed=1 --output-dir x",
    "run tiny.sonic --input images.npy --set devices.arms=1 --numerics noisy --output-dir x",
    "run tiny.sonic --input images.npy --set optics.quality=many --output-dir x",
  ]

  private static let missing = [
    "compile nowhere.json -o x", "run nowhere.sonic", "run tiny.sonic --input nowhere.npy",
    "compile pair.json -o x --fix in/a=@nowhere.npy",
    "compile tiny.json -o x --machine nowhere", "compile tiny.json -o x --machine ./nowhere.yaml",
    "compile tiny.json -o x --prune nowhere.json", "machines show nowhere", "run empty",
  ]

  private static let unwritable = [
    "compile tiny.json -o nowhere/x --calibrate images.npy",
    "compile tiny.json -o empty --calibrate images.npy",
    "compile tiny.json -o x --calibrate images.npy --dump-after tile --dump-to tiny.json",
    "run tiny.sonic --input images.npy --output x.npy --report nowhere/x.json",
    "run tiny.sonic --input images.npy --output x.npy --report empty",
    "run tiny.sonic --input images.npy --output-dir tiny.json",
    "assemble tiny.s -o nowhere/x", "disassemble tiny.sonic -o nowhere/x",
  ]

  /// A workplace with good files and bad ones.
  private func workplace() throws -> Workplace {
    let place = try Workplace.withProgram()
    try place.write(Workplace.pair, to: "pair.json")
    let assembly = try place.sonic("disassemble", "tiny.sonic").text
    try place.write(assembly, to: "tiny.s")
    try place.write(
      assembly.replacingOccurrences(of: "inputs=[b0], outputs", with: "inputs=[], outputs"),
      to: "batch.s")
    let pair = Tensor([2, 3], floats: [1, 2, 3, 4, 5, 6])
    try NPZ.write([("in=b", pair), ("in/a", pair)]).write(to: place.url("in.npz"))
    for name in ["json", "onnx", "npy", "npz", "sonic", "s", "yaml", "txt"] {
      try place.write("no such thing", to: "text.\(name)")
    }
    try place.write(
      Tensor([5, 1, 6, 5], floats: [Float](repeating: 0, count: 150)), to: "short.npy")
    try place.write(Tensor([0, 1, 6, 6], floats: []), to: "none.npy")
    try place.write(
      Tensor(.uint8, [1, 1, 6, 6], .ints([Int64](repeating: 0, count: 36))), to: "bytes.npy")
    try place.write(Tensor([3], ints: [0, 1, 2]), to: "labels.npy")
    try place.write(#"{"format": "sonic-model", "version": 1, "inputs": 3}"#, to: "broken.json")
    try place.write(#"{"conv1": "half", "scores": [1]}"#, to: "layers.json")
    try place.write(#"{"conv2": 0.5}"#, to: "unknown.json")
    try (try place.bytes("tiny.sonic")).prefix(1000).write(to: place.url("cut.sonic"))
    try FileManager.default.createDirectory(
      at: place.url("empty"), withIntermediateDirectories: true)
    return place
  }

  /// Runs the commands; none may succeed with another code or leave a file.
  private func check(_ commands: [String], status: Int32, golden: String) throws {
    let place = try workplace()
    let before = place.files
    var text = ""
    for command in commands {
      let outcome = try place.sonic(command.split(separator: " ").map(String.init))
      #expect(outcome.status == status, "sonic \(command): \(outcome.messages)")
      #expect(outcome.output.isEmpty, "sonic \(command)")
      #expect(place.files == before, "sonic \(command)")
      text += "$ sonic \(command)\n\(outcome.messages)\n"
    }
    Golden.check(text, "error/\(golden).txt")
  }

  @Test func wrongUsage() throws {
    try check(Self.usage, status: 64, golden: "command-usage")
  }

  @Test func badData() throws {
    try check(Self.data, status: 65, golden: "command-data")
  }

  @Test func missingInput() throws {
    try check(Self.missing, status: 66, golden: "command-missing")
  }

  @Test func unwritableOutput() throws {
    try check(Self.unwritable, status: 73, golden: "command-unwritable")
  }
}
