// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

/// A target may import only what stands before it in the line
/// kernel -> scenarios -> observation -> systems -> experiments -> reports -> HindsightTesting, hindsight.
let package = Package(
  name: "hindsight",
  products: [
    .executable(name: "hindsight", targets: ["hindsight"]),
    // For tests of other packages, see Tests/ExamplePackage.
    .library(name: "Hindsight", targets: ["HindsightTesting"]),
  ],
  targets: [
    .target(name: "SimulationKernel", swiftSettings: settings),
    .target(name: "Scenarios", dependencies: ["SimulationKernel"], swiftSettings: settings),
    .target(
      name: "Observation", dependencies: ["SimulationKernel", "Scenarios"], swiftSettings: settings),
    .target(
      name: "Systems", dependencies: ["SimulationKernel", "Scenarios", "Observation"],
      swiftSettings: settings),
    .target(
      name: "Experiments",
      dependencies: ["SimulationKernel", "Scenarios", "Observation", "Systems"],
      swiftSettings: settings),
    .target(
      name: "Reports",
      dependencies: ["SimulationKernel", "Scenarios", "Observation", "Systems", "Experiments"],
      swiftSettings: settings),
    .target(
      name: "HindsightTesting",
      dependencies: [
        "SimulationKernel", "Scenarios", "Observation", "Systems", "Experiments", "Reports",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "hindsight",
      dependencies: [
        "SimulationKernel", "Scenarios", "Observation", "Systems", "Experiments", "Reports",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "benchmarks",
      dependencies: ["SimulationKernel", "Scenarios", "Systems", "Experiments"],
      swiftSettings: settings),
    // What several test targets share.
    .target(name: "GoldenTexts", path: "Tests/GoldenTexts", swiftSettings: settings),
    .testTarget(
      name: "SimulationKernelTests",
      dependencies: ["SimulationKernel", "Systems", "Experiments", "benchmarks"],
      exclude: ["Reference"], swiftSettings: settings),
    .testTarget(
      name: "ScenariosTests", dependencies: ["SimulationKernel", "Scenarios"],
      swiftSettings: settings),
    .testTarget(
      name: "ObservationTests", dependencies: ["SimulationKernel", "Scenarios", "Observation"],
      swiftSettings: settings),
    .testTarget(
      name: "SystemsTests",
      dependencies: ["SimulationKernel", "Scenarios", "Observation", "Systems"],
      swiftSettings: settings),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "SimulationKernel", "Scenarios", "Observation", "Systems", "Experiments", "Reports",
        "GoldenTexts",
      ],
      exclude: ["Reference"], swiftSettings: settings),
    .testTarget(
      name: "HindsightTestingTests", dependencies: ["HindsightTesting"], swiftSettings: settings),
    .testTarget(
      name: "HindsightCommandTests",
      dependencies: ["hindsight", "GoldenTexts"],
      swiftSettings: settings),
  ]
)
