import Hardware
import Plan
import Support

/// The definition of what a layer computes: one vector at a time, as Docs/Numerics.md says it.
struct ReferenceEngine: Engine {
  private let runnable: Runnable
  private var layer = ID<LayerRecord>(0)
  private var shape: LayerShape?
  private var input: [Int16] = []
  /// Kernel by kernel, position by position.
  private var sums: [Int32] = []

  init(_ runnable: Runnable) {
    self.runnable = runnable
  }

  private var record: LayerRecord { runnable.program.layers[layer] }

  /// Does all tiles at once: what they make VDUs do is part of the definition.
  mutating func compute(
    _ layer: ID<LayerRecord>, inputs: [Contents], _ workers: Workers
  ) -> (outputs: [Contents], firings: [any FiringSource]) {
    self.layer = layer
    shape = LayerShape(runnable.outline, layer)
    input = inputs[0].mask
    sums = [Int32](repeating: 0, count: record.geometry.outputCount)
    var firings = KnownFirings()
    for tile in runnable.tiles(of: layer) {
      firings.append(
        record.dataflow == .kernel
          ? holdKernels(tile.kernels, tile.positions) : holdPatches(tile.kernels, tile.positions))
    }
    let codes = Numerics.collect(sums, runnable.program.kernels(of: layer), record)
    return ([.codes(codes)], [firings])
  }

  /// The activation at an element of a patch; zero in the padding.
  private func activation(group: Int, position: Int, element: Int) -> Int {
    record.geometry.inputIndex(group: group, position: position, element: element)
      .map { Int(input[$0]) } ?? 0
  }

  /// The weights of a kernel, element by element.
  private func weights(of kernel: Int) -> [(element: Int, weight: Int)] {
    var weights: [(element: Int, weight: Int)] = []
    runnable.forEachSurvivor(of: layer, kernel: kernel) { element, code in
      weights.append((element, Int(record.codebook[Int(code) - 1])))
    }
    return weights
  }

  private mutating func holdKernels(_ kernels: Range<Int>, _ positions: Range<Int>) -> Firing {
    let geometry = record.geometry
    let parameters = runnable.program.kernels(of: layer)
    var lit = 0
    for kernel in kernels {
      let gain = Int(parameters[parameters.startIndex + kernel].gain)
      for vector in cut(weights(of: kernel)) {
        for position in positions {
          var product = 0
          for (element, weight) in vector {
            let activation = activation(
              group: kernel / geometry.kernels, position: position, element: element)
            product += weight * activation
            if activation != 0 { lit += 1 }
          }
          sums[kernel * geometry.positions + position] += Int32(
            Numerics.convert(product, gain: gain))
        }
      }
    }
    var firing = shape!.kernelFiring(kernels: kernels, positions: positions.count)
    firing.lit = lit
    return firing
  }

  /// A kernel's weights as the vectors that are held.
  private func cut(_ weights: [(element: Int, weight: Int)]) -> [[(element: Int, weight: Int)]] {
    var cutter = VectorCutter(length: shape!.length, slice: Int(record.slice))
    var vectors: [[(element: Int, weight: Int)]] = []
    for weight in weights {
      if cutter.startsVector(at: weight.element) { vectors.append([]) }
      vectors[vectors.count - 1].append(weight)
    }
    return vectors
  }

  private mutating func holdPatches(_ kernels: Range<Int>, _ positions: Range<Int>) -> Firing {
    let geometry = record.geometry
    let (length, dropsZeros) = (shape!.length, shape!.dropsZeros)
    let gain = runnable.program.kernels(of: layer).first?.gain ?? 0
    var firing = Firing()
    for (group, run) in geometry.groups(of: kernels) {
      let dense = run.map { kernel in
        var dense = [Int?](repeating: nil, count: geometry.patch)
        for (element, weight) in weights(of: kernel) { dense[element] = weight }
        return dense
      }
      var lit = 0
      var patches: [Int] = []
      for position in positions {
        let held = (0..<geometry.patch).compactMap { element in
          let activation = activation(group: group, position: position, element: element)
          return activation == 0 && dropsZeros ? nil : (element: element, activation: activation)
        }
        patches.append(held.count)
        for start in stride(from: 0, to: held.count, by: length) {
          let vector = held[start..<min(start + length, held.count)]
          for (weights, kernel) in zip(dense, run) {
            var product = 0
            for (element, activation) in vector {
              guard let weight = weights[element] else { continue }
              product += weight * activation
              lit += 1
            }
            sums[kernel * geometry.positions + position] += Int32(
              Numerics.convert(product, gain: Int(gain)))
          }
        }
      }
      var part = shape!.patchFiring(kernels: run.count, patches: patches)
      part.lit = lit
      firing += part
    }
    return firing
  }
}

/// Firings that were known before they are asked for.
private struct KnownFirings: FiringSource {
  private var firings: [Firing] = []

  mutating func append(_ firing: Firing) { firings.append(firing) }

  func firings(of tiles: ArraySlice<Tile>) -> [Firing] { firings }
}
