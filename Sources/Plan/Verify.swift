import Graph
import Hardware
public import Support
import Tensor

extension Plan {
  /// Checks a plan; empty if it keeps these laws:
  ///
  /// - Every step, layer and operation refers to buffers that are there.
  /// - A buffer is written before it is read, once, and inputs and constants never.
  /// - A layer's operands hold codes and as many elements as its geometry says; it has a gain and a
  ///   bias for each kernel, and at most 255 values in its codebook; a count of nonzeros for each
  ///   of its patches, or none at all, and no more than a patch has elements.
  /// - Before `compress` a layer has a code for every weight, after it survivors for every kernel;
  ///   every code is in the codebook and every survivor in the patch.
  /// - A layer whose weights are activations has signed bytes in main memory for all of them, the
  ///   codebook of their steps, and only tilings in which patches stay on the rings.
  /// - Every tiling covers each pair of kernel and position exactly once, on units that are there.
  /// - Buffers in the SRAM fit it, and those that are alive at the same step do not overlap.
  public func verify() -> [Diagnostic] {
    var diagnostics = Diagnostics()
    verifyReferences(&diagnostics)
    guard !diagnostics.hasErrors else { return diagnostics.all }
    verifyOrder(&diagnostics)
    guard !diagnostics.hasErrors else { return diagnostics.all }
    for id in layers.ids { verify(layers[id], &diagnostics) }
    verifyPlaces(&diagnostics)
    return diagnostics.all
  }

  private func verifyReferences(_ diagnostics: inout Diagnostics) {
    for (index, step) in steps.enumerated() {
      let isThere =
        switch step {
        case .layer(let id): Int(id.index) < layers.count
        case .operation(let id): Int(id.index) < operations.count
        }
      if !isThere { diagnostics.error(at: Place(.named("step \(index)")), "it is not there") }
    }
    let operands = layers.elements.flatMap {
      [$0.input, $0.output] + ($0.weightSource.map { [$0] } ?? [])
    }
    let others = operations.elements.flatMap { ($0.inputs + $0.outputs).compactMap { $0 } }
    for id in inputs + outputs + operands + others where Int(id.index) >= buffers.count {
      diagnostics.error(at: Place(.named("plan")), "there is no buffer b\(id.index)")
    }
  }

  private func verifyOrder(_ diagnostics: inout Diagnostics) {
    var isWritten = buffers.elements.map { $0.constant != nil }
    for input in inputs { isWritten[Int(input.index)] = true }
    for (index, step) in steps.enumerated() {
      let place = Place(.named("step \(index)"))
      for id in reads(step) where !isWritten[Int(id.index)] {
        diagnostics.error(at: place, "reads \"\(buffers[id].name)\" before it is written")
      }
      for id in writes(step) {
        if isWritten[Int(id.index)] {
          diagnostics.error(at: place, "writes \"\(buffers[id].name)\", which is written already")
        }
        isWritten[Int(id.index)] = true
      }
    }
    for id in outputs where !isWritten[Int(id.index)] {
      diagnostics.error(at: .value(buffers[id].name), "an output that nothing writes")
    }
  }

  private func verify(_ layer: Layer, _ diagnostics: inout Diagnostics) {
    let place = Place.node(layer.name)
    let geometry = layer.geometry
    guard geometry.isCountable else {
      diagnostics.error(at: place, "its geometry is none")
      return
    }
    if buffers[layer.input].format == nil || buffers[layer.output].format == nil {
      diagnostics.error(at: place, "its operands hold no codes")
    }
    if buffers[layer.input].type.shape.count != geometry.inputCount
      || buffers[layer.output].type.shape.count != geometry.outputCount
    {
      diagnostics.error(at: place, "its operands do not have its geometry")
    }
    guard layer.gains.count == geometry.allKernels, layer.bias.count == geometry.allKernels,
      layer.codebook.count <= 255
    else {
      diagnostics.error(at: place, "its gains, biases or codebook do not fit its kernels")
      return
    }
    if !layer.nonzeros.isEmpty,
      layer.nonzeros.count != geometry.groups * geometry.positions
        || layer.nonzeros.contains(where: { $0 > geometry.patch })
    {
      diagnostics.error(at: place, "its counts of nonzeros do not fit its patches")
    }
    verifyWeights(layer, &diagnostics)
    for tiling in layer.tilings { verify(tiling, of: layer, &diagnostics) }
  }

