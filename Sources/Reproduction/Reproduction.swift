public import Charts
public import Support

/// The SONIC paper's evaluation done again: what it says, what comes out here, and where both stand.
public struct Reproduction: Sendable {
  /// In Markdown.
  public let page: String
  public let tables: [DataTable]
  public let charts: [BarChart]

  /// How many steps ``init(networks:threads:progress:)`` tells of.
  public static var steps: Int { PaperNetwork.all.reduce(0) { $0 + $1.layouts.count } }

  /// Compiles and runs networks. The largest takes some seconds and a gigabyte.
  ///
  /// - Parameters:
  ///   - networks: those of the paper to take.
  ///   - threads: to use.
  ///   - progress: called after every layout.
  public init(
    networks: [PaperNetwork] = PaperNetwork.all, threads: Int, progress: () -> Void = {}
  ) throws(Failure) {
    let page = Page(try Evaluation(networks, threads: threads, progress: progress))
    self.page = page.text
    tables = page.tables
    charts = page.charts
  }
}
