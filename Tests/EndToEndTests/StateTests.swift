import Foundation
import Tensor
import Testing

/// Inputs that are fixed, and outputs that are inputs of the next call.
@Suite struct StateTests {
  /// h' = h w + x rate; y = h' + u, with an open batch.
  private static let recurrent = """
    {
      "format": "sonic-model", "version": 1, "name": "recurrent",
      "inputs": [
        {"name": "x", "type": "float", "shape": ["N", 3]},
        {"name": "u", "type": "float", "shape": [3]},
        {"name": "h", "type": "float", "shape": ["N", 3]},
        {"name": "rate", "type": "int32", "shape": []}
      ],
      "outputs": ["y", "next"],
      "constants": {"w": {"type": "float", "shape": [3, 3], "random": {"seed": 1}}},
      "nodes": [
        {"op": "Cast", "inputs": ["rate"], "outputs": ["float"], "attributes": {"to": 1}},
        {"op": "MatMul", "inputs": ["h", "w"], "outputs": ["turned"]},
        {"op": "Mul", "inputs": ["x", "float"], "outputs": ["scaled"]},
        {"op": "Add", "inputs": ["turned", "scaled"], "outputs": ["next"]},
        {"op": "Add", "inputs": ["next", "u"], "outputs": ["y"]}
      ]
    }
    """

  /// h' is h and x, one after another: a state that grows.
  private static let growing = """
    {
      "format": "sonic-model", "version": 1, "name": "growing",
      "inputs": [
        {"name": "x", "type": "float", "shape": [1]},
        {"name": "h", "type": "float", "shape": ["T"]}
      ],
      "outputs": ["next"],
      "nodes": [
        {"op": "Concat", "inputs": ["h", "x"], "outputs": ["next"], "attributes": {"axis": 0}}
      ]
    }
    """

  fileprivate static let fix = ["--fix", "rate=2"]
  private static let state = ["--state", "h=next"]
  private static let files = ["--input", "x=x.npy", "--input", "u=u.npy"]
  private static let calls = 4

  private func workplace() throws -> Workplace {
    let place = try Workplace()
    try place.write(Self.recurrent, to: "recurrent.json")
    try place.write(Self.growing, to: "growing.json")
    try place.write(tensor([Self.calls, 1, 3]), to: "x.npy")
    try place.write(tensor([3]), to: "u.npy")
    try place.write(tensor([1, 3]), to: "one.npy")
    try place.write(tensor([1, 3]), to: "h.npy")
    try NPZ.write([("x", tensor([1, 3])), ("u", tensor([3])), ("h", tensor([1, 3]))])
      .write(to: place.url("samples.npz"))
    _ = try place.sonic(
      ["compile", "recurrent.json", "-o", "recurrent.sonic", "--calibrate", "samples.npz"]
        + Self.fix)
    return place
  }

  private func tensor(_ shape: Shape) -> Tensor {
    Tensor(shape, floats: (0..<shape.count).map { Float($0 % 7) / 8 - 0.25 })
  }

  @Test func fixedInputsAreAsGivenOnes() throws {
    let place = try workplace()
    try place.write(Tensor([], ints: [2], type: .int32), to: "rate.npy")
    let inputs = ["--input", "x=one.npy", "--input", "u=u.npy", "--input", "h=h.npy"]
    for (folder, options) in [
      ("given", ["--input", "rate=rate.npy"]), ("fixed", ["--fix", "rate=2"]),
      ("file", ["--fix", "rate=@rate.npy"]),
    ] {
      let outcome = try place.sonic(
        ["evaluate", "recurrent.json", "--output-dir", folder] + inputs + options)
      #expect(outcome.status == 0, "\(outcome.messages)")
      for name in ["y", "next"] {
        let expected = try place.bytes("given/\(name).npy")
        #expect(try place.bytes("\(folder)/\(name).npy") == expected)
      }
    }
    // A list, in the shape that the model declares.
    let outcome = try place.sonic(
      ["evaluate", "recurrent.json", "--fix", "u=-0.25,-0.125,0", "--output-dir", "list"]
        + ["--input", "x=one.npy", "--input", "h=h.npy"] + Self.fix)
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(try place.tensor("list/y.npy") == place.tensor("given/y.npy"))
  }

