import Experiments
import Scenarios

extension CommandSpecification {
  static let cases = CommandSpecification(
    name: "cases",
    purpose: "write random cases for a real system to answer",
    details: """
      KIND is etcd or supervisor. Each line is a recording without the answers; a driver puts them to \
      the real system, and 'conform' judges what comes back: '.ci/live' does it all. The same seed gives \
      the same cases, and no case depends on another. With --smaller, prints the versions of one case \
      that have less in it, boldest first: take the first that still fails, and ask again.
      """,
    arguments: "KIND", arity: .exactly(1),
    options: [
      OptionSpecification("seed", "N", "seed of the choices, 64 bits, decimal or 0x…; default: 1"),
      OptionSpecification("count", "N", "how many cases, up to 1,000,000; default: 10"),
      OptionSpecification("first", "N", "number of the first case; default: 0"),
      OptionSpecification("smaller", "FILE", "versions of the one case in FILE with less in it"),
    ],
    examples: [
      Example("hindsight cases etcd --seed 7 --count 300", "three hundred sequences"),
      Example("hindsight cases supervisor --seed 7 --first 41 --count 1", "one case again"),
      Example("hindsight cases etcd --smaller failing.json", "what to try next"),
    ],
    exitCodes: [(.held, "written"), (.usage, "usage error, or a case that cannot be read")],
    run: { arguments, console throws(CommandFailure) in
      try CasesCommand.run(arguments, on: &console)
    })
}

enum CasesCommand {
  private static let countMax = 1_000_000

  static func run(
    _ arguments: ParsedArguments, on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    guard let kind = GeneratedCases(rawValue: arguments.values[0]) else {
      let kinds = GeneratedCases.allCases.map(\.rawValue).joined(separator: " or ")
      throw .usage(
        UsageError(
          "there are cases of \(kinds), not of \(ArgumentParser.quoted(arguments.values[0]))",
          help: "hindsight cases --help"))
    }
    if let path = arguments.value("smaller") {
      let text = try ScenarioSource.read(path)
      let lines: [String]
      do throws(ScenarioErrors) {
        lines = try kind.smaller(than: text)
      } catch {
        throw .scenario(console.text(of: error))
      }
      for line in lines { try console.write(line + "\n") }
      return .held
    }
    let seed = try ReplayCommand.seed(arguments.value("seed")) ?? 1
    let first = try count(arguments, "first", default: 0)
    for number in first..<first + (try count(arguments, "count", default: 10)) {
      try console.write(kind.line(seed: seed, number: number) + "\n")
    }
    return .held
  }

  private static func count(
    _ arguments: ParsedArguments, _ name: String, default usual: Int
  ) throws(CommandFailure) -> Int {
    guard let text = arguments.value(name) else { return usual }
    guard let count = Int(text), (0...countMax).contains(count) else {
      throw .usage(
        UsageError(
          "'--\(name)' takes a whole number up to \(countMax), not \(ArgumentParser.quoted(text))",
          help: "hindsight cases --help"))
    }
    return count
  }
}
