import Compiler
import Foundation
import Graph
import Hardware
import ISA
import Plan
import SONICBackend
import Simulation
import Support
import Tensor
import TestKit
import Testing

/// Damaged programs. Whatever passes verification must run to its end, on both executors to the same
/// bits, and give an account that can be reported.
@Suite(.serialized) struct FuzzTests {
  /// Small programs of every kind of step.
  private static func programs() throws -> [Program] {
    try (0..<24 as Range<UInt64>).map { seed in
      let graph = Graph.random(seed: seed)
      var random = SeededRandom(seed: seed)
      let options = DifferentialTests.options(
        &random, samples: [graph.randomInputs(seed: seed)])
      return try Compiled(graph, options: options).program
    }
  }

  /// Runs what is verified, on zeros or on random numbers.
  private func check(_ program: Program, _ random: inout SeededRandom) throws {
    let runnable = try Runnable(program)
    // Numbers that are not finite would trap here.
    _ = (Views(View(estimating: runnable)).json, Inspection(runnable).json)
    _ = Report(estimating: runnable).json
    guard program.isSmall else { return }
    let zeros = random.next(below: 2) == 0
    let inputs = program.header.inputs.map { id in
      let buffer = program.buffers[id]
      let shape = Shape(buffer.sizes.map { Int($0) })
      let numbers = (0..<shape.count).map { _ in zeros ? 0 : random.nextNormal() }
      return buffer.element.type.isFloatingPoint
        ? Tensor(shape, floats: numbers, type: buffer.element.type)
        : Tensor(shape, ints: numbers.map { $0 > 0 ? 1 : 0 }, type: buffer.element.type)
    }
    var options = RunOptions()
    options.executor = .reference
    let expected = outcome(runnable, options, inputs)
    options.executor = .fast
    options.threads = 1 + random.next(below: 3)
    let found = outcome(runnable, options, inputs)
    try #require(found == expected)
    options.numerics = .ideal
    _ = outcome(runnable, options, inputs)
  }

  /// What comes of a run, bit for bit.
  private struct Outcome: Equatable {
    var outputs: [Data] = []
    var account: Account?
    var failure: Failure?
  }

  private func outcome(_ runnable: Runnable, _ options: RunOptions, _ inputs: [Tensor]) -> Outcome {
    do {
      var execution = Execution(runnable, options: options)
      let result = try execution.run(inputs)
      let report = Report(runnable, result.account, .measured, samples: 1)
      _ = (report.json, report.table, runnable.trace(result.account).json)
      return Outcome(outputs: result.outputs.map { $0.encoded() }, account: result.account)
    } catch {
      return Outcome(failure: error)
    }
  }

  @Test func damagedFiles() throws {
    let files = try Self.programs().map { [UInt8]($0.encoded()) }
    fuzz("program", files, alphabet: "\0\u{1}\u{7F}", share: 1000) { bytes, random in
      try check(Program(decoding: bytes), &random)
    }
  }

  @Test func damagedTexts() throws {
    let files = try Self.programs().map { [UInt8]($0.assembly().utf8) }
    fuzz("assembly", files, alphabet: "0123456789-.,[]{}\"_<=bkpet +\n", share: 1000) {
      bytes, random in
      try check(Program(assembly: String(decoding: bytes, as: UTF8.self)), &random)
    }
  }

  /// Fields of records and operands of instructions are changed, put in, taken out and moved.
  @Test func damagedFields() throws {
    let programs = try Self.programs()
    let machines = try Self.machines()
    fuzz("program fields", share: 2000) { random in
      var program = programs[random.next(below: programs.count)]
      if random.next(below: 8) == 0 { program.machine = machines.randomElement(using: &random)! }
      for _ in 0..<(1 + random.next(below: 2)) { program.damage(&random) }
      let bytes = program.encoded()
      return { random in
        let decoded = try Program(decoding: bytes)
        // What is damaged must still come through a file as it is.
        try #require(decoded.encoded() == bytes)
        try check(decoded, &random)
      }
    }
  }

  /// Machines that no program was compiled for.
  private static func machines() throws -> [Machine] {
    let text = try Machine.named("sonic").text
    let changes = [
      ("units:  {value: 50", "units:  {value: 1"), ("length: {value: 5,", "length: {value: 3,"),
      ("length: {value: 50,", "length: {value: 1024,"), ("rows:   {value: 1", "rows:   {value: 7"),
      ("banks:  {value: 1", "banks:  {value: 2"), ("{value: 0.33 ns", "{value: 10 us"),
      ("capacity:  {value: 4 MB", "capacity:  {value: 1 KB"), ("{value: 4 GB", "{value: 16384 GB"),
      ("lanes:      {value: 256", "lanes:      {value: 1"), ("{value: 1 ns", "{value: 10 us"),
    ]
    return try changes.map { from, to in
      let changed = text.replacingOccurrences(of: from, with: to)
      try #require(changed != text)
      return try Machine(yaml: Data(changed.utf8), file: "test")
    }
  }
}

extension Program {
  /// Whether a run is sure to take little time: a program may have more to do than a test can wait
  /// for, as long as it says so.
  fileprivate var isSmall: Bool {
    let elements = buffers.elements.reduce(0) { sum, buffer in
      sum + (Shape(checking: buffer.sizes.map { Int(clamping: $0) })?.count ?? 0)
    }
    let products = layers.elements.reduce(0) { sum, layer in
      sum + layer.geometry.outputCount * layer.geometry.patch
    }
    return elements < 1 << 20 && products < 1 << 22
  }

  fileprivate mutating func damage(_ random: inout SeededRandom) {
    switch random.next(below: 8) {
    case 0: header.mutateField(using: &random)
    case 1: Self.damage(&buffers, &random)
    case 2: Self.damage(&layers, &random)
    case 3: Self.damage(&kernels, &random)
    case 4: Self.damage(&operations, &random)
    case 5: Self.damage(&steps, &random)
    case 6:
      let i = random.next(below: max(instructions.count, 1))
      guard i < instructions.count else { return }
      instructions[i].mutateField(using: &random)
    default: Self.rearrange(&instructions, &random) { SONICInstruction.random(using: &$0) }
    }
  }

  private static func damage<R: Record>(_ table: inout Table<R>, _ random: inout SeededRandom) {
    var records = table.elements
    damage(&records, &random)
    table = Table(records)
  }

  private static func damage<R: Record>(_ records: inout [R], _ random: inout SeededRandom) {
    if !records.isEmpty, random.next(below: 8) > 0 {
      records[random.next(below: records.count)].mutateField(using: &random)
    } else {
      rearrange(&records, &random) { R.random(using: &$0) }
    }
  }

  private static func rearrange<T>(
    _ list: inout [T], _ random: inout SeededRandom, _ make: (inout SeededRandom) -> T
  ) {
    guard !list.isEmpty else { return list.append(make(&random)) }
    let (i, j) = (random.next(below: list.count), random.next(below: list.count))
    switch random.next(below: 5) {
    case 0: list.remove(at: i)
    case 1: list.insert(list[j], at: i)
    case 2: list.swapAt(i, j)
    case 3: list.insert(make(&random), at: i)
    default: list[i] = list[j]
    }
  }
}
