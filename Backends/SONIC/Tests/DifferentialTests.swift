import Compiler
import Graph
import Hardware
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// The fast executor against the reference, and both against `evaluate`.
@Suite struct DifferentialTests {
  /// Options that lead to different instructions and numbers.
  static func options(_ random: inout SeededRandom, samples: [[String: Tensor]]) -> Options {
    var options = Options()
    options.dataflow = [.auto, .kernel, .patch][random.next(below: 3)]
    options.pack = random.next(below: 2) == 0 ? .kernel : .slice
    options.batchNorm = random.next(below: 2) == 0 ? .optical : .fold
    options.gain = random.next(below: 2) == 0 ? .kernel : .layer
    options.samples = samples
    return options
  }

  /// Holds the fast executor to the reference, whose result it returns.
  private func checkFast(
    _ compiled: Compiled, _ inputs: [String: Tensor], threads: ClosedRange<Int>
  ) throws -> Execution.Result {
    let runnable = try Runnable(compiled.program)
    var reference = RunOptions()
    reference.executor = .reference
    var slow = Execution(runnable, options: reference)
    let expected = try slow.run(compiled.inputs(inputs))
    for threads in threads {
      var options = RunOptions()
      options.threads = threads
      var fast = Execution(runnable, options: options)
      let found = try fast.run(compiled.inputs(inputs))
      #expect(found.outputs == expected.outputs)
      #expect(found.account == expected.account)
    }
    return expected
  }

  @Test func fastIsReference() throws {
    withSeed(0..<60) { seed, random in
      let graph = Graph.random(seed: seed)
      let inputs = graph.randomInputs(seed: seed)
      let options = Self.options(&random, samples: [inputs])
      let compiled = try Compiled(graph, options: options)
      let expected = try checkFast(compiled, inputs, threads: 1...3)
      let ratio = signalToNoise(try compiled.graph.evaluate(inputs), expected.outputs)
      #expect(ratio > 40, "\(ratio) dB")
    }
  }

  /// Zero activations that are held take time and make vectors, on either kind of VDU.
  @Test func fastIsReferenceWithZerosHeld() throws {
    let machine = try Machine.named("sonic").setting(
      [("control.drops-zeros", "false")], name: "sonic-holding")
    withSeed(200..<230) { seed, random in
      let graph = Graph.random(seed: seed)
      let inputs = graph.randomInputs(seed: seed)
      var options = Self.options(&random, samples: [inputs])
      options.dataflow = random.next(below: 4) == 0 ? .auto : .patch
      let compiled = try Compiled(graph, options: options, on: machine)
      let runnable = try Runnable(compiled.program)
      var reference = RunOptions()
      reference.executor = .reference
      var slow = Execution(runnable, options: reference)
      let expected = try slow.run(compiled.inputs(inputs))
      var fast = Execution(runnable)
      let found = try fast.run(compiled.inputs(inputs))
      #expect(found.outputs == expected.outputs)
      #expect(found.account == expected.account)
      let ratio = signalToNoise(try compiled.graph.evaluate(inputs), expected.outputs)
      #expect(ratio > 40, "\(ratio) dB")
      // Where patches stay, nothing that is counted depends on data.
      if options.dataflow == .patch {
        #expect(Execution.estimate(runnable) == expected.account)
      }
    }
  }

  /// Inputs of a pixel or few, of which most windows see nothing.
  @Test func fastIsReferenceInThePadding() throws {
    withSeed(0..<60) { _, random in
      var builder = GraphBuilder("padded")
      func numbers(_ count: Int, _ least: Int, _ most: Int) -> Attribute {
        Attribute.ints((0..<count).map { _ in Int64(least + random.next(below: most - least + 1)) })
      }
      let (channels, kernels) = (1 + random.next(below: 70), 1 + random.next(below: 40))
      let (width, size) = (1 + random.next(below: 3), 1 + random.next(below: 2))
      let x = builder.input("x", [1 + random.next(below: 2), channels, 1, width])
      let weights = (0..<kernels * channels * size * size).map { _ in random.nextFloat() - 0.5 }
      let w = builder.constant("w", [kernels, channels, size, size], weights)
      builder.output(
        builder.node(
          "Conv", "y", [x, w], ["pads": numbers(4, 1, 3), "strides": numbers(2, 1, 4)]))
      let inputs = builder.graph.randomInputs(seed: random.next())
      for dataflow in [Options.Dataflow.kernel, .patch] {
        var options = Options()
        options.samples = [inputs]
        options.dataflow = dataflow
        let compiled = try Compiled(builder.graph, options: options)
        _ = try checkFast(compiled, inputs, threads: 1...2)
      }
    }
  }

