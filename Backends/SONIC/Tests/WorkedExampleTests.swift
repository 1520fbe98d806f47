import Compiler
import Foundation
import Hardware
import ISA
import JSONFrontend
import Plan
import SONICBackend
import Simulation
import Support
import Tensor
import TestKit
import Testing

/// The one-layer network that Docs/Numerics.md and Docs/CostModel.md work out on paper.
@Suite struct WorkedExampleTests {
  private let program: Program
  private let result: Execution.Result

  init() throws {
    (program, result) = try Self.run(on: try Machine.named("sonic"))
  }

  private static func run(on machine: Machine) throws -> (Program, Execution.Result) {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Docs/Examples").standardized
    let image = try NPY.read(Data(contentsOf: folder.appending(path: "one-layer.npy")))
    let model = folder.appending(path: "one-layer.json")
    var diagnostics = Diagnostics()
    let graph = try JSON.read(
      Data(contentsOf: model), file: model.path, diagnostics: &diagnostics)
    var options = Options()
    options.samples = [["image": image]]
    options.dataflow = .kernel
    let program = try Compiled(graph, options: options, on: machine).program
    var execution = Execution(try Runnable(program))
    return (program, try execution.run([image]))
  }

  @Test func numbersAreThoseOnPaper() {
    #expect(program.buffers.elements.map(\.fraction) == [13, 11])
    #expect(program.layers.elements[0].codebook == [-18722, -9361, 9361, 18722])
    let kernel = program.kernels[0]
    #expect(kernel.gain == 87389 && kernel.multiplier == 5_505_297 && kernel.shift == 22)
    #expect(result.outputs[0].floats == [4, 7, 1, 4])
  }

  @Test func timeIsThatOnPaper() {
    let account = result.account
    #expect(account.latency == Picoseconds(59_686))
    let units = [Picoseconds](repeating: Picoseconds(55_716), count: 4)
    #expect(Array(account.busy[..<6]) == [Picoseconds(2_970), Picoseconds(1_000)] + units)
    #expect(account.busy[6...].allSatisfy { $0 == .zero })
    let step = account.steps[0]
    #expect(step.span == Timeline.Span(start: Picoseconds(1_250), end: Picoseconds(59_373)))
    #expect(step.imprints == 8 && step.vectors == 8 && step.streamed == 24 && step.lit == 9)
    #expect(account.traffic == 76)
  }

  /// Held to by hand: power, memories, queues and arrows.
  @Test func traceIsThatOnPaper() throws {
    let json = try Runnable(program).trace(result.account).json
    Golden.check(String(decoding: json, as: UTF8.self), "one-layer-trace.json")
  }

  @Test func energyIsThatOnPaper() {
    let expected: [(Component, Int)] = [
      (.weightDAC, 1_481_760), (.activationDAC, 316_800), (.vcsel, 3_861), (.tuning, 3_952),
      (.photodetector, 14_784), (.tia, 19_008), (.adc, 163_680), (.accumulation, 800),
      (.control, 19_200), (.localMemory, 140_000), (.parameterMemory, 210_000),
      (.sram, 800_000), (.dram, 12_350_000), (.thermalHold, 287_209_032), (.idle, 5_968_600),
    ]
    let energy = result.account.energy
    for (component, femtojoules) in expected {
      #expect(energy[component] == Femtojoules(femtojoules), "\(component.name)")
    }
    #expect(expected.count == Component.allCases.count)
    #expect(energy.total == Femtojoules(308_701_477))
  }

  /// Of 24 elements that stream past, 9 are not zero.
  @Test func gatesMayBeLeftOutOrAdded() throws {
    let sonic = try Machine.named("sonic")
    let shining = try sonic.setting([("devices.gates-vcsel", "false")], name: "shining")
    let gated = try sonic.setting([("devices.gates-dac", "true")], name: "gated")
    let (bright, dark) = (try Self.run(on: shining).1.account, try Self.run(on: gated).1.account)
    #expect(bright.energy[.vcsel] == Femtojoules(24 * 429))
    #expect(dark.energy[.activationDAC] == Femtojoules(9 * 13_200))
    #expect(dark.energy[.vcsel] == result.account.energy[.vcsel])
    #expect(bright.latency == result.account.latency && dark.latency == bright.latency)
  }

  @Test func sectionsAreThoseOfTheReferencePage() throws {
    let found = try ELF(program.encoded()).sections.map(\.name)
    #expect(Program.fileSections.map(\.name).starts(with: found))
  }
}
