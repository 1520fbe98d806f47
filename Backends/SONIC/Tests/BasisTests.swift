import Compiler
import Graph
import Hardware
import SONICBackend
import Support
import TestKit
import Testing

/// What reports say that they are computed from is what they are computed from.
@Suite struct BasisTests {
  private func report(_ program: Program, on machine: Machine) throws -> Report {
    var program = program
    program.machine = machine
    let runnable = try Runnable(program)
    return Report(runnable, Execution.estimate(runnable), .expected, samples: 1)
  }

  /// Each figure is changed: those of a component move it and nothing else; none that is not named moves
  /// anything.
  @Test func figuresMoveWhatTheyAreNamedFor() throws {
    var options = Options()
    let graph = Graph.random(seed: 3)
    options.samples = [graph.randomInputs(seed: 3)]
    let sonic = try Machine.named("sonic").setting(
      [
        ("memory.parameters.bandwidth", "1 GB/s"), ("memory.local.bandwidth", "1 GB/s"),
        ("devices.weight-dac.bits", "6"), ("devices.activation-dac.bits", "16"),
        ("control.drops-zeros", "true"),
      ], name: "sonic")
    let program = try Compiled(graph, options: options, on: sonic).program
    let before = try report(program, on: sonic)
    let energies = before.components.map(\.energyFemtojoules)
    let named = Set(before.basis.figures.map(\.path))
    var moved: Set<String> = []
    for figure in sonic.figures {
      // Some machines are none, and on some the program does not run.
      guard
        let changed = try? sonic.setting([(figure.path, Self.other(figure))], name: "sonic"),
        let after = try? report(program, on: changed)
      else { continue }
      let isSame =
        after.energyFemtojoules == before.energyFemtojoules
        && after.latencyPicoseconds == before.latencyPicoseconds && after.bits == before.bits
      if !isSame { moved.insert(figure.path) }
      guard named.contains(figure.path) else {
        #expect(isSame, "\(figure.path) is not named, and moves something")
        continue
      }
      guard !before.basis.timeFigures.contains(figure.path) else { continue }
      #expect(after.latencyPicoseconds == before.latencyPicoseconds, "\(figure.path)")
      for (place, component) in after.components.enumerated() {
        let isNamed = component.figures.contains(figure.path)
        if !isNamed {
          #expect(
            component.energyFemtojoules == energies[place], "\(figure.path): \(component.name)")
        } else if component.figures.first == figure.path, energies[place] > 0 {
          #expect(
            component.energyFemtojoules != energies[place], "\(figure.path): \(component.name)")
        }
      }
    }
    // Enough moved for this to mean something.
    #expect(moved.count > 25, "\(moved.sorted())")
  }

  /// Another value for a figure.
  private static func other(_ figure: Figure) -> String {
    switch figure.value {
    case "true": return "false"
    case "false": return "true"
    default: break
    }
    let words = figure.value.split(separator: " ")
    guard let number = Double(words[0]) else { return figure.value }
    let other = figure.path == "devices.arms" ? 1 : number == 0 ? 1 : number * 2
    let text = other == other.rounded() ? "\(Int(other))" : "\(other)"
    return ([text] + words.dropFirst().map(String.init)).joined(separator: " ")
  }

  @Test func energiesByMarkAddUp() throws {
    let graph = Graph.random(seed: 3)
    var options = Options()
    options.samples = [graph.randomInputs(seed: 3)]
    let sonic = try Machine.named("sonic")
    let report = try report(Compiled(graph, options: options, on: sonic).program, on: sonic)
    let sum = report.basis.energyByMark.reduce(0) { $0 + $1.energyFemtojoules }
    #expect(sum == report.energyFemtojoules)
    #expect(report.basis.energyByMark.map(\.mark) == report.basis.energyByMark.map(\.mark).sorted())
    // The more parts are assumed, the less is left that is not.
    let ours = report.basis.energyByMark.first { $0.mark == .ours }.map(\.energyFemtojoules)
    let held = report.components.first { $0.name == "MR hold (TO)" }?.energyFemtojoules
    #expect(try #require(ours) >= #require(held))
  }
}
