import Compiler
import Foundation
import Graph
import Hardware
import ISA
import SONICBackend
import Simulation
import Support
import Tensor
import TestKit
import Testing

/// That no program looks faster than it is for want of a wait.
@Suite struct OrderTests {
  /// Random networks, every other one on a machine with so little memory that buffers live in main
  /// memory and kernels come in many waves.
  private func program(_ seed: UInt64, _ random: inout SeededRandom) throws -> Program {
    let graph = Graph.random(seed: seed)
    let options = DifferentialTests.options(&random, samples: [graph.randomInputs(seed: seed)])
    return try Compiled(graph, options: options, on: Self.machine(isSmall: seed % 2 == 1)).program
  }

  private static func machine(isSmall: Bool) throws -> Machine {
    let machine = try Machine.named("sonic")
    guard isSmall else { return machine }
    let text = machine.text
      .replacingOccurrences(of: "capacity:  {value: 4 MB", with: "capacity:  {value: 1 KB")
      .replacingOccurrences(of: "capacity:  {value: 512 KB", with: "capacity:  {value: 1 KB")
    return try Machine(yaml: Data(text.utf8), file: "test")
  }

  private func isRefused(_ program: Program) -> Bool {
    do throws(Failure) {
      _ = try Runnable(program)
      return false
    } catch {
      return true
    }
  }

  /// A wait that is missed is one that something else makes up for. Waits for parameter memory are
  /// none of those: no law asks for them.
  @Test func everyWaitIsNeededOrChangesNothing() {
    var (refused, needless) = (0, 0)
    withSeed(0..<16) { seed, random in
      let program = try program(seed, &random)
      let account = Execution.estimate(try Runnable(program))
      for index in program.waits where !program.isForMemory(index) {
        var loosened = program
        loosened.loosen(at: index)
        if isRefused(loosened) {
          refused += 1
        } else {
          needless += 1
          try #require(Execution.estimate(try Runnable(loosened)) == account, "\(index)")
        }
      }
    }
    #expect(refused > 1000 && needless > 50, "\(refused) refused, \(needless) needless")
  }

  /// However signals and waits are changed: what is accepted takes no less than what the compiler made
  /// takes without its waits for memory.
  @Test func noOrderIsFasterThanTheCompilers() {
    var accepted = 0
    withSeed(0..<40) { seed, random in
      let program = try program(seed, &random)
      var floor = program
      for index in program.waits where program.isForMemory(index) { floor.loosen(at: index) }
      let least = Execution.estimate(try Runnable(floor)).latency
      for _ in 0..<100 {
        var changed = program
        for _ in 0..<(1 + random.next(below: 4)) { changed.changeOrder(&random) }
        guard !isRefused(changed) else { continue }
        accepted += 1
        try #require(Execution.estimate(try Runnable(changed)).latency >= least)
      }
    }
    #expect(accepted > 100, "\(accepted)")
  }

  /// ECU may learn that VDUs have fired from another unit that waited for them.
  @Test(arguments: [SONICBackend.Unit.dma, .vdu(.conv, 0), .vdu(.fc, 9)])
  func orderGoesThroughOthers(_ other: SONICBackend.Unit) {
    withSeed(0..<16) { seed, random in
      let program = try program(seed, &random)
      var passed = program
      for index in program.waits.reversed() {
        guard case .wait(var wait) = program.instructions[index], wait.unit == .ecu,
          program.isSignalled(byVDU: wait.token)
        else { continue }
        let token = ID<Token>(Int(passed.header.tokens))
        passed.header.tokens += 1
        wait.unit = other
        var signal = Signal()
        signal.unit = other
        signal.token = token
        var last = Wait()
        last.token = token
        let detour: [SONICInstruction] = [.wait(wait), .signal(signal), .wait(last)]
        passed.instructions.replaceSubrange(index...index, with: detour)
      }
      passed.steps = []
      _ = try Runnable(passed)
      let collected = program.layers.count > 0
      for index in passed.waits.reversed() {
        guard case .wait(let wait) = passed.instructions[index], wait.unit == .ecu,
          wait.token.index >= program.header.tokens
        else { continue }
        passed.loosen(at: index)
      }
      try #require(isRefused(passed) == collected)
    }
  }
}

extension Program {
  /// Where its waits are.
  fileprivate var waits: [Int] { instructions.indices.filter { instructions[$0].isWait } }

  /// Whether an instruction is one for which DMA waits until VDUs need what it will overwrite no more.
  fileprivate func isForMemory(_ index: Int) -> Bool {
    guard case .wait(let wait) = instructions[index] else { return false }
    return wait.unit == .dma && isSignalled(byVDU: wait.token)
  }

  fileprivate func isSignalled(byVDU token: ID<Token>) -> Bool {
    instructions.contains {
      switch $0 {
      case .firePatch(let fire): fire.token == token
      case .fireKernel(let fire): fire.token == token
      default: false
      }
    }
  }

  /// Lets a wait wait for fewer signals, or none.
  mutating func loosen(at index: Int, to count: UInt16 = 0) {
    guard case .wait(var wait) = instructions[index] else { return }
    wait.count = count
    instructions[index] = .wait(wait)
  }

  /// Changes, moves or copies a signal or wait over another.
  fileprivate mutating func changeOrder(_ random: inout SeededRandom) {
    let places = instructions.indices.filter { instructions[$0].isSignalOrWait }
    guard let i = places.randomElement(using: &random),
      let j = places.randomElement(using: &random)
    else { return }
    switch random.next(below: 4) {
    case 0: instructions[i].mutateField(using: &random)
    case 1: instructions.swapAt(i, j)
    case 2: instructions[i] = instructions[j]
    default: loosen(at: i)
    }
  }
}

extension SONICInstruction {
  fileprivate var isWait: Bool {
    if case .wait = self { true } else { false }
  }

  fileprivate var isSignalOrWait: Bool {
    if case .signal = self { true } else { isWait }
  }
}
