import Foundation
import Tensor
import Testing

/// From a model to outputs, through files and streams.
@Suite struct ProgramTests {
  /// What a report proposes can be tried as it is written.
  @Test func changesOfAReportAreSettings() throws {
    let place = try Workplace.withProgram()
    let bottleneck = try #require(try estimate(place, [])["bottleneck"] as? [String: Any])
    let changes = try #require(bottleneck["changes"] as? [[String: Any]])
    #expect(changes.count > 3)
    for change in changes {
      let settings = try #require(change["settings"] as? [String])
      let changed = try estimate(place, settings.flatMap { ["--set", $0] })
      #expect(changed["latencyPicoseconds"] as? Int == change["latencyPicoseconds"] as? Int)
    }
  }

  private func estimate(
    _ place: borrowing Workplace, _ flags: [String]
  ) throws -> [String: Any] {
    let outcome = try place.sonic(["estimate", "tiny.sonic", "--json"] + flags)
    #expect(outcome.status == 0, "\(outcome.messages)")
    return try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
  }

  @Test func programsAreCompiledAlready() throws {
    let place = try Workplace.withProgram()
    let outcome = try place.sonic(["estimate", "tiny.sonic", "--prune", "0.5"])
    #expect(outcome.status == 64 && outcome.messages.contains("--prune, which is for models"))
    let units = try place.sonic(["estimate", "tiny.sonic", "--set", "conv.units=1"])
    #expect(units.status == 65, "\(units.messages)")
  }

