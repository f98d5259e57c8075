import Foundation

let usage = """
  Usage: benchmarks [--quick] [--filter TEXT] [--json [FILE]]

    --quick        small sizes, two repetitions: shows that everything runs
    --filter TEXT  only benchmarks whose name contains TEXT
    --json [FILE]  also writes the figures to FILE, or to results/benchmarks/<date>.json
  """

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("benchmarks: \(message)\n\(usage)\n".utf8))
  exit(2)
}

var isQuick = false
var filter = ""
var path: String?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--quick": isQuick = true
  case "--filter":
    guard let text = arguments.popFirst() else { fail("--filter needs a text") }
    filter = text
  case "--json":
    if let next = arguments.first, !next.hasPrefix("--") {
      path = next
      arguments.removeFirst()
    } else {
      path = ResultsFile.usualPath
    }
  case "--help", "-h":
    print(usage)
    exit(0)
  default: fail("unknown argument '\(argument)'")
  }
}

let chosen = Catalogue.all.filter { benchmark in
  (filter.isEmpty || benchmark.name.contains(filter)) && !(isQuick && benchmark.isLarge)
}
if chosen.isEmpty { fail("no benchmark is called '\(filter)'") }

print(Measurement.header)
var measurements: [Measurement] = []
var remaining = chosen[...]
while let first = remaining.first {
  let group = remaining.prefix { $0.group == first.group }
  remaining = remaining.dropFirst(group.count)
  for measurement in Benchmark.measure(Array(group), isQuick: isQuick) {
    print(measurement.line)
    measurements.append(measurement)
  }
}

var ratios: [String: Double] = [:]
for ratio in Catalogue.ratios {
  if let over = measurements.first(where: { $0.name == ratio.over }),
    let under = measurements.first(where: { $0.name == ratio.under })
  {
    let value = over.nanosecondsMedian / under.nanosecondsMedian
    ratios[ratio.text] = value
    print("\(ratio.text): " + String(format: "%.2f", value))
  }
}

if let path {
  do {
    try ResultsFile(measurements, ratios: ratios, isQuick: isQuick).write(to: path)
  } catch {
    fail("cannot write \(path): \(error.localizedDescription)")
  }
}
