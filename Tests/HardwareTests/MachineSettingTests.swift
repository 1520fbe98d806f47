import Foundation
import Hardware
import Support
import Testing

/// A machine with other figures.
@Suite struct MachineSettingTests {
  @Test func figuresChangeAndSaySo() throws {
    let sonic = try Machine.named("sonic")
    let changed = try sonic.setting(
      [("conv.rows", "5"), ("devices.adc.latency", "7 ns")], name: "mine")
    var expected = sonic
    expected.name = "mine"
    expected.conv.rows = 5
    expected.devices.adc.latency = Picoseconds(7000)
    expected.text = changed.text
    expected.figures = changed.figures
    #expect(changed == expected)
    let figure = try #require(changed.figures.first { $0.path == "devices.adc.latency" })
    #expect(figure.value == "7 ns" && figure.mark == .ours && figure.source == "set; was 14 ns (T)")
    #expect(changed.figures.count == sonic.figures.count)
  }

  /// A program carries the text, and must run on the same machine.
  @Test func textsGiveTheMachinesBack() throws {
    for name in Machine.builtIn.keys {
      let changed = try Machine.named(name).setting(
        [("conv.rows", "5"), ("control.drops-zeros", "false"), ("optics.drift", "3 pm")],
        name: "\"mine\", \\ and # so on: é")
      #expect(try Machine(yaml: Data(changed.text.utf8), file: "text") == changed)
    }
  }

  @Test func figuresThatWereLeftOutAreAdded() throws {
    let sonic = try Machine.named("sonic")
    #expect(sonic.control.dropsZeros && sonic.devices.weightBits == 6)
    let changed = try sonic.setting(
      [("control.drops-zeros", "false"), ("devices.weight-dac.bits", "16")], name: "mine")
    #expect(!changed.control.dropsZeros && changed.devices.weightBits == 16)
    let figure = try #require(changed.figures.first { $0.path == "control.drops-zeros" })
    #expect(figure.mark == .ours && figure.source == "set; was left out")
    let again = try changed.setting([("devices.tuning.latency", "10 ns")], name: "ours")
    #expect(again.devices.weightBits == 16 && !again.control.dropsZeros)
  }

  @Test func nothingChangedIsTheSameMachine() throws {
    let sonic = try Machine.named("sonic")
    var same = try sonic.setting([], name: "sonic")
    same.text = sonic.text
    #expect(same == sonic)
  }

  @Test func wrongFiguresAreRefused() throws {
    let sonic = try Machine.named("sonic")
    func problem(_ path: String, _ value: String) -> String? {
      do throws(Failure) {
        _ = try sonic.setting([(path, value)], name: "mine")
        return nil
      } catch {
        return error.diagnostics.first?.message
      }
    }
    #expect(problem("conv.wheels", "4")?.hasPrefix("found key wheels, expected one of") == true)
    #expect(problem("wheels.count", "4") == "there is no figure wheels.count")
    #expect(problem("conv.rows", "many")?.hasPrefix("conv.rows: found \"many\"") == true)
  }
}
