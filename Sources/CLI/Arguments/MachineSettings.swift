import ArgumentParser
import Hardware
import SONICBackend
import Support

/// Other figures for a machine than its file's.
struct MachineSettings: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Another value for a figure of the machine; may be repeated.",
      discussion: """
        The path and the value as 'sonic machines show' prints them: 'conv.units=100', \
        'devices.adc.power=30 mW'. A program that is compiled takes only figures of devices and optics.
        """, valueName: "path=value"))
  var set: [NamedText] = []

  private var values: [(path: String, value: String)] { self.set.map { ($0.name, $0.text) } }

  /// The machine with these figures.
  func apply(to machine: Machine) throws(Failure) -> Machine {
    self.set.isEmpty ? machine : try machine.setting(values, name: machine.name)
  }

  /// The program on a machine with these figures.
  func apply(to runnable: Runnable) throws(Failure) -> Runnable {
    try runnable.setting(values)
  }
}
