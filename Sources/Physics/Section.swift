import Charts

/// A model's part of the page.
struct Section {
  let title: String
  /// Markdown: the formulas with their sources, and what the model leaves out.
  let text: String
  let tables: [DataTable]
  let chart: LineChart

  var markdown: String {
    """
    ## \(title)

    \(text)

    \(tables.map(\.markdown).joined(separator: "\n"))
    ![\(title)](\(chart.name).svg)

    """
  }
}