  @Test func programsGiveWhatModelsGive() throws {
    let place = try Workplace.withProgram()
    let run = try place.sonic(
      "run", "tiny.sonic", "--input", "image=images.npy", "--output-dir", "out", "--report",
      "report.json", "--trace", "trace.json")
    #expect(run.status == 0 && run.messages.isEmpty && !run.output.isEmpty)
    let evaluated = try place.sonic(
      "evaluate", "tiny.json", "--input", "images.npy", "--output", "scores=expected.npy")
    #expect(evaluated.status == 0 && evaluated.output.isEmpty)
    let (found, expected) = (
      try place.tensor("out/scores.npy"), try place.tensor("expected.npy")
    )
    #expect(found.shape == [5, 3] && expected.shape == [5, 3])
    let peak = try #require(expected.floats.map(\.magnitude).max())
    for (found, expected) in zip(found.floats, expected.floats) {
      #expect((found - expected).magnitude <= 0.01 * peak)
    }
    for file in ["report.json", "trace.json"] {
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: place.bytes(file))
      }
    }
  }

  @Test func programsAreCloseToWhatClusteringLeft() throws {
    let place = try Workplace.withProgram()
    let measured = try place.sonic(
      "fidelity", "tiny.json", "--calibrate", "images.npy", "--input", "images.npy", "--json")
    let rows = try JSONSerialization.jsonObject(with: measured.output) as? [[String: Any]]
    let row = try #require(rows?.first, "\(measured.messages)")
    #expect(rows?.count == 1 && row["name"] as? String == "scores")
    let accelerator = try #require(row["accelerator"] as? [String: Any])
    #expect(try #require(accelerator["decibels"] as? Double) > 60)
  }

  /// What repeated runs take on this computer, in the form that the benchmark reads.
  @Test(arguments: ["1", "2"]) func repeatedRunsAreTimed(_ threads: String) throws {
    let place = try Workplace.withProgram()
    let run = try place.sonic(
      "run", "tiny.sonic", "--input", "images.npy", "--repeat", "3", "--threads", threads)
    let each = #"minimum +[\d.]+ ms, median +[\d.]+ ms of 3"#
    let pattern = try Regex(
      "^load: +[\\d.]+ ms\nprepare: +[\\d.]+ ms\nrun: \(each)\naccounting: \(each)\n$")
    #expect(run.status == 0 && run.messages.wholeMatch(of: pattern) != nil, "\(run.messages)")
  }

  @Test func batchesAreTheirSamplesOneAfterAnother() throws {
    let place = try Workplace.withProgram()
    let images = Workplace.images(5)
    var parts: [Tensor] = []
    for sample in 0..<5 {
      try place.write(images.rows(sample..<sample + 1), to: "one.npy")
      _ = try place.sonic("run", "tiny.sonic", "--input", "one.npy", "--output", "out.npy")
      parts.append(try place.tensor("out.npy"))
    }
    for (executor, threads) in [("fast", "1"), ("fast", "2"), ("reference", "3")] {
      let run = try place.sonic(
        "run", "tiny.sonic", "--input", "images.npy", "--output", "all.npy", "--executor", executor,
        "--threads", threads)
      #expect(run.status == 0)
      #expect(try place.tensor("all.npy") == Tensor(joining: parts))
    }
  }

  @Test func standardStreamsStandForFiles() throws {
    let place = try Workplace.withProgram()
    let program = try place.bytes("tiny.sonic")
    let compiled = try place.sonic(
      "compile", "-", "--format", "json", "-o", "-", "--calibrate", "images.npy",
      input: Data(Workplace.tiny.utf8))
    #expect(compiled.status == 0 && compiled.output == program)
    let images = try place.bytes("images.npy")
    let evaluated = try place.sonic(
      "evaluate", "tiny.json", "--input", "-", "--output", "-", input: images)
    #expect(try NPY.read(evaluated.output).shape == [5, 3])
    let verified = try place.sonic("verify", "-", input: program)
    #expect(verified.status == 0 && verified.text.hasPrefix("ok\n"))
  }

  @Test func whatIsNoFileIsWrittenTo() throws {
    let place = try Workplace.withProgram()
    let program = try place.bytes("tiny.sonic")
    try place.write("old", to: "target")
    try FileManager.default.createSymbolicLink(
      at: place.url("link"), withDestinationURL: place.url("target"))
    for output in ["/dev/null", "/dev/stdout", "link"] {
      let compiled = try place.sonic(
        "compile", "tiny.json", "-o", output, "--calibrate", "images.npy")
      #expect(compiled.status == 0)
    }
    #expect(try place.bytes("target") == program)
    let info = try FileManager.default.attributesOfItem(atPath: "/dev/null")
    #expect(info[.type] as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func theSameInputGivesTheSameBytes() throws {
    let place = try Workplace.withProgram()
    for threads in ["1", "2"] {
      let compiled = try place.sonic(
        "compile", "tiny.json", "-o", "again.sonic", "--calibrate", "images.npy", "--threads",
        threads)
      #expect(compiled.status == 0)
      #expect(try place.bytes("again.sonic") == place.bytes("tiny.sonic"))
    }
  }

  @Test func assemblyKeepsEveryByte() throws {
    let place = try Workplace.withProgram()
    let text = try place.sonic("disassemble", "tiny.sonic")
    let assembled = try place.sonic("assemble", "-", "-o", "same.sonic", input: text.output)
    #expect(assembled.status == 0 && assembled.messages.isEmpty)
    #expect(try place.bytes("same.sonic") == place.bytes("tiny.sonic"))
    let emitted = try place.sonic(
      "compile", "tiny.json", "--emit", "asm", "--calibrate", "images.npy")
    #expect(emitted.output == text.output)
  }

  @Test func severalInputsAndOutputsGoByName() throws {
    let place = try Workplace()
    try place.write(Workplace.pair, to: "pair.json")
    let (a, b) = (
      Tensor([2, 3], floats: [1, 2, 3, 4, 5, 6]), Tensor([2, 3], floats: [6, 5, 4, 3, 2, 1])
    )
    try place.write(a, to: "a.npy")
    try place.write(b, to: "b.npy")
    try NPZ.write([("in=b", b), ("in/a", a)]).write(to: place.url("in.npz"))
    let inputs = [["--input", "in/a=a.npy", "--input", "in=b=b.npy"], ["--inputs", "in.npz"]]
    for inputs in inputs {
      let evaluated = try place.sonic(
        ["evaluate", "pair.json", "--output", "out/sum=sum.npy", "--output", "out:sum=product.npy"]
          + inputs)
      #expect(evaluated.status == 0, "\(evaluated.messages)")
      #expect(try place.tensor("sum.npy").floats == [7, 7, 7, 7, 7, 7])
      #expect(try place.tensor("product.npy").floats == [3.5, 15.75, 3.5, 15.75])
    }
  }

  @Test func estimatesOfModelsAreThoseOfTheirPrograms() throws {
    let place = try Workplace.withProgram()
    let ofProgram = try place.sonic("estimate", "tiny.sonic")
    let ofModel = try place.sonic("estimate", "tiny.json", "--calibrate", "images.npy")
    #expect(ofProgram.status == 0 && ofModel.status == 0)
    #expect(ofProgram.output == ofModel.output)
  }

  @Test func accuracyAndCompareAgree() throws {
    let place = try Workplace.withProgram()
    try place.write(Tensor([5], ints: [0, 1, 2, 0, 1]), to: "labels.npy")
    let arguments = ["--images", "images.npy", "--labels", "labels.npy", "--json"]
    let compiled = try place.sonic(
      ["accuracy", "tiny.json", "--calibrate", "images.npy"] + arguments)
    let given = try place.sonic(["accuracy", "tiny.json", "--program", "tiny.sonic"] + arguments)
    let steps = try (object(compiled), object(given))
    #expect(steps.0.count == 3 && steps.1.count == 2)
    #expect(steps.0.last?["hits"] as? Int == steps.1.last?["hits"] as? Int)

    _ = try place.sonic("run", "tiny.sonic", "--input", "images.npy", "--output-dir", "a")
    _ = try place.sonic("evaluate", "tiny.json", "--input", "images.npy", "--output-dir", "b")
    #expect(try decibels(place, "a", "b") == steps.1.last?["decibels"] as? Double)
    #expect(try place.sonic("compare", "a", "a").text.contains("identical"))
  }

  @Test func trialsAreOfOneSeed() throws {
    let place = try Workplace.withProgram()
    try place.write(Tensor([5], ints: [0, 1, 2, 0, 1]), to: "labels.npy")
    let arguments = [
      "accuracy", "tiny.sonic", "--inputs", "images.npy", "--labels", "labels.npy", "--trials", "3",
      "--sweep", "optics.quality=8000,500",
      "--sweep", "devices.vcsel.power=1.3 mW,0.001 mW", "--json",
    ]
    func trials(_ more: [String]) throws -> [[String: Any]] {
      let outcome = try place.sonic(arguments + more)
      let root = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
      return try #require(root?["trials"] as? [[String: Any]], "\(outcome.messages)")
    }
    let rows = try trials(["--threads", "1", "--output-dir", "page"])
    #expect(
      rows.compactMap { $0["name"] as? String } == [
        "noisy", "optics.quality=8000", "optics.quality=500", "devices.vcsel.power=1.3 mW",
        "devices.vcsel.power=0.001 mW",
      ])
    let hits = rows.compactMap { $0["hits"] as? [Int] }
    #expect(hits.allSatisfy { $0.count == 3 } && hits[0] == hits[1] && hits[0] == hits[3])
    let again = try trials(["--threads", "2"])
    #expect(again.compactMap { $0["hits"] as? [Int] } == hits)
    let page = try String(decoding: place.bytes("page/Noise.md"), as: UTF8.self)
    #expect(page.contains("| 1.3 mW |") && page.contains("noise-devices-vcsel-power.svg"))
    #expect(try place.bytes("page/noise-optics-quality.svg").starts(with: Data("<svg".utf8)))
  }

  @Test func noisyRunsDifferBySeedAlone() throws {
    let place = try Workplace.withProgram()
    func run(_ seed: Int, _ more: [String] = []) throws -> Tensor {
      let outcome = try place.sonic(
        [
          "run", "tiny.sonic", "--input", "images.npy", "--output", "out.npy", "--numerics",
          "noisy",
        ]
          + ["--seed", "\(seed)"] + more)
      #expect(outcome.status == 0, "\(outcome.messages)")
      return try place.tensor("out.npy")
    }
    let first = try run(1)
    #expect(try run(1, ["--threads", "3"]) == first)
    #expect(try run(1, ["--repeat", "2"]) == first)
    #expect(try run(2) != first)
    #expect(try run(1, ["--set", "optics.drift=9 pm"]) != first)
  }

  private func decibels(
    _ place: borrowing Workplace, _ found: String, _ expected: String
  ) throws -> Double {
    let compared = try place.sonic("compare", found, expected, "--json")
    let rows = try JSONSerialization.jsonObject(with: compared.output) as? [[String: Any]]
    return try #require(rows?.first?["decibels"] as? Double)
  }

  private func object(_ outcome: Outcome) throws -> [[String: Any]] {
    let root = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
    return try #require(root?["steps"] as? [[String: Any]], "\(outcome.messages)")
  }
}
