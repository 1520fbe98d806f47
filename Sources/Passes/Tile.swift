public import Compiler
import Hardware
public import Plan
import Support

/// Cuts each layer into tiles, once for each dataflow that the options allow: the grid of kernel
/// runs and position runs whose slowest unit is predicted to be done first.
///
/// The prediction is what the layer takes alone on the machine (Docs/CostModel.md), so that it is
/// exact for activations whose zeros are where calibration counted them.
///
/// Weights that are activations can only stream past patches, whatever the options say.
///
/// Law: the tiles of a tiling cover every pair of kernel and position exactly once.
public let tile = Pass<Plan, Plan>(
  "tile", "cut layers into runs of kernels at runs of positions, for each dataflow"
) { plan, context throws(Failure) in
  var plan = plan
  for id in plan.layers.ids {
    guard plan.layers[id].weightSource == nil || plan.machine.fc.takesActivationsAsWeights else {
      throw Failure(
        .usage, at: Place(.named("--map")),
        "found attention=vdu for machine \(plan.machine.name), whose FC VDUs take only weights that "
          + "are known, expected attention=ecu")
    }
    let tiler = Tiler(
      plan.layers[id], density: plan.buffers[plan.layers[id].input].density, on: plan.machine)
    let allowed: [Dataflow] =
      switch plan.layers[id].weightSource == nil ? context.options.dataflow : .patch {
      case .auto: [.kernel, .patch]
      case .kernel: [.kernel]
      case .patch: [.patch]
      }
    plan.layers[id].tilings = allowed.map { tiler.best($0) }
  }
  return plan
}

/// Finds tilings of one layer.
private struct Tiler {
  let layer: Layer
  let machine: Machine
  let array: VDUArray
  /// By dataflow.
  let timings: [VDUTiming]
  /// Of each kernel: vectors, bytes of parameters, and one for the kernel itself.
  let vectors: PrefixSums
  let bytes: PrefixSums
  let ones: PrefixSums
  let patchImprints: PatchImprints
  /// Kernels that are in half the parameter memory together; one that is larger is alone.
  let waves: [Range<Int>]

  init(_ layer: Layer, density: Float, on machine: Machine) {
    self.layer = layer
    self.machine = machine
    array = machine.array(layer.kind)
    timings = Dataflow.allCases.map { machine.timing(layer.kind, $0) }
    vectors = layer.counts(length: array.length).vectors
    let kernels = 0..<layer.geometry.allKernels
    bytes = PrefixSums(kernels.lazy.map { layer.parameterBytes($0..<$0 + 1) })
    ones = PrefixSums(kernels.lazy.map { _ in 1 })
    patchImprints = PatchImprints(layer, density: density, machine)
    waves = Self.waves(
      layer.geometry.allKernels, bytes, half: machine.memory.parameters.capacity / 2)
  }

  /// The fastest grid of at most as many tiles as there are units.
  func best(_ dataflow: Dataflow) -> Tiling {
    let positions = layer.geometry.positions
    var best: Tiling?
    for columns in 1...max(min(array.units, positions), 1) {
      let rows = min(max(array.units / columns, 1), max(layer.geometry.allKernels, 1))
      let tiling = grid(kernelRuns: rows, positionRuns: columns, dataflow)
      if best.map({ tiling.predicted < $0.predicted }) ?? true { best = tiling }
    }
    return best!
  }

  private func grid(kernelRuns: Int, positionRuns: Int, _ dataflow: Dataflow) -> Tiling {
    let positions = split(layer.geometry.positions, into: positionRuns)
    let weight = dataflow == .kernel ? vectors : ones
    var tiling = Tiling(dataflow: dataflow, waves: [], predicted: .zero)
    // When each unit is free, when all kernels so far are loaded, and when each wave is done.
    var free = [Picoseconds](repeating: squeezing(dataflow), count: kernelRuns * positionRuns)
    var loaded = Picoseconds.zero
    var done: [Picoseconds] = []
    for wave in waves {
      var tiles: [Tile] = []
      var last = Picoseconds.zero
      // A half of the parameter memory is loaded anew once the wave in it is done.
      if done.count >= 2 { loaded = max(loaded, done[done.count - 2]) }
      for (row, kernels) in Self.balanced(wave, into: kernelRuns, by: weight).enumerated() {
        loaded += loading(kernels)
        for (column, run) in positions.enumerated() {
          let unit = row * positionRuns + column
          tiles.append(Tile(unit: unit, kernels: kernels, positions: run))
          free[unit] = max(free[unit], loaded) + time(kernels, run, dataflow)
          last = max(last, free[unit])
        }
      }
      done.append(last)
      tiling.waves.append(tiles)
    }
    tiling.predicted = free.max() ?? .zero
    return tiling
  }

  /// The time that the parameters of a run of kernels take to stream in from main memory.
  private func loading(_ kernels: Range<Int>) -> Picoseconds {
    machine.memory.dram.time(bytes: bytes[kernels])
  }

  /// The time of a tile on its unit.
  private func time(_ kernels: Range<Int>, _ positions: Range<Int>, _ dataflow: Dataflow)
    -> Picoseconds
  {
    let timing = timings[Int(dataflow.rawValue)]
    switch dataflow {
    case .kernel:
      return timing.busy(imprints: vectors[kernels], vectors: positions.count)
    case .patch:
      return layer.geometry.groups(of: kernels).reduce(.zero) {
        $0
          + timing.busy(
            imprints: patchImprints.total(group: $1.group, positions: positions),
            vectors: $1.kernels.count)
      }
    }
  }

  /// The time that the control unit takes to drop zero activations.
  private func squeezing(_ dataflow: Dataflow) -> Picoseconds {
    guard dataflow == .patch, machine.control.dropsZeros else { return .zero }
    let elements = layer.geometry.positions * layer.geometry.patch * layer.geometry.groups
    let compute =
      machine.control.period * ((elements + machine.control.lanes - 1) / machine.control.lanes)
    return max(compute, machine.memory.sram.time(bytes: 2 * elements))
  }

  /// Cuts `count` positions into at most `parts` runs of sizes that differ by at most one.
  private func split(_ count: Int, into parts: Int) -> [Range<Int>] {
    (0..<parts).map { $0 * count / parts..<($0 + 1) * count / parts }.filter { !$0.isEmpty }
  }

  /// The fewest runs of about equal size that a half holds. O(kernels) for each more than the sizes ask for.
  private static func waves(_ kernels: Int, _ bytes: PrefixSums, half: Int) -> [Range<Int>] {
    var parts = max((bytes.total + half - 1) / half, 1)
    while true {
      let waves = balanced(0..<kernels, into: parts, by: bytes)
      if waves.allSatisfy({ bytes[$0] <= half || $0.count == 1 }) { return waves }
      parts += 1
    }
  }

  /// Cuts `kernels` into at most `parts` runs of about equal weight.
  private static func balanced(_ kernels: Range<Int>, into parts: Int, by weight: PrefixSums)
    -> [Range<Int>]
  {
    var runs: [Range<Int>] = []
    var start = kernels.lowerBound
    for part in 0..<parts where start < kernels.upperBound {
      let target = (weight[start..<kernels.upperBound] + (parts - part) - 1) / (parts - part)
      var end = start + 1
      while end < kernels.upperBound, weight[start..<end + 1] <= target { end += 1 }
      if part == parts - 1 { end = kernels.upperBound }
      runs.append(start..<end)
      start = end
    }
    return runs
  }
}
