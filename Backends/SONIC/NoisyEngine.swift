import Hardware
import Kernels
import Plan
import Support

/// Photonic numerics on VDUs that are not perfect: ``ReferenceEngine`` with what a ``NoiseModel`` does to
/// rings and receivers. Without noise it gives the same bits.
///
/// Every random number is drawn from the seed and the place where it acts, so that results depend on nothing
/// else.
struct NoisyEngine: Engine {
  private let runnable: Runnable
  private let model: NoiseModel
  /// Each sample of a run has noise of its own.
  private var sample = 0

  init(_ runnable: Runnable, _ model: NoiseModel) {
    self.runnable = runnable
    self.model = model
  }

  mutating func start(after samples: Int) { sample = samples }

  func compute(
    _ layer: ID<LayerRecord>, inputs: [Contents], _ workers: Workers
  ) -> (outputs: [Contents], firings: [any FiringSource]) {
    let input = inputs[0].mask
    let tiles = LayerTiles(runnable, layer)
    let record = runnable.program.layers[layer]
    let noisy = NoisyLayer(
      runnable, layer, model, sample: sample,
      PaddedInput(record.geometry, input, model.activation))
    var sums = [Int32](repeating: 0, count: record.geometry.outputCount)
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      // The verifier has seen that no two tiles have a kernel and a position in common.
      nonisolated(unsafe) let sums = unsafe sums
      workers.forEach(count: tiles.tiles.count) {
        unsafe noisy.fire(tiles.tiles[$0], into: sums)
      }
    }
    let codes = Numerics.collect(sums, runnable.program.kernels(of: layer), record)
    return ([.codes(codes)], [FiringCounter(tiles, mask: input)])
  }
}

/// One layer on one sample.
private struct NoisyLayer: Sendable {
  private let runnable: Runnable
  private let layer: ID<LayerRecord>
  private let model: NoiseModel
  private let sample: Int
  private let input: PaddedInput
  private let record: LayerRecord
  private let parameters: [KernelRecord]
  private let length: Int
  private let rows: Int
  private let banks: Int
  /// The largest weight: what a ring fully open, or a VCSEL at full power, stands for.
  private let heaviest: Double
  /// The noise of one vector, in units of the product.
  private let receiver: sonic_receiver

  private var geometry: Geometry { record.geometry }

  init(
    _ runnable: Runnable, _ layer: ID<LayerRecord>, _ model: NoiseModel, sample: Int,
    _ input: PaddedInput
  ) {
    self.runnable = runnable
    self.layer = layer
    self.model = model
    self.sample = sample
    self.input = input
    record = runnable.program.layers[layer]
    parameters = Array(runnable.program.kernels(of: layer))
    let array = runnable.program.machine.array(record.kind)
    (length, rows, banks) = (array.length, array.rows, array.banks)
    heaviest = Double(record.codebook.map(\.magnitude).max() ?? 1)
    receiver = model.receiver(
      record.kind, record.dataflow, full: heaviest * Double(Numerics.largestCode))
  }

  func fire(_ tile: Tile, into sums: UnsafeMutableBufferPointer<Int32>) {
    // Vectors that the unit has held, of which each goes to the next bank.
    var count = 0
    for (group, kernels) in geometry.groups(of: tile.kernels) {
      switch record.dataflow {
      case .kernel: unsafe holdKernels(kernels, tile, group, &count, into: sums)
      case .patch: unsafe holdPatches(kernels, tile, group, &count, into: sums)
      }
    }
  }

  private func holdKernels(
    _ kernels: Range<Int>, _ tile: Tile, _ group: Int, _ count: inout Int,
    into sums: UnsafeMutableBufferPointer<Int32>
  ) {
    // A row of the unit takes every so many positions.
    let rows = (0..<rows).map { row in stride(from: row, to: tile.positions.count, by: self.rows) }
    let places = rows.map { $0.map { input.place(of: tile.positions.lowerBound + $0) } }
    var codes = [Int32](repeating: 0, count: places[0].count)
    for kernel in kernels {
      let target = kernel * geometry.positions + tile.positions.lowerBound
      let vectors = vectors(of: kernel, group)
      for (row, positions) in rows.enumerated() {
        for place in codes.indices { codes[place] = 0 }
        for (index, vector) in vectors.enumerated() {
          let held = model.imprint(
            vector.weights, full: heaviest, record.kind, unit: tile.unit,
            bank: (count + index) % banks, row: row)
          add(
            input.values, places[row], held, vector.places, kernel,
            noise(kernel, index, tile.positions.lowerBound + row), to: &codes)
        }
        for (code, position) in zip(codes, positions) { unsafe sums[target + position] += code }
      }
      count += vectors.count
    }
  }

