public import Charts

extension View {
  /// Pictures of a step's weights: what values they have, and where they lie; none of an operation.
  ///
  /// - Parameter step: its position among the steps.
  public func charts(ofStep step: Int) -> [any Chart] {
    guard let layer = inspection.steps[step].layer, let stored = weights[step] else { return [] }
    return [histogram(step, layer), map(step, stored)]
  }

  private func histogram(_ step: Int, _ layer: Inspection.Layer) -> HistogramChart {
    let top = layer.codebook.map(\.value.magnitude).filter { $0 > 0 }.max() ?? 1
    let largest = max(top, layer.clustering?.reach ?? 0)
    return HistogramChart(
      name: "weights-\(step)", title: "\(inspection.steps[step].name): weights",
      axis: "weight at gain 1", range: -largest...largest,
      counts: layer.clustering?.counts ?? [],
      marks: layer.codebook.map { ($0.value, $0.uses) })
  }

  private func map(_ step: Int, _ stored: StoredWeights) -> HeatMap {
    HeatMap(
      name: "map-\(step)", title: "\(inspection.steps[step].name): weights that are left",
      x: "element of a kernel", y: "kernel", columns: stored.columns,
      cells: stored.density.map { $0.hexDigitValue ?? 0 })
  }
}
