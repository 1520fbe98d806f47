import Hardware
import Plan
import Support

/// What a layer's tiles make VDUs do as far as that can be known without data: from the expected
/// fractions of zeros that calibration found.
struct ExpectedFirings: FiringSource {
  private let shape: LayerShape
  private let density: Float
  /// Of the weights that may not be zero, how many are expected not to be.
  private let weightDensity: Float

  init(_ outline: Outline, _ layer: ID<LayerRecord>) {
    shape = LayerShape(outline, layer)
    let buffers = outline.program.buffers
    density = buffers[shape.record.input].density
    weightDensity = shape.record.weightSource.map { buffers[$0].density } ?? 1
  }

  func firings(of tiles: ArraySlice<Tile>) -> [Firing] { tiles.map(fire) }

  private func fire(_ tile: Tile) -> Firing {
    switch shape.record.dataflow {
    case .kernel:
      var firing = shape.kernelFiring(kernels: tile.kernels, positions: tile.positions.count)
      firing.lit = lit(firing.streamed)
      return firing
    case .patch:
      let patches = tile.positions.map {
        shape.dropsZeros
          ? shape.geometry.expectedNonzeros(at: $0, density: density) : shape.geometry.patch
      }
      // Of the activations that are held.
      let lively = shape.dropsZeros ? Double(density) : 1
      var firing = Firing()
      for (_, run) in shape.geometry.groups(of: tile.kernels) {
        var part = shape.patchFiring(kernels: run.count, patches: patches)
        let products = shape.survivors[run] * tile.positions.count
        part.lit = Int((Double(products) * lively * Double(weightDensity)).rounded())
        firing += part
      }
      return firing
    }
  }

  func lit(of tiles: ArraySlice<Tile>) -> [Int] {
    guard shape.record.dataflow == .kernel else { return firings(of: tiles).map(\.lit) }
    return tiles.map { lit(shape.survivors[$0.kernels] * $0.positions.count) }
  }

  private func lit(_ streamed: Int) -> Int {
    Int((Double(streamed) * Double(density)).rounded())
  }
}
