// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: a warning is an error, unsafe code is marked, imports are
/// private unless a signature needs them, existentials are spelled out.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(
  name: "OrderedCollections", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library target; arrows between targets point down this file's list only.
func library(
  _ name: String, path: String? = nil, exclude: [String] = [], resources: [Resource] = [],
  _ dependencies: [Target.Dependency]
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", exclude: exclude,
    resources: resources, swiftSettings: strict)
}

/// A test target beside the others under Tests/.
func tests(
  _ name: String, path: String? = nil, exclude: [String] = [], _ dependencies: [Target.Dependency]
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestKit"], path: path ?? "Tests/\(name)",
    exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "sonic",
  products: [.executable(name: "sonic", targets: ["sonic"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // Foundations.
    library("Support", []),
    library("Charts", []),
    .systemLibrary(name: "OpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "Zlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Kernels", path: "Sources/Tensor/Kernels",
      cSettings: [
        .unsafeFlags([
          "-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra", "-Werror",
        ])
      ]),
    library("Tensor", exclude: ["Kernels"], ["Support", "Kernels", "OpenBLAS", "Zlib"]),

    // The levels of the compiler, and the machine.
    library("Graph", ["Tensor", "Support", collections]),
    library("Hardware", resources: [.embedInCode("Machines")], ["Support", yams]),
    library("Photonics", ["Hardware", "OpenBLAS"]),
    library("ISA", ["Support"]),
    library("Plan", ["Graph", "Hardware", "ISA", "Tensor", "Support", collections]),
    library("Simulation", ["ISA", "Hardware", "Support"]),

    // Extension points, and what plugs into them.
    library("Compiler", ["Plan", "Graph", "Hardware", "Tensor", "Support"]),
    library(
      "Passes", ["Compiler", "Plan", "Graph", "Hardware", "Tensor", "Support", collections]),
    .systemLibrary(
      name: "ProtobufC", path: "Frontends/ONNX/ProtobufC", pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"])]),
    .target(
      name: "ONNXSchema", dependencies: ["ProtobufC"], path: "Frontends/ONNX/Schema",
      exclude: ["onnx.proto"]),
    library(
      "ONNXFrontend", path: "Frontends/ONNX", exclude: ["ProtobufC", "Schema", "Tests"],
      ["ONNXSchema", "ProtobufC", "Compiler", "Graph", "Tensor", "Support", collections]),
    library(
      "JSONFrontend", path: "Frontends/JSON", exclude: ["Tests"],
      ["Compiler", "Graph", "Tensor", "Support", collections]),
    library(
      "SONICBackend", path: "Backends/SONIC", exclude: ["Tests"],
      [
        "Compiler", "Plan", "Graph", "ISA", "Simulation", "Photonics", "Hardware", "Tensor",
        "Kernels", "Charts", collections, "Support",
      ]),
    library("Viewer", resources: [.embedInCode("Page")], ["Tensor"]),
    library("Physics", ["Photonics", "Hardware", "Charts", "Support"]),
    library(
      "Reproduction", resources: [.embedInCode("Networks"), .embedInCode("Accelerators")],
      [
        "JSONFrontend", "SONICBackend", "Passes", "Compiler", "Plan", "Graph", "Hardware", "Tensor",
        "Photonics", "Charts", "Support",
      ]),
    library(
      "Exploration",
      [
        "SONICBackend", "Passes", "Compiler", "Plan", "Graph", "Hardware", "Tensor", "Charts",
        "Support", yams, grdb,
      ]),
    .executableTarget(
      name: "sonic",
      dependencies: [
        "Reproduction", "Exploration", "Physics", "ONNXFrontend", "JSONFrontend", "SONICBackend",
        "Passes", "Compiler", "Plan", "Graph", "Simulation", "ISA", "Photonics", "Hardware",
        "Tensor", "Kernels", "Charts", "Viewer", "Support", arguments,
      ],
      path: "Sources/CLI", swiftSettings: strict),

    // Tests.
    .target(
      name: "TestKit", dependencies: ["Graph", "Tensor", "Support", collections],
      path: "Tests/TestKit", swiftSettings: strict),
    tests("SupportTests", ["Support"]),
    tests("ChartsTests", ["Charts"]),
    tests("ViewerTests", ["Viewer", "Support"]),
    tests("TensorTests", ["Tensor", "Support", "Kernels"]),
    tests("GraphTests", ["Graph", "Tensor", "Support", collections]),
    tests("HardwareTests", ["Hardware", "Support"]),
    tests("PhotonicsTests", exclude: ["reference.py"], ["Photonics", "Support"]),
    tests("ISATests", ["ISA", "Support"]),
    tests("SimulationTests", ["Simulation", "Hardware", "ISA", "Support"]),
    tests("PassesTests", ["Passes", "Compiler", "Plan", "Graph", "Hardware", "Tensor", "Support"]),
    tests(
      "ONNXFrontendTests", path: "Frontends/ONNX/Tests",
      ["ONNXFrontend", "JSONFrontend", "Compiler", "Graph", "Tensor", "Support"]),
    tests(
      "JSONFrontendTests", path: "Frontends/JSON/Tests",
      ["JSONFrontend", "Compiler", "Graph", "Tensor", "Support", collections]),
    tests(
      "SONICBackendTests", path: "Backends/SONIC/Tests",
      [
        "SONICBackend", "JSONFrontend", "Passes", "Compiler", "Plan", "Graph", "ISA", "Simulation",
        "Hardware", "Kernels", "Tensor", "Support",
      ]),
    tests("PhysicsTests", ["Physics", "Hardware", "Charts", "Support"]),
    tests(
      "ReproductionTests", ["Reproduction", "Charts", "Hardware", "Graph", "Tensor", "Support"]),
    tests(
      "ExplorationTests",
      [
        "Exploration", "Reproduction", "SONICBackend", "JSONFrontend", "Passes", "Compiler", "Plan",
        "Graph",
        "Hardware", "Tensor", "Charts", "Support",
      ]),
    tests("EndToEndTests", ["Support", "Tensor"]),
  ]
)
