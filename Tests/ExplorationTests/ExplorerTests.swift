import Charts
import Exploration
import Foundation
import Hardware
import Support
import TestKit
import Testing

@Suite struct ExplorerTests {
  private let machine = Result { try Machine.named("sonic") }

  /// A file for results that is gone with the test.
  private struct Folder: ~Copyable {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sonic-test-\(UUID().uuidString)")

    init() throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var database: String { url.appendingPathComponent("results.sqlite").path }
  }

  /// Explores two networks.
  private func explore(
    _ database: String? = nil, _ method: SearchMethod = .grid, budget: Int = .max,
    threads: Int = 1, compiler: String = "test", progress: (Int) -> Void = { _ in }
  ) throws -> Exploration {
    let machine = try machine.get()
    let space = try Networks.space(on: machine)
    let subjects = try [
      Networks.subject(on: machine), Networks.subject("other", seed: 2, on: machine),
    ]
    let results = try Results(database, for: subjects, compiler: compiler, isCompared: true)
    return try Explorer(subjects, in: space, on: machine, results: results, threads: threads)
      .explore(method, budget: budget, seed: 3, progress: progress)
  }

  @Test(arguments: SearchMethod.allCases)
  func threadsMakeNoDifference(_ method: SearchMethod) throws {
    let alone = try explore(nil, method, budget: 25)
    let together = try explore(nil, method, budget: 25, threads: 3)
    #expect(try alone.json() == together.json())
    #expect(alone.pointTable.csv == together.pointTable.csv)
    #expect(alone.chart.svg == together.chart.svg)
  }

  /// All designs of the space, the reference, and those that differ from it in one parameter.
  @Test func gridIsTheWholeSpace() throws {
    let exploration = try explore()
    let space = exploration.space
    #expect(space.count == 36)
    #expect(Set(exploration.points.map(\.design)).count == exploration.points.count)
    let inSpace = exploration.points.count { point in
      space.parameters.allSatisfy { $0.values.contains(point.design.values[$0.name]!) }
    }
    #expect(inSpace == 36)
    #expect(exploration.points.count == 36 + 1 + 2 + 1 + 1)
    #expect(exploration.reference.design.text == exploration.points[0].design.text)
  }

  /// Whoever looks at everything finds the same front.
  @Test func searchesFindTheFrontOfTheGrid() throws {
    let grid = try explore()
    let expected = Set(grid.front.map { grid.points[$0].design })
    for method in [SearchMethod.random, .nsga2] {
      let found = try explore(nil, method)
      #expect(Set(found.front.map { found.points[$0].design }) == expected)
      #expect(found.points.count == grid.points.count)
    }
  }

  /// Results that are there are taken, and what comes out is the same.
  @Test func nothingIsEvaluatedTwice() throws {
    let folder = try Folder()
    let whole = try explore()
    let part = try explore(folder.database, budget: 7)
    #expect(part.points.count < whole.points.count)
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.database))
    #expect(before.starts(with: Data("SQLite format 3".utf8)))
    let resumed = try explore(folder.database, threads: 2)
    #expect(try resumed.json() == whole.json())
    // Another compiler's results are its own.
    #expect(try explore(folder.database, compiler: "other").json() == whole.json())
  }

  /// Four that share a file.
  @Test func severalMayShareAFile() throws {
    let folder = try Folder()
    let database = folder.database
    let expected = try explore().json()
    let found = parallelMap(count: 4, threads: 4) { index in
      Result { try explore(database, index % 2 == 0 ? .grid : .nsga2).json() }
    }
    #expect(try found[0].get() == expected)
    #expect(try found[2].get() == expected)
    #expect(try found[1].get() == found[3].get())
  }

  @Test func otherFilesAreRefused() throws {
    let folder = try Folder()
    try Data("no database, whatever its name says, and long enough to be one ............".utf8)
      .write(to: URL(fileURLWithPath: folder.database))
    let failure = #expect(throws: Failure.self) { try explore(folder.database) }
    #expect(failure?.code == .data)
    let nowhere = folder.url.appendingPathComponent("no/where.sqlite").path
    let other = #expect(throws: Failure.self) { try explore(nowhere) }
    #expect(other?.code == .cannotCreate)
  }

  /// Another program's database stays as it is, to the last byte.
  @Test func otherDatabasesAreLeftAlone() throws {
    let folder = try Folder()
    _ = try explore(folder.database, budget: 1)
    let url = URL(fileURLWithPath: folder.database)
    var bytes = try Data(contentsOf: url)
    // In the header of SQLite's files: no write-ahead log, and another application.
    for (place, value) in [(18, 1), (19, 1), (71, 7)] { bytes[place] = UInt8(value) }
    try bytes.write(to: url)
    let failure = #expect(throws: Failure.self) { try explore(folder.database) }
    #expect(
      failure?.diagnostics.first?.message
        == "found tables of something else, expected results of sonic explore")
    #expect(try Data(contentsOf: url) == bytes)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
  }

  /// More designs than a number can count.
  @Test(arguments: SearchMethod.allCases)
  func spacesWithoutEnd(_ method: SearchMethod) throws {
    let machine = try machine.get()
    let paths = ["conv.length", "conv.units", "conv.rows", "fc.length", "fc.units", "fc.rows"]
    let more = ["control.lanes", "clusters"]
    let text = """
      format: sonic-space
      version: 1
      parameters:
      \(paths.map { "  \($0): 1 to 999" }.joined(separator: "\n"))
      \(more.map { "  \($0): 1 to 64" }.joined(separator: "\n"))
      objectives: fps
      """
    let space = try Space(yaml: Data(text.utf8), file: "space.yaml", on: machine)
    #expect(space.count == .max)
    let subjects = [try Networks.subject(on: machine)]
    let results = try Results(nil, for: subjects, compiler: "test", isCompared: false)
    let explorer = Explorer(subjects, in: space, on: machine, results: results, threads: 2)
    #expect(explorer.steps(method, budget: 5) == 1 + 6 * 999 + 2 * 64 + 5)
    for seed in 0..<3 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let designs = space.sample(50, &random)
      #expect(Set(designs).count == 50)
      // Each parameter has values from both ends.
      for place in space.parameters.indices {
        let half = space.parameters[place].values.count / 2
        let low = designs.count { $0[place] < half }
        #expect((5...45).contains(low), "\(low) of 50 in the lower half")
      }
    }
  }
}
