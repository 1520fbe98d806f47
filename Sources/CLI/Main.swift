import ArgumentParser

@main
struct Sonic: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sonic",
    abstract: "Compile sparse neural networks to the SONIC photonic accelerator, and run them.")
}
