public import Foundation
public import Support

extension Machine {
  /// The machines that come with the compiler, by name.
  public static let builtIn: [String: Data] = [
    "sonic": Data(PackageResources.sonic_yaml),
    "sonic-waiting": Data(PackageResources.sonic_waiting_yaml),
  ]

  /// Reads the built-in machine of this name, or else the machine file at this path.
  ///
  /// - Throws: 66 if there is neither, 65 with all that is wrong in the file.
  public static func named(_ name: String) throws(Failure) -> Machine {
    if let bytes = builtIn[name] { return try Machine(yaml: bytes, file: name) }
    if !name.contains("/") && !name.contains(".") {
      throw Failure(
        .noInput, at: Place(file: name),
        "no such machine, expected one of \(builtIn.keys.sorted().joined(separator: ", ")) or a "
          + "YAML file")
    }
    return try Machine(yaml: InputFile.read(name), file: name)
  }

  /// Reads a machine file. Every key must be known and every figure must be there.
  public init(yaml bytes: Data, file: String) throws(Failure) {
    var reader = try MachineReader(bytes, file: file)
    self = try reader.machine()
  }
}

extension MachineReader {
  /// The whole file: one line a figure.
  mutating func machine() throws(Failure) -> Machine {
    yaml.open(
      "",
      [
        "format", "version", "name", "summary", "conv", "fc", "devices", "control", "memory",
        "optics",
      ])
    yaml.expect("format", "sonic-machine")
    yaml.expect("version", "1")
    let name = yaml.string("name")
    let summary = yaml.string("summary")
    let conv = array("conv")
    let fc = array("fc", more: ["run-time-weights"])
    yaml.open(
      "devices",
      [
        "weight-dac", "activation-dac", "vcsel", "tuning", "photodetector", "tia", "adc",
        "thermal-hold", "arms", "gates-vcsel", "gates-dac",
      ])
    let devices = Devices(
      weightDAC: device("devices.weight-dac", more: ["bits"]),
      weightBits: integer("devices.weight-dac.bits", 1...32, default: 6),
      activationDAC: device("devices.activation-dac", more: ["bits"]),
      activationBits: integer("devices.activation-dac.bits", 1...32, default: 16),
      vcsel: device("devices.vcsel"), tuning: device("devices.tuning"),
      photodetector: device("devices.photodetector"), tia: device("devices.tia"),
      adc: device("devices.adc"),
      thermalHold: Nanowatts(quantity("devices.thermal-hold", .power)),
      arms: integer("devices.arms", 1...2),
      gatesVCSEL: bool("devices.gates-vcsel", default: true),
      gatesDAC: bool("devices.gates-dac"))
    let operations = ["accumulate", "add", "multiply", "divide", "compare", "function"]
    yaml.open("control", ["period", "lanes", "power", "drops-zeros"] + operations)
    let energies = operations.map { Attojoules(quantity("control." + $0, .energy)) }
    let control = ControlUnit(
      period: Picoseconds(quantity("control.period", .time, atLeast: 1)),
      lanes: integer("control.lanes", 1...1_000_000),
      power: Nanowatts(quantity("control.power", .power)),
      dropsZeros: bool("control.drops-zeros", default: true), accumulate: energies[0],
      add: energies[1], multiply: energies[2], divide: energies[3], compare: energies[4],
      function: energies[5])
    yaml.open("memory", ["dram", "sram", "parameters", "local"])
    let memory = Memory(
      dram: level("memory.dram"), sram: level("memory.sram"), local: level("memory.local"),
      parameters: level("memory.parameters"))
    let optics = yaml.has("optics") ? optics() : nil
    try yaml.diagnostics.check()
    return Machine(
      name: name, summary: summary, conv: conv, fc: fc, devices: devices, control: control,
      memory: memory, optics: optics, figures: figures, text: yaml.text)
  }

  /// - Parameter more: keys that may be there or not.
  private mutating func array(_ path: String, more: [String] = []) -> VDUArray {
    yaml.open(path, ["units", "length", "rows", "banks"] + more)
    return VDUArray(
      units: integer(path + ".units", 1...4096), length: integer(path + ".length", 1...1024),
      rows: integer(path + ".rows", 1...1024), banks: integer(path + ".banks", 1...16),
      takesActivationsAsWeights: bool(path + ".run-time-weights", default: false))
  }

