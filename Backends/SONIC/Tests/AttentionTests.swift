import Compiler
import Graph
import Hardware
import Plan
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// Products of two activations on the FC VDUs.
@Suite struct AttentionTests {
  /// Attention over random sizes: heads, tokens, and depths that take one vector or some. Queries have
  /// zeros, to be squeezed; a matrix product with known weights comes before.
  private static func network(_ random: inout SeededRandom) throws -> Graph {
    let heads = 1 + random.next(below: 3)
    let (queries, keys) = (1 + random.next(below: 5), 1 + random.next(below: 40))
    let depth = 1 + random.next(below: 120)
    return try Graph(
      parsing: """
        graph "attention" {
          input %x: float \(heads)x\(queries)x2
          input %k: float \(heads)x\(depth)x\(keys)
          input %v: float \(heads)x\(keys)x3
          const %w: float 2x\(depth) = \
        [\((0..<2 * depth).map { String($0 % 5 - 2) }.joined(separator: ", "))]
          %q = MatMul(%x, %w)
          %r = Relu(%q)
          %s = MatMul(%r, %k)
          %p = Softmax(%s)
          %y = MatMul(%p, %v)
          output %y
        }
        """)
  }

  private static func options(_ samples: [[String: Tensor]]) -> Options {
    var options = Options()
    options.attention = .vdu
    options.samples = samples
    return options
  }

  private static func compiled(_ seed: UInt64, _ random: inout SeededRandom) throws -> Compiled {
    let graph = try network(&random)
    return try Compiled(graph, options: options([graph.randomInputs(seed: seed)]))
  }

  @Test func fastIsReferenceAndBothAreEvaluate() {
    withSeed(0..<40) { seed, random in
      let compiled = try Self.compiled(seed, &random)
      #expect(compiled.program.layers.elements.filter { $0.weightSource != nil }.count == 2)
      let runnable = try Runnable(compiled.program)
      let inputs = compiled.graph.randomInputs(seed: seed)
      var options = RunOptions()
      options.executor = .reference
      var reference = Execution(runnable, options: options)
      let expected = try reference.run(compiled.inputs(inputs))
      options.executor = .fast
      for threads in 1...2 {
        options.threads = threads
        var fast = Execution(runnable, options: options, samples: 3)
        let found = try fast.run(samples: Array(repeating: compiled.inputs(inputs), count: 3))
        for result in found {
          #expect(result.outputs == expected.outputs && result.account == expected.account)
        }
      }
      options.numerics = .ideal
      var ideal = Execution(runnable, options: options)
      let evaluated = try compiled.graph.evaluate(inputs)
      let floats = try ideal.run(compiled.inputs(inputs)).outputs
      #expect(signalToNoise(evaluated, floats) > 60)
      #expect(signalToNoise(evaluated, expected.outputs) > 35)
    }
  }

  @Test func bothFormsGiveTheProgramBack() {
    withSeed(0..<10) { seed, random in
      let program = try Self.compiled(seed, &random).program
      #expect(try Program(decoding: program.encoded()) == program)
      #expect(try Program(assembly: program.assembly()) == program)
    }
  }

  /// Gating depends on the weights that a sample gives: none are lit where all are zero.
  @Test func whatIsLitDependsOnTheWeights() throws {
    var random = SeededRandom(seed: 7)
    let compiled = try Self.compiled(7, &random)
    let runnable = try Runnable(compiled.program)
    var inputs = compiled.graph.randomInputs(seed: 7)
    let full = try Execution(runnable).result(compiled.inputs(inputs))
    for name in ["k", "v"] {
      let shape = inputs[name]!.shape
      inputs[name] = Tensor(shape, floats: [Float](repeating: 0, count: shape.count))
    }
    let empty = try Execution(runnable).result(compiled.inputs(inputs))
    let layers = compiled.program.steps.indices.filter { index in
      let layer = compiled.program.steps[index].layer
      return layer.map { compiled.program.layers[$0].weightSource != nil } ?? false
    }
    for index in layers {
      #expect(full.account.steps[index].lit > 0 && empty.account.steps[index].lit == 0)
    }
    #expect(empty.outputs.allSatisfy { $0.floats.allSatisfy { $0 == 0 } })
  }

  @Test func codesOfBytes() {
    #expect(RunTimeCodes.steps.count == 62 && !RunTimeCodes.steps.contains(0))
    for byte in -31...31 {
      let code = Int(RunTimeCodes.code(Int64(byte)))
      #expect(code == 0 ? byte == 0 : RunTimeCodes.steps[code - 1] == byte)
    }
    #expect(RunTimeCodes.code(-128) == RunTimeCodes.code(-31))
    #expect(RunTimeCodes.code(127) == RunTimeCodes.code(31))
  }

  /// A program may bring bytes that no compiler would: the DACs give what they can.
  @Test func bytesBeyondTheDACSaturate() throws {
    var random = SeededRandom(seed: 3)
    let compiled = try Self.compiled(3, &random)
    var wild = compiled.program
    // Clip no longer bounds anything.
    for index in wild.operations.elements.indices where wild.operations.elements[index].op == "Clip"
    {
      wild.operations.elements[index].inputs = [
        wild.operations.elements[index].inputs[0], nil, nil,
      ]
    }
    var inputs = compiled.graph.randomInputs(seed: 3)
    inputs["k"] = Tensor(inputs["k"]!.shape, floats: inputs["k"]!.floats.map { $0 * 100 })
    let expected = try Execution(Runnable(compiled.program)).result(compiled.inputs(inputs))
    let found = try Execution(Runnable(wild)).result(compiled.inputs(inputs))
    #expect(found.outputs == expected.outputs)
  }

  @Test func lawsOfRunTimeWeights() throws {
    var random = SeededRandom(seed: 5)
    let program = try Self.compiled(5, &random).program
    let layer = ID<LayerRecord>(1)
    let changes: [VerifierTests.Change] = [
      ("unknown buffer", { $0.layers[layer].weightSource = ID(999) }),
      ("floats", { $0.layers[layer].weightSource = $0.header.inputs[1] }),
      ("in the SRAM", { $0.buffers[$0.layers[layer].weightSource!].address = 0 }),
      ("kernels stay", { $0.layers[layer].dataflow = .kernel }),
      ("codebook", { $0.layers[layer].codebook.removeLast() }),
      ("ADC", { $0.layers[layer].codebook[0] = 32767 }),
      ("pairs", { $0.kernels[Int($0.layers[layer].firstKernel)].pairs = 1 }),
      ("machine", { $0.machine.fc.takesActivationsAsWeights = false }),
      (
        "not stored",
        { program in
          let source = program.layers[layer].weightSource
          program.instructions.removeAll {
            if case .storeBuffer(let store) = $0 { store.buffer == source } else { false }
          }
          for step in program.steps.indices { program.steps[step].instructions = 0..<0 }
        }
      ),
      (
        "not written",
        { program in
          program.instructions.removeAll { if case .operate = $0 { true } else { false } }
        }
      ),
    ]
    Golden.check(
      try VerifierTests().report(program, changes), "error/program-run-time-weights.txt")
  }
}

extension Execution {
  /// What a run of one sample gives.
  fileprivate consuming func result(_ inputs: [Tensor]) throws -> Result {
    var execution = self
    return try execution.run(inputs)
  }

  fileprivate init(_ runnable: Runnable) { self.init(runnable, options: RunOptions()) }
}
