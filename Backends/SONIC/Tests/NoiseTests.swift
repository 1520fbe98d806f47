import Compiler
import Foundation
import Graph
import Hardware
import Kernels
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// Noisy numerics: nothing without noise, the same for the same seed, and as much as the model says.
@Suite struct NoiseTests {
  private static let quiet = [
    ("optics.drift", "0 pm"), ("optics.temperature", "0 K"), ("optics.crosstalk-left", "0 %"),
    ("optics.intensity-noise", "-1000 dB/Hz"), ("optics.shot-noise", "false"),
  ]

  private func run(
    _ compiled: Compiled, _ inputs: [String: Tensor], seed: UInt64, threads: Int = 1,
    setting: [(String, String)] = [], numerics: RunOptions.Numerics = .noisy
  ) throws -> Execution.Result {
    var options = RunOptions()
    options.numerics = numerics
    options.seed = seed
    options.threads = threads
    let runnable = try Runnable(compiled.program).setting(setting.map { (path: $0.0, value: $0.1) })
    var execution = Execution(runnable, options: options)
    return try execution.run(compiled.inputs(inputs))
  }

  @Test func withoutNoiseItIsPhotonic() throws {
    withSeed(300..<330) { seed, random in
      let graph = Graph.random(seed: seed)
      let inputs = graph.randomInputs(seed: seed)
      let compiled = try Compiled(
        graph, options: DifferentialTests.options(&random, samples: [inputs]))
      let photonic = try run(compiled, inputs, seed: 1, setting: Self.quiet, numerics: .photonic)
      let noisy = try run(compiled, inputs, seed: seed, setting: Self.quiet)
      #expect(noisy.outputs == photonic.outputs && noisy.account == photonic.account)
    }
  }

  /// Of other machines: that hold zeros, that have banks and rows.
  @Test func withoutNoiseItIsPhotonicOnOthers() throws {
    let sonic = try Machine.named("sonic")
    let machines = try [
      [("control.drops-zeros", "false")], [("conv.banks", "2"), ("fc.rows", "3")],
      [("conv.rows", "5"), ("fc.banks", "3"), ("fc.length", "7")],
      // As many rings as can be.
      [
        ("conv.units", "4096"), ("conv.banks", "16"), ("conv.rows", "1024"),
        ("conv.length", "1024"), ("fc.rows", "1024"),
      ],
    ].map { try sonic.setting($0, name: "other") }
    withSeed(345..<357) { seed, random in
      let graph = Graph.random(seed: seed)
      let inputs = graph.randomInputs(seed: seed)
      let options = DifferentialTests.options(&random, samples: [inputs])
      for machine in machines {
        let compiled = try Compiled(graph, options: options, on: machine)
        let photonic = try run(compiled, inputs, seed: 1, numerics: .photonic)
        let noisy = try run(compiled, inputs, seed: seed, setting: Self.quiet)
        #expect(noisy.outputs == photonic.outputs)
      }
    }
  }

  @Test func bitsHangOnTheSeedAlone() throws {
    var differ = 0
    withSeed(330..<345) { seed, random in
      let graph = Graph.random(seed: seed)
      let inputs = graph.randomInputs(seed: seed)
      let compiled = try Compiled(
        graph, options: DifferentialTests.options(&random, samples: [inputs]))
      let expected = try run(compiled, inputs, seed: seed).outputs
      try onEveryPath {
        let found = try run(compiled, inputs, seed: seed, threads: 3).outputs
        #expect(found == expected)
      }
      if try run(compiled, inputs, seed: seed + 1).outputs != expected { differ += 1 }
    }
    #expect(differ > 7)
  }

  /// A sample is not like the one before it, and both are the same the next time.
  @Test func everySampleHasNoiseOfItsOwn() throws {
    let compiled = try Compiled(Self.single, options: Self.options)
    var options = RunOptions()
    options.numerics = .noisy
    let runnable = try Runnable(compiled.program)
    func twice() throws -> [[Tensor]] {
      var execution = Execution(runnable, options: options)
      let first = try (0..<2).map { _ in try execution.run(compiled.inputs(Self.input)).outputs }
      execution.restart()
      #expect(try execution.run(compiled.inputs(Self.input)).outputs == first[0])
      return first
    }
    let first = try twice()
    #expect(first[0] != first[1])
    #expect(try twice() == first)
  }

  /// One kernel of one weight on one pixel: what comes out is that product with the noise of one channel.
  private static var single: Graph {
    get throws {
      try Graph(
        parsing: """
          graph "single" {
            input %x: float 1x1x1x256
            const %w: float 1x1x1x1 = [0.5]
            %y = Conv(%x, %w): float 1x1x1x256
            output %y
          }
          """)
    }
  }

  private static let input = pixels(0.5)

  private static func pixels(_ value: Float) -> [String: Tensor] {
    ["x": Tensor([1, 1, 1, 256], floats: [Float](repeating: value, count: 256))]
  }

  private static var options: Options {
    var options = Options()
    // Twice the input, so that noise does not saturate the ADC.
    options.samples = [pixels(1)]
    options.dataflow = .kernel
    return options
  }

