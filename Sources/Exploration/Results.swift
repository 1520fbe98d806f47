import Foundation
import GRDB
public import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is known of designs, in a SQLite file that several processes may share, or in memory.
///
/// A process claims what it is about to evaluate, so that others turn to something else; a claim lapses with
/// its result, with its process, or five minutes after it was made or renewed. What two evaluate all the same
/// comes out the same.
/// Transactions are short and begin as writers, so that none has to be undone.
public final class Results: Sendable {
  /// One network in one design.
  struct Task: Hashable, Sendable {
    /// The place of the network among those that the file was opened for.
    var subject: Int
    var design: Design
  }

  /// How a task stands.
  enum State {
    /// There is a result: figures, or what keeps the network from running.
    case known(Result<Figures, Failure>)
    /// To be evaluated by whoever asked.
    case claimed
    /// Somebody else is at it.
    case elsewhere
  }

  private let queue: DatabaseQueue
  private let path: String
  private let subjects: [Int64]
  /// Whether a result without a signal-to-noise ratio is none.
  private let isCompared: Bool
  /// Tells this connection's claims from those of others.
  private let owner = UUID().uuidString

  private static let format = 2
  /// Marks a SQLite file as ours: "soni".
  private static let application = 0x736F_6E69
  /// How long a claim of a process that lives is good for, in seconds.
  private static let lease = 300.0

