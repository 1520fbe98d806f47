import ArgumentParser
import SONICBackend
import Simulation
import Support

/// Runs a program.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a program on input tensors, and report time and energy.",
    discussion: """
      Executes the program bit for bit as the accelerator would, and prints what it would take. A \
      program whose batch is open takes any number of samples along the first axis and runs them \
      one after another. With --state it is called again and again; time and energy are of all calls.

      EXAMPLES
        sonic run lenet.sonic --input image.npy --output-dir out
        sonic run ssd.sonic --inputs in.npz --output boxes=boxes.npy --report report.json
        sonic run lenet.sonic --input image.npy --trace trace.json
        sonic run lenet.sonic --input image.npy --numerics noisy --seed 7 --output-dir out
        sonic run vad.sonic --state h=hn --input chunks.npy --output-dir out
      """)

  @Argument(
    help: ArgumentHelp("The program; '-' for standard input.", valueName: "program"),
    completion: .file())
  var file: String

  @OptionGroup var inputs: TensorInputs
  @OptionGroup var states: StateFlags
  @OptionGroup var outputs: TensorOutputs

  @Option(
    help: ArgumentHelp(
      "Fixed point with converters, bit for bit; floats without converters; or fixed point with noise.",
      discussion: """
        Noise is that of lasers, receivers and rings by the machine's optics, drawn from --seed.
        """))
  var numerics = RunOptions.Numerics.photonic

  @Option(help: ArgumentHelp("What noise is drawn from.", valueName: "n"))
  var seed: UInt64 = 1

  @OptionGroup var settings: MachineSettings

  @Option(
    help:
      "The fast executor (default) or the one that defines the meaning, of photonic numerics; same bits."
  )
  var executor: RunOptions.Executor?

  @Option(
    help: ArgumentHelp("Write the report as JSON.", valueName: "file.json"),
    completion: .file(extensions: ["json"]))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Write a page about the run, for a browser; 'sonic inspect' writes one without a run.",
      valueName: "file.html"),
    completion: .file(extensions: ["html"]))
  var reportHtml: String?

  @Option(
    help: ArgumentHelp(
      "Write a timeline of the first sample, for ui.perfetto.dev.", valueName: "file.json"),
    completion: .file(extensions: ["json"]))
  var trace: String?

  @OptionGroup var threads: ThreadFlags

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp(
      """
      Run so many times, and print how long that took on this computer, loading apart, and the \
      accounts of time and energy in it: on more than one thread, beside the rest.
      """,
      valueName: "n"))
  var repetitions: Int?

  func validate() throws {
    if let count = repetitions, count < 1 {
      throw ValidationError("'--repeat' must be at least 1.")
    }
    if executor != nil, numerics != .photonic {
      throw ValidationError("'--executor' goes with photonic numerics; others have one executor.")
    }
  }

  func run() throws(Failure) {
    let start = ContinuousClock.now
    let runnable = try settings.apply(
      to: ProgramFile.read(file, threads: threads.count))
    let tensors = try inputs.read(for: runnable.program.inputNames)
    var options = RunOptions()
    options.numerics = numerics
    if let executor { options.executor = executor }
    options.threads = threads.count
    options.seed = seed
    try options.check(runnable.program.machine)
    let result = try about(file) { [options] () throws(Failure) in
      let program = runnable.program
      let calls = try states.calls(
        tensors, of: program.declaration, outputs: program.outputNames)
      var runner = try BatchRunner(runnable, calls, options: options)
      return try measured(&runner, since: start)
    }
    let report = Report(runnable, result.account, .measured, samples: result.samples)
    var files = try outputs.files(for: result.outputs)
    if let path = self.report { files.append(OutputFile(path, report.json)) }
    if let path = reportHtml {
      let view = View(runnable, first: result.first, report: report)
      files.append(OutputFile(path, Views(view).page))
    }
    if let trace {
      files.append(OutputFile(trace, runnable.trace(result.account).json))
    }
    try outputs.makeFolder()
    try OutputFile.write(files)
    try Console.printTables(report.table)
  }

  /// Runs as often as the user asks, and says how long that took on this computer.
  ///
  /// - Parameter began: when reading the program did.
  private func measured(
    _ runner: inout BatchRunner, since began: ContinuousClock.Instant
  ) throws(Failure) -> BatchRun {
    guard let count = repetitions else { return try runner.run() }
    let clock = ContinuousClock()
    var start = clock.now
    Console.say("load: \((start - began).milliseconds) ms")
    runner.prepare()
    Console.say("prepare: \((clock.now - start).milliseconds) ms")
    var (runs, accounts): ([Duration], [Duration]) = ([], [])
    while true {
      start = clock.now
      let result = try runner.run()
      runs.append(clock.now - start)
      accounts.append(runner.accounting)
      guard runs.count == count else { continue }
      Console.say("run: \(runs.summary)")
      Console.say("accounting: \(accounts.summary)")
      return result
    }
  }
}

extension [Duration] {
  /// The least and the median.
  fileprivate var summary: String {
    let times = sorted()
    let (least, median) = (times[0].milliseconds, times[count / 2].milliseconds)
    return "minimum \(least) ms, median \(median) ms of \(count)"
  }
}