  /// A kernel's weights as they are held, vector by vector, and where they find their activations.
  private func vectors(
    of kernel: Int, _ group: Int
  ) -> [(weights: [Double], places: [Int])] {
    var vectors: [(weights: [Double], places: [Int])] = []
    var cutter = VectorCutter(length: length, slice: Int(record.slice))
    runnable.forEachSurvivor(of: layer, kernel: kernel) { element, code in
      if cutter.startsVector(at: element) { vectors.append(([], [])) }
      vectors[vectors.count - 1].weights.append(
        model.weight(record.codebook[Int(code) - 1], full: heaviest))
      vectors[vectors.count - 1].places.append(input.place(of: element, in: group))
    }
    return vectors
  }

  private func holdPatches(
    _ kernels: Range<Int>, _ tile: Tile, _ group: Int, _ count: inout Int,
    into sums: UnsafeMutableBufferPointer<Int32>
  ) {
    let weights = record.codebook.map { model.weight($0, full: heaviest) }
    let places = (0..<geometry.patch).map { input.place(of: $0, in: group) }
    for position in tile.positions {
      let start = input.place(of: position)
      let kept = places.indices.filter {
        !runnable.program.machine.control.dropsZeros || input.codes[start + places[$0]] != 0
      }
      let vectors = stride(from: 0, to: kept.count, by: length).map {
        kept[$0..<min($0 + length, kept.count)]
      }
      var vectorOf = [Int](repeating: -1, count: geometry.patch)
      for (index, vector) in vectors.enumerated() {
        for element in vector { vectorOf[element] = index }
      }
      // A row of the unit takes every so many kernels.
      for row in 0..<min(rows, kernels.count) {
        var held = [Double](repeating: 0, count: geometry.patch)
        for (index, vector) in vectors.enumerated() {
          let numbers = model.imprint(
            vector.map { input.values[start + places[$0]] }, full: Double(Numerics.largestCode),
            record.kind, unit: tile.unit, bank: (count + index) % banks, row: row)
          for (element, number) in zip(vector, numbers) { held[element] = number }
        }
        for kernel in stride(from: kernels.lowerBound + row, to: kernels.upperBound, by: rows) {
          var streamed = [(weights: [Double], elements: [Int])](
            repeating: ([], []), count: vectors.count)
          runnable.forEachSurvivor(of: layer, kernel: kernel) { element, code in
            guard vectorOf[element] >= 0 else { return }
            streamed[vectorOf[element]].weights.append(weights[Int(code) - 1])
            streamed[vectorOf[element]].elements.append(element)
          }
          var codes: [Int32] = [0]
          for (index, vector) in streamed.enumerated() {
            add(
              held, [0], vector.weights, vector.elements, kernel, noise(kernel, index, position),
              to: &codes)
          }
          unsafe sums[kernel * geometry.positions + position] += codes[0]
        }
      }
      count += vectors.count
    }
  }

  /// Converts a vector's light at some places and adds it to their partial sums.
  private func add(
    _ values: [Double], _ places: [Int], _ weights: [Double], _ elements: [Int], _ kernel: Int,
    _ noise: UInt64, to codes: inout [Int32]
  ) {
    let gain = parameters[record.dataflow == .kernel ? kernel : 0].gain
    unsafe withUnsafePointer(to: receiver) { receiver in
      unsafe sonic_noisy_vector(
        values, places, places.count, weights, elements, elements.count, receiver,
        gain, noise, &codes)
    }
  }

  /// Where the random numbers start of a vector of a kernel, at a position.
  private func noise(_ kernel: Int, _ vector: Int, _ position: Int) -> UInt64 {
    var random = SeededRandom(
      seed: model.seed, path: 2, UInt64(layer.index), UInt64(sample), UInt64(kernel),
      UInt64(vector), UInt64(position))
    return random.next()
  }
}