  /// - Parameter more: keys that may be there or not.
  private mutating func device(_ path: String, more: [String] = []) -> Device {
    yaml.open(path, ["latency", "interval", "power"] + more)
    return Device(
      latency: Picoseconds(quantity(path + ".latency", .time)),
      interval: Picoseconds(quantity(path + ".interval", .time, atLeast: 1)),
      power: Nanowatts(quantity(path + ".power", .power)))
  }

  private mutating func level(_ path: String) -> MemoryLevel {
    yaml.open(path, ["capacity", "bandwidth", "energy"])
    return MemoryLevel(
      capacity: quantity(path + ".capacity", .bytes, atLeast: 1024),
      bandwidth: quantity(path + ".bandwidth", .bandwidth),
      energy: Attojoules(quantity(path + ".energy", .energy)))
  }

  private mutating func optics() -> Optics {
    yaml.open(
      "optics",
      [
        "wavelength", "quality", "free-spectral-range", "extinction", "channels", "pitch",
        "thermal-decay", "tuning-range", "thermo-optic-power", "thermo-optic-latency", "drift",
        "variation", "efficiency", "losses", "broadband-rings", "waveguide",
        "sensitivity", "responsivity", "load", "temperature", "intensity-noise", "shot-noise",
        "crosstalk-left", "weight-bits", "activation-bits",
      ])
    return Optics(
      wavelength: length("wavelength", atLeast: 1),
      quality: integer("optics.quality", 1...100_000_000),
      freeSpectralRange: length("free-spectral-range", atLeast: 1),
      extinction: Millidecibels(quantity("optics.extinction", .loss, atLeast: 1)),
      channels: integer("optics.channels", 1...1024), pitch: length("pitch", atLeast: 1),
      thermalDecay: length("thermal-decay", atLeast: 1), tuningRange: length("tuning-range"),
      thermoOpticPower: Nanowatts(quantity("optics.thermo-optic-power", .power)),
      thermoOpticLatency: Picoseconds(quantity("optics.thermo-optic-latency", .time)),
      drift: length("drift"), variation: length("variation"),
      efficiency: PartsPerMillion(quantity("optics.efficiency", .ratio, atLeast: 1)),
      losses: losses(), broadbandRings: integer("optics.broadband-rings", 0...1024),
      waveguide: length("waveguide"),
      sensitivity: Millidecibels(quantity("optics.sensitivity", .level, atLeast: -300_000)),
      responsivity: quantity("optics.responsivity", .responsivity, atLeast: 1),
      load: quantity("optics.load", .resistance, atLeast: 1),
      temperature: quantity("optics.temperature", .temperature),
      intensityNoise: Millidecibels(
        quantity("optics.intensity-noise", .noise, atLeast: -1_000_000)),
      hasShotNoise: bool("optics.shot-noise"),
      crosstalkLeft: PartsPerMillion(quantity("optics.crosstalk-left", .ratio)),
      weightBits: quantity("optics.weight-bits", .resolution, atLeast: 1),
      activationBits: quantity("optics.activation-bits", .resolution, atLeast: 1))
  }

  /// A length of the optics.
  private mutating func length(_ key: String, atLeast least: Int = 0) -> Picometers {
    Picometers(quantity("optics." + key, .length, atLeast: least))
  }

  private mutating func losses() -> Optics.Losses {
    let path = "optics.losses"
    yaml.open(
      path,
      [
        "propagation", "splitter", "combiner", "ring-through", "ring-modulation", "electro-optic",
        "thermo-optic",
      ])
    return Optics.Losses(
      propagation: Millidecibels(quantity(path + ".propagation", .attenuation)),
      splitter: Millidecibels(quantity(path + ".splitter", .loss)),
      combiner: Millidecibels(quantity(path + ".combiner", .loss)),
      ringThrough: Millidecibels(quantity(path + ".ring-through", .loss)),
      ringModulation: Millidecibels(quantity(path + ".ring-modulation", .loss)),
      electroOptic: Millidecibels(quantity(path + ".electro-optic", .attenuation)),
      thermoOptic: Millidecibels(quantity(path + ".thermo-optic", .attenuation)))
  }
}
