import Charts

extension DataTable {
  /// What the layouts consist of, beside the paper's table.
  static func networks(_ counted: [Evaluation.Counted]) -> DataTable {
    DataTable(
      name: "networks",
      header: [
        "layout", "data", "CONV, FC", "of the paper", "parameters", "parameters of the paper",
        "left", "left of the paper", "weights", "weights left", "layers pruned",
        "pruned of the paper", "clusters of the paper", "accuracy of the paper",
      ],
      rows: counted.map {
        let (network, counts) = ($0.network, $0.counts)
        return [
          Cell($0.layout.name), Cell(network.data),
          "\(counts.convolutions), \(counts.fullyConnected)",
          "\(network.layers.convolutions), \(network.layers.fullyConnected)",
          Cell(counts.parameters), Cell(network.parameters), Cell(counts.parametersLeft),
          Cell(network.parametersLeft), Cell(counts.weights), Cell(counts.weightsLeft),
          Cell(counts.layersPruned), Cell(network.layersPruned), Cell(network.clusters),
          "\(network.accuracy.baseline), \(network.accuracy.after)",
        ]
      })
  }

  static func origins(_ counted: [Evaluation.Counted]) -> DataTable {
    DataTable(
      name: "layouts", header: ["layout", "how it was found"],
      rows: counted.map { [Cell($0.layout.name), Cell($0.layout.origin)] })
  }
}
