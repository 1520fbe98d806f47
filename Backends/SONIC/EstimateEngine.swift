import Hardware
import Plan
import Support

/// Computes no values: tiles are costed with the expected fractions of zeros that calibration found.
struct EstimateEngine: Engine {
  private let runnable: Runnable
  private var shapes: [ID<LayerRecord>: LayerShape] = [:]
  private var layer = ID<LayerRecord>(0)

  init(_ runnable: Runnable) {
    self.runnable = runnable
  }

  mutating func begin(_ layer: ID<LayerRecord>, inputs: [Contents]) {
    if shapes[layer] == nil { shapes[layer] = LayerShape(runnable, layer) }
    self.layer = layer
  }

  mutating func fire(kernels: Range<Int>, positions: Range<Int>) -> [Firing] {
    [firing(kernels, positions)]
  }

  private func firing(_ kernels: Range<Int>, _ positions: Range<Int>) -> Firing {
    let shape = shapes[layer]!
    let mean = runnable.program.buffers[shape.record.input].density
    let density = Double(mean)
    switch shape.record.dataflow {
    case .kernel:
      var firing = shape.kernelFiring(kernels: kernels, positions: positions.count)
      firing.lit = Int((Double(firing.streamed) * density).rounded())
      return firing
    case .patch:
      let patches = positions.map { shape.geometry.expectedNonzeros(at: $0, density: mean) }
      var firing = Firing()
      for (_, run) in shape.geometry.groups(of: kernels) {
        var part = shape.patchFiring(kernels: run.count, patches: patches)
        let weights = shape.survivors[run]
        part.lit = Int((Double(weights * positions.count) * density).rounded())
        firing += part
      }
      return firing
    }
  }

  mutating func collect() -> [Contents] { [] }
}