  /// Layers of which kernels have no weight left and channels meet none, depthwise and dense, under functions
  /// that become tables.
  @Test func fastIsReferenceWhereHardlyAnythingSurvives() throws {
    withSeed(0..<60) { _, random in
      var builder = GraphBuilder("sparse")
      let isDepthwise = random.next(below: 3) > 0
      let channels = 1 + random.next(below: 40)
      let (kernels, size) = (isDepthwise ? channels : 1 + random.next(below: 9), 3)
      let group = isDepthwise ? channels : 1
      let x = builder.input("x", [1 + random.next(below: 2), channels, 20, 30])
      let weights = (0..<kernels * channels / group * size * size).map { _ in
        random.next(below: 20) == 0 ? random.nextFloat() - 0.5 : 0
      }
      let w = builder.constant("w", [kernels, channels / group, size, size], weights)
      let b = builder.constant("b", [kernels], (0..<kernels).map { _ in random.nextFloat() - 0.5 })
      var y = builder.node(
        "Conv", "y", [x, w, b], ["group": .int(Int64(group)), "pads": .ints([1, 1, 1, 1])])
      if random.next(below: 2) == 0 { y = builder.node("HardSwish", "gate", [y]) }
      builder.output(
        builder.node(
          "Conv", "z",
          [
            y,
            builder.constant(
              "v", [1, kernels, 1, 1], (0..<kernels).map { _ in random.nextFloat() - 0.5 }),
          ]))
      let inputs = builder.graph.randomInputs(seed: random.next())
      var options = Options()
      options.samples = [inputs]
      options.dataflow = .kernel
      _ = try checkFast(try Compiled(builder.graph, options: options), inputs, threads: 1...3)
    }
  }

  /// Planes large enough for several blocks, some of which hold the end of an image and the start of the next;
  /// of groups of many channels, for several of those as well.
  @Test(arguments: [(groups: 1, channels: 3), (12, 1), (4, 32)])
  func fastIsReferenceInBlocks(_ groups: Int, _ channels: Int) throws {
    withSeed(0..<4) { _, random in
      var builder = GraphBuilder("large")
      let isMany = channels > 3
      let images = isMany ? 1 : 2
      let x = builder.input(
        "x", [images, groups * channels, 60 + random.next(below: 9), 75 + random.next(below: 9)])
      let kernels = groups * (1 + random.next(below: 2))
      let weights = (0..<kernels * channels * 9).map { _ in
        random.next(below: isMany ? 20 : 3) == 0 ? random.nextFloat() - 0.5 : 0
      }
      let w = builder.constant("w", [kernels, channels, 3, 3], weights)
      let stride = Int64(isMany ? 2 : 1 + random.next(below: 2))
      let y = builder.node(
        "Conv", "y", [x, w],
        [
          "group": .int(Int64(groups)), "pads": .ints([1, 0, 1, 2]),
          "strides": .ints([stride, stride]),
        ])
      let v = builder.constant(
        "v", [5, kernels, 1, 1], (0..<5 * kernels).map { _ in random.nextFloat() - 0.5 })
      builder.output(builder.node("Conv", "z", [y, v]))
      let inputs = builder.graph.randomInputs(seed: random.next())
      var options = Options()
      options.samples = [inputs]
      options.dataflow = .kernel
      _ = try checkFast(try Compiled(builder.graph, options: options), inputs, threads: 1...4)
    }
  }

  /// Samples side by side are each as if alone, however many the engine was told to expect.
  @Test func samplesDoNotMeet() throws {
    withSeed(100..<130) { seed, random in
      let graph = Graph.random(seed: seed)
      let samples = (0..<3).map { graph.randomInputs(seed: seed + 1000 * $0) }
      let compiled = try Compiled(graph, options: Self.options(&random, samples: [samples[0]]))
      let runnable = try Runnable(compiled.program)
      var options = RunOptions()
      options.threads = 1 + random.next(below: 3)
      var together = Execution(runnable, options: options, samples: 3 + random.next(below: 9))
      together.prepare()
      var alone = Execution(runnable)
      for count in 1...3 {
        let results = try together.run(samples: samples.prefix(count).map(compiled.inputs))
        for (sample, result) in zip(samples, results) {
          let expected = try alone.run(compiled.inputs(sample))
          #expect(result.outputs == expected.outputs && result.account == expected.account)
        }
      }
    }
  }

  @Test func idealIsEvaluate() throws {
    withSeed(0..<30) { seed, random in
      let graph = Graph.random(seed: seed)
      let inputs = graph.randomInputs(seed: seed)
      let options = Self.options(&random, samples: [inputs])
      let compiled = try Compiled(graph, options: options)
      var ideal = RunOptions()
      ideal.numerics = .ideal
      // For so many samples any table would be worth while, if there were codes.
      var execution = Execution(
        try Runnable(compiled.program), options: ideal, samples: 1 << 16)
      let found = try execution.run(compiled.inputs(inputs))
      let ratio = signalToNoise(try compiled.graph.evaluate(inputs), found.outputs)
      #expect(ratio > 60, "\(ratio) dB")
    }
  }

  @Test func bothFormsGiveTheProgramBack() throws {
    withSeed(0..<20) { seed, random in
      let graph = Graph.random(seed: seed)
      let options = Self.options(&random, samples: [graph.randomInputs(seed: seed)])
      let program = try Compiled(graph, options: options).program
      #expect(try Program(decoding: program.encoded()) == program)
      #expect(try Program(assembly: program.assembly()) == program)
      #expect(try Program(assembly: program.assembly()).encoded() == program.encoded())
    }
  }
}
