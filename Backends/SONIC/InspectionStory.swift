import Tensor
import Support
import Simulation
import Plan
import Graph
import Foundation
import Hardware

extension Inspection {
  /// Each step at length, for people: a screen a step where not every instruction is asked for.
  public func story(everyInstruction: Bool) -> String {
    steps.map { story($0, everyInstruction) }.joined(separator: "\n")
  }

  /// Instructions shown at each end of a listing that is cut.
  private static let shownInstructions = 6

  private func story(_ step: Step, _ isWhole: Bool) -> String {
    let estimate = step.estimate
    var rows = [
      ["step", "\(step.name): \(estimate.kind)"],
      ["origins", estimate.origins.joined(separator: "; ")],
    ]
    rows += self.rows(of: step.inputs, "reads") + self.rows(of: step.outputs, "writes")
    rows += step.attributes.map { ["attribute", $0] }
    if let layer = step.layer {
      let array = estimate.kind == VDUKind.conv.name ? machine.conv : machine.fc
      rows += layer.story(estimate, array)
    }
    rows += cost(estimate) + [["energy", energy(estimate)]]
    var text = Words.align(rows)
    if let codebook = step.layer?.codebook, !codebook.isEmpty { text += Self.table(of: codebook) }
    return text + listing(of: step, isWhole)
  }

  private func rows(of buffers: [Int?], _ verb: String) -> [[String]] {
    buffers.compactMap { $0 }.map { index in
      let buffer = memory.buffers[index]
      let place = buffer.sramAddress.map { "SRAM at \($0)" } ?? "main memory"
      let codes = buffer.fraction.map { ", codes of 2^\(-$0)" } ?? ""
      return [
        verb,
        "\(buffer.name): \(buffer.element) \(Words.shape(buffer.shape))\(codes), "
          + "\(Words.bytes(buffer.bytes)) in \(buffer.isConstant ? "constants" : place), "
          + "\(Words.percent(buffer.density)) not zero",
      ]
    }
  }

  /// The largest parts, with a bar for each that shows its share.
  private func energy(_ estimate: Report.Step) -> String {
    let total = Double(max(estimate.energyFemtojoules, 1))
    let parts = zip(Component.allCases, estimate.componentFemtojoules).filter { $1 > 0 }
      .sorted { $0.1 > $1.1 }.prefix(6)
    return parts.map { component, energy in
      let share = Double(energy) / total
      return "\(component.name) \(Words.percent(share)) \(Words.sparkline([share]))"
    }.joined(separator: ", ")
  }

  private func cost(_ estimate: Report.Step) -> [[String]] {
    let took = estimate.endPicoseconds - estimate.startPicoseconds
    return [
      [
        "estimate",
        "from \(Words.time(estimate.startPicoseconds)) for \(Words.time(took)), "
          + Words.engineering(Double(estimate.energyFemtojoules) * 1e-15, "J")
          + ", bound by \(estimate.bound)",
      ],
      [
        "busy",
        "DMA \(Words.time(estimate.dmaPicoseconds)), ECU \(Words.time(estimate.ecuPicoseconds)), "
          + "VDUs \(Words.time(estimate.vduPicoseconds)) in sum",
      ],
    ]
  }

  /// Values in ascending order, as many a line as fit, each with how many weights take it.
  private static func table(of codebook: [Centroid]) -> String {
    let cells = codebook.sorted { $0.code < $1.code }
      .map { "\(Words.real($0.value)) (\($0.uses))" }
    let lines = stride(from: 0, to: cells.count, by: 8).map { start in
      [""] + cells[start..<min(start + 8, cells.count)]
    }
    return "codebook: weights at gain 1 (and how many take them)\n"
      + Words.align(lines, right: Set(1...8))
  }

