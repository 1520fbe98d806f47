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
    #expect(alone.json == together.json)
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
    #expect(resumed.json == whole.json)
    // Another compiler's results are its own.
    #expect(try explore(folder.database, compiler: "other").json == whole.json)
  }

  /// Four that share a file.
  @Test func severalMayShareAFile() throws {
    let folder = try Folder()
    let database = folder.database
    let expected = try explore().json
    let found = parallelMap(count: 4, threads: 4) { index in
      Result { try explore(database, index % 2 == 0 ? .grid : .nsga2).json }
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
}