  /// Thermal noise alone, against what Johnson and Nyquist say of the current of the light: 1.3 mW at 30 %
  /// past the losses of a VDU with five rings.
  @Test func thermalNoiseIsThatOfTheLoad() throws {
    let compiled = try Compiled(Self.single, options: Self.options)
    let settings = [
      ("optics.drift", "0 pm"), ("optics.crosstalk-left", "0 %"),
      ("optics.intensity-noise", "-1000 dB/Hz"), ("optics.temperature", "300 K"),
    ]
    let found = try run(compiled, Self.input, seed: 5, setting: settings).outputs[0].floats
    // 3.01 + 0.13 splitting, 0.9 combining, 4 rings passed, two rings that modulate, 30 um, 5 um tuned.
    let loss = 3.0103 + 0.13 + 0.9 + 4 * 0.02 + 2 * 0.72 + 0.003 + 0.0005 * 7
    // Through a ring that 1 nm of shift opens to 99 %.
    let detuning = 2 * 8000.0 / 1550
    let most = detuning * detuning / (1 + detuning * detuning)
    let current = 1.3e-3 * 0.3 * pow(10, -loss / 10) * most
    let bandwidth = 0.5 / 0.33e-9
    let shot = 2 * 1.602176634e-19 * bandwidth * current
    // A channel fully open at full power is the weight times the largest activation that a code has.
    let full = 0.5 * Double(compiled.largestInput)
    let thermal = 4 * 1.380649e-23 * 300 * bandwidth / 50
    let variance = thermal + shot * 0.5 / Double(compiled.largestInput)
    let expected = full * variance.squareRoot() / current
    let mean = found.reduce(0) { $0 + Double($1) } / 256
    let deviation = (found.reduce(0) { $0 + pow(Double($1) - mean, 2) } / 255).squareRoot()
    #expect(abs(mean - 0.25) < 4 * expected / 16)
    // The standard error of a deviation of 256 is 4.4 %.
    #expect(abs(deviation / expected - 1) < 0.15, "\(deviation) against \(expected)")
  }

  @Test func moreOfAnythingIsWorse() throws {
    let compiled = try Compiled(Self.single, options: Self.options)
    let clean = try run(compiled, Self.input, seed: 1, numerics: .photonic).outputs
    for (path, values) in [
      ("optics.tuning-range", ["1000 pm", "100 pm", "10 pm"]),
      ("optics.temperature", ["1 K", "300 K", "900 K"]),
      ("optics.intensity-noise", ["-150 dB/Hz", "-130 dB/Hz", "-110 dB/Hz"]),
      ("optics.drift", ["1 pm", "10 pm", "100 pm"]),
    ] {
      let ratios = try values.map { value in
        // How far rings open matters by thermal noise.
        let warm = path == "optics.tuning-range" ? [("optics.temperature", "300 K")] : []
        let kept = Self.quiet.filter { quiet in quiet.0 != path && warm.first?.0 != quiet.0 }
        let all = kept + warm + [(path, value)]
        return signalToNoise(clean, try run(compiled, Self.input, seed: 3, setting: all).outputs)
      }
      #expect(ratios[0] > ratios[1] && ratios[1] > ratios[2], "\(path): \(ratios)")
    }
  }

  @Test func machinesWithoutOpticsSayWhatIsMissing() throws {
    let text = try Machine.named("sonic").text
    let old = String(text[..<(try #require(text.range(of: "optics:"))).lowerBound])
    let machine = try Machine(yaml: Data(old.utf8), file: "m.yaml")
    var options = RunOptions()
    try options.check(machine)
    options.numerics = .noisy
    let error = #expect(throws: Failure.self) { try options.check(machine) }
    #expect(error?.diagnostics.first?.message.contains("without optics") == true)
  }

  @Test func darkMachinesAreRefused() throws {
    var options = RunOptions()
    options.numerics = .noisy
    for (path, value) in [
      ("devices.vcsel.power", "0 mW"), ("optics.tuning-range", "0 nm"),
      ("optics.losses.combiner", "300 dB"), ("devices.arms", "1"),
    ] {
      let machine = try Machine.named("sonic").setting([(path, value)], name: "dark")
      let error = #expect(throws: Failure.self) { try options.check(machine) }
      #expect(error?.code == .data)
    }
    let sharp = try Machine.named("sonic").setting(
      [("optics.quality", "100000000"), ("optics.drift", "1 um")], name: "sharp")
    try options.check(sharp)
    let compiled = try Compiled(Self.single, options: Self.options, on: sharp)
    _ = try run(compiled, Self.input, seed: 1)
  }

  @Test func programsKeepWhatTheyWereVerifiedAgainst() throws {
    let runnable = try Runnable(try Compiled(Self.single, options: Self.options).program)
    let error = #expect(throws: Failure.self) {
      try runnable.setting([(path: "conv.units", value: "1")])
    }
    #expect(error?.code == .usage)
  }
}

extension Compiled {
  /// The largest value of the first input's format.
  fileprivate var largestInput: Float {
    let fraction = program.buffers[program.header.inputs[0]].fraction ?? 0
    return Float(sign: .plus, exponent: -Int(fraction), significand: 32767)
  }
}
