import Hardware
import Plan
import Support

/// The same program in floats, without converters: activations are not quantized and products are
/// not rounded. The difference to ``ReferenceEngine`` is what the converters cost.
struct IdealEngine: Engine {
  private let runnable: Runnable

  init(_ runnable: Runnable) {
    self.runnable = runnable
  }

  func compute(
    _ layer: ID<LayerRecord>, inputs: [Contents], _ workers: Workers
  ) -> (outputs: [Contents], firings: [any FiringSource]) {
    let tiles = LayerTiles(runnable, layer)
    return (
      inputs.map { compute(layer, $0) }, inputs.map { FiringCounter(tiles, mask: $0.mask) }
    )
  }

  private func compute(_ layer: ID<LayerRecord>, _ input: Contents) -> Contents {
    guard case .floats(let input) = input else { preconditionFailure("nothing is encoded") }
    let record = runnable.program.layers[layer]
    let geometry = record.geometry
    let parameters = runnable.program.kernels(of: layer)
    let inputFraction = runnable.program.buffers[record.input].fraction ?? 0
    let outputFraction = runnable.program.buffers[record.output].fraction ?? 0
    var floats = [Float](repeating: 0, count: geometry.outputCount)
    for (kernel, parameter) in parameters.enumerated() {
      // A code of the output for a product of real activations: what collect does, unrounded.
      let gain = Double(parameter.gain) * 0x1p-32
      let shift = Double(sign: .plus, exponent: -Int(parameter.shift), significand: 1)
      let step = Double(sign: .plus, exponent: -Int(outputFraction), significand: 1)
      let scale =
        Double(sign: .plus, exponent: Int(inputFraction), significand: 1) * gain
        * Double(parameter.multiplier) * shift * step
      let bias = Double(parameter.bias) * shift * step
      let lower = record.lower == -32767 ? -Double.infinity : Double(record.lower) * step
      let upper = record.upper == 32767 ? Double.infinity : Double(record.upper) * step
      var products = [Double](repeating: 0, count: geometry.positions)
      runnable.forEachSurvivor(of: layer, kernel: kernel) { element, code in
        let weight = Double(record.codebook[Int(code) - 1])
        for position in products.indices {
          if let index = geometry.inputIndex(
            group: kernel / geometry.kernels, position: position, element: element)
          {
            products[position] += weight * Double(input[index])
          }
        }
      }
      for (position, product) in products.enumerated() {
        floats[geometry.outputIndex(kernel: kernel, position: position)] = Float(
          min(max(product * scale + bias, lower), upper))
      }
    }
    return .floats(floats)
  }
}