  private func verifyWeights(_ layer: Layer, _ diagnostics: inout Diagnostics) {
    let place = Place.node(layer.name)
    let geometry = layer.geometry
    if let source = layer.weightSource {
      let buffer = buffers[source]
      let location = buffer.location ?? .dram
      if buffer.type.element != .int8
        || buffer.type.shape.count != geometry.allKernels * geometry.patch || location != .dram
        || !layer.codes.isEmpty || layer.kernels.count != 0
        || layer.codebook.count != RunTimeCodes.steps.count
        || layer.tilings.contains(where: { $0.dataflow != .patch })
      {
        diagnostics.error(at: place, "its weights are not given as activations can be")
      }
      return
    }
    if !layer.codes.isEmpty || layer.kernels.count == 0 {
      if layer.codes.count != geometry.allKernels * geometry.patch
        || layer.codes.contains(where: { Int($0) > layer.codebook.count })
      {
        diagnostics.error(at: place, "its codes do not fit its kernels or codebook")
      }
      return
    }
    guard layer.kernels.count == geometry.allKernels else {
      diagnostics.error(at: place, "it has survivors of \(layer.kernels.count) kernels")
      return
    }
    for kernel in 0..<layer.kernels.count {
      var isSound = true
      layer.kernels.forEachSurvivor(of: kernel) { element, code in
        if element >= geometry.patch || Int(code) > layer.codebook.count { isSound = false }
      }
      if !isSound { diagnostics.error(at: place, "kernel \(kernel) has a survivor outside it") }
    }
  }

  /// The tiles of each kernel must follow one another from position 0 to the last.
  private func verify(_ tiling: Tiling, of layer: Layer, _ diagnostics: inout Diagnostics) {
    var done = [Int](repeating: 0, count: layer.geometry.allKernels)
    for tile in tiling.waves.joined() {
      guard tile.kernels.upperBound <= done.count,
        (0..<machine.array(layer.kind).units).contains(tile.unit),
        done[tile.kernels].allSatisfy({ $0 == tile.positions.lowerBound })
      else {
        diagnostics.error(at: .node(layer.name), "a tile does not follow those before it")
        return
      }
      for kernel in tile.kernels { done[kernel] = tile.positions.upperBound }
    }
    if done.contains(where: { $0 != layer.geometry.positions }) {
      diagnostics.error(at: .node(layer.name), "a tiling leaves out positions")
    }
  }

  private func verifyPlaces(_ diagnostics: inout Diagnostics) {
    let capacity = machine.memory.sram.capacity
    for buffer in buffers.elements {
      guard case .sram(let address)? = buffer.location else { continue }
      if address > capacity || buffer.size > capacity - address {
        diagnostics.error(
          at: .value(buffer.name), "leaves the SRAM: address \(address) of \(capacity) bytes")
      }
    }
    guard !diagnostics.hasErrors else { return }
    let lives = lives()
    let placed = buffers.ids.compactMap { id -> (ID<Buffer>, Range<Int>, ClosedRange<Int>)? in
      guard case .sram(let address)? = buffers[id].location, let life = lives[id] else {
        return nil
      }
      return (id, address..<address + buffers[id].size, life)
    }
    for (index, a) in placed.enumerated() {
      for b in placed[..<index] where a.1.overlaps(b.1) && a.2.overlaps(b.2) {
        diagnostics.error(
          at: .value(buffers[a.0].name), "overlaps \"\(buffers[b.0].name)\" in the SRAM")
      }
    }
  }
}