  @Test(arguments: [["evaluate", "recurrent.json"] + StateTests.fix, ["run", "recurrent.sonic"]])
  func callsAreCarriedOn(_ command: [String]) throws {
    let place = try workplace()
    let all = try place.sonic(command + Self.files + Self.state + ["--output-dir", "all"])
    #expect(all.status == 0, "\(all.messages)")
    try place.write(Tensor([1, 3], floats: [0, 0, 0]), to: "state.npy")
    let x = try place.tensor("x.npy")
    for call in 0..<Self.calls {
      try place.write(x.rows(call..<call + 1).reshaped([1, 3]), to: "x1.npy")
      let inputs = ["--input", "x=x1.npy", "--input", "u=u.npy", "--input", "h=state.npy"]
      let one = try place.sonic(command + inputs + ["--output-dir", "one"])
      #expect(one.status == 0, "\(one.messages)")
      for name in ["y", "next"] {
        let part = try place.tensor("all/\(name).npy").rows(call..<call + 1)
        #expect(part.shape == [1, 1, 3])
        #expect(try place.tensor("one/\(name).npy").floats == part.floats)
      }
      try place.bytes("one/next.npy").write(to: place.url("state.npy"))
    }
  }

  @Test func theFirstStateMayBeGiven() throws {
    let place = try workplace()
    let command = ["evaluate", "recurrent.json"] + Self.fix + Self.files + ["--input", "h=h.npy"]
    let all = try place.sonic(command + Self.state + ["--output-dir", "all"])
    #expect(all.status == 0, "\(all.messages)")
    let first = try place.sonic(
      [
        "evaluate", "recurrent.json", "--input", "x=one.npy", "--input", "u=u.npy", "--input",
        "h=h.npy",
      ]
        + Self.fix + ["--output-dir", "one"])
    #expect(first.status == 0, "\(first.messages)")
    #expect(try place.tensor("all/y.npy").rows(0..<1).floats == place.tensor("one/y.npy").floats)
  }

  @Test func theReportIsOfAllCalls() throws {
    let place = try workplace()
    func report(_ inputs: [String]) throws -> [String: Any] {
      let outcome = try place.sonic(["run", "recurrent.sonic"] + inputs + ["--report", "r.json"])
      #expect(outcome.status == 0, "\(outcome.messages)")
      let object = try JSONSerialization.jsonObject(with: place.bytes("r.json"))
      return try #require(object as? [String: Any])
    }
    let all = try report(Self.files + Self.state)
    let one = try report(["--input", "x=one.npy", "--input", "u=u.npy", "--input", "h=h.npy"])
    #expect(all["samples"] as? Int == Self.calls)
    let latency = try #require(one["latencyPicoseconds"] as? Int)
    #expect(all["latencyPicoseconds"] as? Int == Self.calls * latency)
  }

  @Test(arguments: [
    (["--state", "g=next"], "no input is called \"g\", expected one of x, u, h", 64),
    (["--state", "h=last"], "no output is called \"last\", expected one of y, next", 64),
    (["--state", "h=next", "--state", "h=y"], "found y, expected the same as before: next", 64),
    (["--state", "h=y", "--input", "h=x.npy"], "found shape 4x1x3, expected Nx3", 65),
  ])
  func refusesStatesThatAreNone(_ flags: [String], _ message: String, _ status: Int32) throws {
    let place = try workplace()
    let outcome = try place.sonic(
      ["evaluate", "recurrent.json", "--output-dir", "out"] + Self.fix + Self.files + flags)
    #expect(outcome.status == status && outcome.messages.contains(message), "\(outcome.messages)")
    #expect(!place.files.contains("out"))
  }

  @Test func refusesCallsThatDoNotFit() throws {
    let place = try workplace()
    try place.write(Tensor([0, 1, 3], floats: []), to: "none.npy")
    try place.write(tensor([3, 3]), to: "u3.npy")
    try place.write(tensor([2, 1]), to: "two.npy")
    for (model, inputs, message) in [
      (
        "recurrent.json --fix rate=2", ["x=x.npy", "u=u3.npy"],
        "value \"x\": error: found 4 calls, expected 3, as in input \"u\""
      ),
      (
        "recurrent.json --fix rate=2", ["x=none.npy", "u=u.npy"],
        "value \"x\": error: found no calls, expected at least one"
      ),
      (
        "recurrent.json --fix rate=2", ["x=one.npy", "u=u.npy"],
        "no input has an axis of calls before those of the model, expected at least one for --state"
      ),
      (
        "growing.json", ["x=two.npy"],
        "value \"h\": error: the model leaves its shape open; give --input h=FILE"
      ),
      (
        "growing.json", ["x=two.npy", "h=u.npy"],
        "value \"next\": error: found outputs of several shapes, expected one for all calls"
      ),
    ] {
      let command = ["evaluate"] + model.split(separator: " ").map(String.init)
      let outcome = try place.sonic(
        command + Self.state + ["--output-dir", "out"] + inputs.flatMap { ["--input", $0] })
      #expect(outcome.status == 65 && outcome.messages.contains(message), "\(outcome.messages)")
    }
  }
}
