// swift-tools-version: 6.2
import PackageDescription

// A package that checks a scenario of its own with Hindsight. Elsewhere the dependency is
// `.package(url: "…", branch: "main")`.
let package = Package(
  name: "example",
  dependencies: [.package(name: "hindsight", path: "../..")],
  targets: [
    .testTarget(
      name: "IncidentTests",
      dependencies: [.product(name: "Hindsight", package: "hindsight")])
  ])