  /// Opens a file, which is made where there is none.
  ///
  /// - Parameters:
  ///   - path: nil for memory.
  ///   - subjects: the networks.
  ///   - compiler: names its build: another one's results are not taken.
  ///   - isCompared: whether signal-to-noise ratios are wanted.
  /// - Throws: 65 for a file that is something else, 73 for one that cannot be written.
  public init(
    _ path: String?, for subjects: [Subject], compiler: String, isCompared: Bool
  ) throws(Failure) {
    self.path = path ?? "memory"
    self.isCompared = isCompared
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(60)
      queue =
        try path.map { try DatabaseQueue(path: $0, configuration: configuration) }
        ?? DatabaseQueue(configuration: configuration)
      // Nothing is written to a file of somebody else's.
      _ = try queue.read { db in try Self.isNew(db) }
      try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
      try queue.writing { db in try Self.migrate(db) }
      self.subjects = try queue.writing { db in
        try subjects.map { try Self.id(of: $0, compiler: compiler, db) }
      }
    } catch {
      throw Self.failure(error, path ?? "memory")
    }
  }

  /// Looks tasks up, and claims those that nobody has done or is at.
  ///
  /// - Parameter claims: the most, at least one.
  /// - Returns: how the first tasks stand, up to the one that would be a claim too many.
  func take(_ tasks: ArraySlice<Task>, claims: Int) throws(Failure) -> [State] {
    try attempt { db in
      let now = Date().timeIntervalSince1970
      var states: [State] = []
      var left = claims
      for task in tasks {
        let key = try [subjects[task.subject], Self.id(of: task.design, db)]
        if let row = try Row.fetchOne(
          db,
          sql: "SELECT \(Self.columns) FROM result WHERE subject = ? AND design = ?",
          arguments: StatementArguments(key)),
          let known = Self.result(row), !isCompared || known.isCompared
        {
          states.append(.known(known))
          continue
        }
        let rival = try Int.fetchOne(
          db,
          sql: """
            SELECT process FROM claim
            WHERE subject = ? AND design = ? AND owner <> ? AND until > ? AND until <= ?
            """, arguments: [key[0], key[1], owner, now, now + Self.lease])
        if rival.map(Self.lives) ?? false {
          states.append(.elsewhere)
          continue
        }
        guard left > 0 else { break }
        left -= 1
        try db.execute(
          sql: "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?)",
          arguments: [key[0], key[1], owner, Int(getpid()), now + Self.lease])
        states.append(.claimed)
      }
      return states
    }
  }

  /// Keeps results of tasks that were claimed.
  func record(_ results: [(task: Task, result: Result<Figures, Failure>)]) throws(Failure) {
    try attempt { db in
      for (task, result) in results {
        let key = try [subjects[task.subject], Self.id(of: task.design, db)]
        if let columns = Self.columns(result) {
          let values: [(any DatabaseValueConvertible)?] = key + columns
          try db.execute(
            sql: "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: StatementArguments(values))
        }
        try db.execute(
          sql: "DELETE FROM claim WHERE subject = ? AND design = ? AND owner = ?",
          arguments: [key[0], key[1], owner])
      }
    }
  }

  /// Makes this connection's claims good for as long again.
  func renew() throws(Failure) {
    try attempt { db in
      try db.execute(
        sql: "UPDATE claim SET until = ? WHERE owner = ?",
        arguments: [Date().timeIntervalSince1970 + Self.lease, owner])
    }
  }

  // MARK: Tables

  private static let tables = """
    CREATE TABLE subject (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL,
      compiler TEXT NOT NULL,
      name TEXT NOT NULL,
      UNIQUE (key, compiler)
    );
    CREATE TABLE design (
      id INTEGER PRIMARY KEY,
      text TEXT NOT NULL UNIQUE
    );
    CREATE TABLE result (
      subject INTEGER NOT NULL REFERENCES subject,
      design INTEGER NOT NULL REFERENCES design,
      latency_ps INTEGER, energy_fj INTEGER, energy_without_memory_fj INTEGER, bits INTEGER,
      traffic_bytes INTEGER, peak_uw INTEGER, microrings INTEGER, signal_to_noise_cdb INTEGER,
      exit_code INTEGER, problem TEXT,
      PRIMARY KEY (subject, design)
    ) WITHOUT ROWID;
    CREATE TABLE claim (
      subject INTEGER NOT NULL REFERENCES subject,
      design INTEGER NOT NULL REFERENCES design,
      owner TEXT NOT NULL,
      process INTEGER NOT NULL,
      until REAL NOT NULL,
      PRIMARY KEY (subject, design)
    ) WITHOUT ROWID;
    """

  /// What is wrong with a file that opens as a database.
  private struct Foreign: Error {
    let found: String
  }

  /// Whether there is nothing in the file yet.
  ///
  /// - Throws: ``Foreign`` for what is not ours.
  private static func isNew(_ db: Database) throws -> Bool {
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if application == Self.application {
      guard version == format else { throw Foreign(found: "version \(version) of its format") }
      return false
    }
    let tables = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master") ?? 0
    guard application == 0, tables == 0 else { throw Foreign(found: "tables of something else") }
    return true
  }

  private static func migrate(_ db: Database) throws {
    guard try isNew(db) else { return }
    try db.execute(sql: Self.tables)
    try db.execute(sql: "PRAGMA application_id = \(Self.application)")
    try db.execute(sql: "PRAGMA user_version = \(format)")
  }

  private static func id(of subject: Subject, compiler: String, _ db: Database) throws -> Int64 {
    try db.execute(
      sql: "INSERT OR IGNORE INTO subject (key, compiler, name) VALUES (?, ?, ?)",
      arguments: [subject.key, compiler, subject.name])
    return try Int64.fetchOne(
      db, sql: "SELECT id FROM subject WHERE key = ? AND compiler = ?",
      arguments: [subject.key, compiler])!
  }

  private static func id(of design: Design, _ db: Database) throws -> Int64 {
    let text = design.text
    if let id = try Int64.fetchOne(
      db, sql: "SELECT id FROM design WHERE text = ?", arguments: [text])
    {
      return id
    }
    try db.execute(sql: "INSERT INTO design (text) VALUES (?)", arguments: [text])
    return db.lastInsertedRowID
  }

  /// What is kept of a result: nothing of a bug of ours, which another version may not have.
  private static func columns(
    _ result: Result<Figures, Failure>
  ) -> [(any DatabaseValueConvertible)?]? {
    switch result {
    case .success(let figures):
      [
        figures.latencyPicoseconds, figures.energyFemtojoules,
        figures.energyWithoutMemoryFemtojoules, figures.bits, figures.trafficBytes,
        figures.peakMicrowatts, figures.microrings, figures.signalToNoiseCentidecibels, nil, nil,
      ]
    case .failure(let failure) where failure.code == .bug: nil
    case .failure(let failure):
      [Int?](repeating: nil, count: 8) + [
        Int(failure.code.rawValue), failure.diagnostics.map(\.message).joined(separator: "; "),
      ]
    }
  }

  private static let columns = [
    "latency_ps", "energy_fj", "energy_without_memory_fj", "bits", "traffic_bytes", "peak_uw",
    "microrings", "signal_to_noise_cdb", "exit_code", "problem",
  ].joined(separator: ", ")

  /// What a row of all ``columns`` says; nil where that is nothing.
  private static func result(_ row: Row) -> Result<Figures, Failure>? {
    let values = Array(row.databaseValues)
    if let problem = String.fromDatabaseValue(values[9]) {
      let code = Int32.fromDatabaseValue(values[8]).flatMap(Failure.Code.init)
      return .failure(Failure(code ?? .data, problem))
    }
    let figures: [Int?] = values.prefix(8).map { Int.fromDatabaseValue($0) }
    guard figures.prefix(7).allSatisfy({ $0 != nil }) else { return nil }
    return .success(
      Figures(
        latencyPicoseconds: figures[0]!, energyFemtojoules: figures[1]!,
        energyWithoutMemoryFemtojoules: figures[2]!, bits: figures[3]!, trafficBytes: figures[4]!,
        peakMicrowatts: figures[5]!, microrings: figures[6]!,
        signalToNoiseCentidecibels: figures[7]))
  }

  /// Whether there is such a process. SQLite's shared memory ties all of them to one machine.
  private static func lives(_ process: Int) -> Bool {
    // Zero and less are groups of processes.
    guard let process = pid_t(exactly: process), process > 0 else { return false }
    return kill(process, 0) == 0 || errno != ESRCH
  }

  private func attempt<Value>(_ body: (Database) throws -> Value) throws(Failure) -> Value {
    do {
      return try queue.writing(body)
    } catch {
      throw Self.failure(error, path)
    }
  }

  private static func failure(_ error: any Error, _ path: String) -> Failure {
    switch error {
    case let failure as Failure: failure
    case let foreign as Foreign:
      .data(
        at: Place(file: path), "found \(foreign.found), expected results of sonic explore")
    case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB:
      .data(at: Place(file: path), "found another file, expected an SQLite database")
    case let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT:
      .data(at: Place(file: path), "the database is damaged: \(error.message ?? "")")
    case let error as DatabaseError:
      Failure(
        .cannotCreate, at: Place(file: path),
        "cannot use the database: \(error.message ?? "\(error.resultCode)")")
    default: Failure(.bug, at: Place(file: path), "\(error)")
    }
  }
}

extension Result<Figures, Failure> {
  /// Whether it says what weights have lost, or that nothing runs.
  fileprivate var isCompared: Bool {
    switch self {
    case .success(let figures): figures.signalToNoiseCentidecibels != nil
    case .failure: true
    }
  }
}

extension DatabaseQueue {
  /// Runs `body` in one transaction that is a writer from its start.
  fileprivate func writing<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try writeWithoutTransaction { db in
      var value: Value?
      try db.inTransaction(.immediate) {
        value = try body(db)
        return .commit
      }
      return value!
    }
  }
}