  private func listing(of step: Step, _ isWhole: Bool) -> String {
    guard let instructions else { return "" }
    let range = step.firstInstruction..<step.firstInstruction + step.instructionCount
    let cut = isWhole ? step.instructionCount : Self.shownInstructions
    func lines(_ range: Range<Int>) -> [String] { range.map { "  i\($0)  \(instructions[$0])" } }
    var shown: [String]
    if range.count <= 2 * cut {
      shown = lines(range)
    } else {
      let hidden = range.count - 2 * cut
      shown = lines(range.prefix(cut)) + ["  ... \(Words.count(hidden, "instruction")) ..."]
      shown += lines(range.suffix(cut))
    }
    return "instructions\n" + shown.map { $0 + "\n" }.joined()
  }
}

extension Inspection.Layer {
  /// Rows of the story of a layer.
  fileprivate func story(
    _ estimate: Report.Step, _ array: Inspection.Hardware.VDUs
  ) -> [[String]] {
    let share = Double(estimate.survivors) / Double(max(estimate.weights, 1))
    let weights =
      weightsFrom.map { "those that \($0) holds at run time" }
      ?? "\(estimate.survivors) of \(estimate.weights) survive (\(Words.percent(share)))"
    let used = busyPicoseconds.filter { $0 > 0 }
    let longest = max(busyPicoseconds.max() ?? 0, 1)
    return [
      ["geometry", geometryWords],
      ["weights", "\(weights), \(Words.bytes(parameterBytes)) with parameters"],
      ["clustering", clusteringWords],
      ["survivors", Self.spread(survivors.map(Double.init)) + " a kernel " + histogram],
      [
        "vectors", Self.spread(vectors.map(Double.init)) + " a kernel, of \(array.length) elements",
      ],
      ["gains", Self.spread(gains) + ", relative to the largest"],
      ["bounds", "\(Words.real(lower)) to \(Words.real(upper))"],
      [
        "tiles",
        "\(Words.count(tiles.count, "tile")) in \(Words.count(waves, "wave")) on "
          + "\(used.count) of \(array.units) units, \(estimate.dataflow ?? "")s stay on the rings",
      ],
      [
        "units",
        "|\(Words.sparkline(busyPicoseconds.map { Double($0) / Double(longest) }))| "
          + "busy, at most \(Words.time(longest))",
      ],
      [
        "streams",
        "\(estimate.vectors) vectors past \(estimate.imprints) imprints, \(estimate.products) "
          + "products, \(estimate.lit) lit",
      ],
    ]
  }

  private var clusteringWords: String {
    guard let clustering else { return "none: weights have the values that they had" }
    let most = Double(clustering.counts.max() ?? 1)
    let ratio = String(format: "%.1f", clustering.signalToNoiseDecibels)
    return "to \(Words.count(codebook.count, "value")), \(ratio) dB below the weights; before "
      + "|\(Words.sparkline(clustering.counts.map { Double($0) / most }))|"
  }

  private var geometryWords: String {
    let g = geometry
    return "\(g.allKernels) kernels of \(g.channels)x\(g.kernelHeight)x\(g.kernelWidth)"
      + " at \(g.positions) positions, \(Words.count(g.groups, "group")),"
      + " stride \(g.strideY)x\(g.strideX), dilation \(g.dilationY)x\(g.dilationX),"
      + " \(g.padTop) rows padded above and \(g.padLeft) columns before"
  }

  /// How many kernels have how many survivors, from the fewest to the most.
  private var histogram: String {
    guard let least = survivors.min(), let most = survivors.max(), least < most else { return "" }
    let bins = min(most - least + 1, 24)
    var counts = [Int](repeating: 0, count: bins)
    for count in survivors { counts[(count - least) * bins / (most - least + 1)] += 1 }
    let tallest = Double(counts.max() ?? 1)
    return "|\(Words.sparkline(counts.map { Double($0) / tallest }))|"
  }

  private static func spread(_ values: [Double]) -> String {
    let sorted = values.sorted()
    guard let least = sorted.first, let most = sorted.last else { return "none" }
    return "\(Words.real(least)) to \(Words.real(most)), median "
      + Words.real(sorted[sorted.count / 2])
  }
}
