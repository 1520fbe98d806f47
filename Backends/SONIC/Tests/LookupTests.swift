import Compiler
import Graph
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// Embedding tables: what an operation looks up of a table in main memory is what it costs.
@Suite struct LookupTests {
  /// A table of 512 rows of 8 floats, of which `count` are looked up by indices that the network makes.
  private static func compiled(_ count: Int, rows: Int = 512) throws -> Compiled {
    let table = (0..<8 * rows).map { String($0 % 23) }.joined(separator: ", ")
    let graph = try Graph(
      parsing: """
        graph "embedding" {
          input %x: int64 \(count)
          const %one: int64 scalar = [1]
          const %table: float \(rows)x8 = [\(table)]
          %i = Add(%x, %one)
          %e = Gather(%table, %i)
          output %e
        }
        """)
    var options = Options()
    options.samples = [["x": Tensor([count], ints: [Int64](repeating: 2, count: count))]]
    return try Compiled(graph, options: options)
  }

  private static func run(_ compiled: Compiled, _ ints: [Int64]) throws -> Execution.Result {
    var execution = Execution(try Runnable(compiled.program))
    return try execution.run([Tensor([ints.count], ints: ints)])
  }

  @Test func onlyWhatIsLookedUpMoves() throws {
    let compiled = try Self.compiled(3)
    let result = try Self.run(compiled, [0, 500, 7])
    #expect(result.outputs[0].floats.prefix(3) == [8, 9, 10])
    // Three indices and the constant 1 in, three rows of floats looked up, and as many stored as output.
    #expect(result.account.traffic == 3 * 8 + 8 + 3 * 8 * 4 + 3 * 8 * 4)
    #expect(
      compiled.program.instructions.contains { if case .loadPicked = $0 { true } else { false } })
  }

  /// A table that is read as a whole or more is streamed in as a whole.
  @Test func wholeTablesAreLoaded() throws {
    let compiled = try Self.compiled(4, rows: 4)
    #expect(
      !compiled.program.instructions.contains { if case .loadPicked = $0 { true } else { false } })
    let result = try Self.run(compiled, [0, 1, 2, 0])
    #expect(result.account.traffic == 4 * 8 + 8 + 4 * 8 * 4 + 4 * 8 * 4)
  }

  @Test func lawsOfLookups() throws {
    let changes: [VerifierTests.Change] = [
      (
        "unknown operation",
        { program in
          var load = LoadPicked()
          load.operation = ID(99)
          program.instructions[program.lookup] = .loadPicked(load)
        }
      ),
      ("no lookup", { $0.instructions[$0.lookup] = .loadPicked(LoadPicked()) }),
      ("not loaded", { $0.drop($0.lookup) }),
      (
        "indices early",
        { program in
          let place = program.lookup
          program.drop(program.waits(of: .dma).last { $0 < place }!)
        }
      ),
      (
        "operated early",
        { program in
          let place = program.lookup
          program.drop(program.waits(of: .ecu).first { $0 > place }!)
        }
      ),
    ]
    Golden.check(
      try VerifierTests().report(Self.compiled(3).program, changes), "error/program-lookups.txt")
  }
}

extension Program {
  /// The instruction that loads what is looked up.
  fileprivate var lookup: Int {
    instructions.firstIndex { if case .loadPicked = $0 { true } else { false } }!
  }

  fileprivate func waits(of resource: Resource) -> [Int] {
    instructions.indices.filter { index in
      if case .wait(let wait) = instructions[index] {
        wait.unit.resource == resource
      } else {
        false
      }
    }
  }

  /// Removes an instruction; steps then say nothing of any.
  fileprivate mutating func drop(_ index: Int) {
    instructions.remove(at: index)
    for step in steps.indices { steps[step].instructions = 0..<0 }
  }
}
