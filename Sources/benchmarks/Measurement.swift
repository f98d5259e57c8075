import Foundation
import SimulationKernel

/// One timed repetition of a benchmark.
struct Sample: Sendable {
  let nanoseconds: Double
  let operations: Int
  let digest: Digest
  /// Events that wait at the end.
  let pending: Int?
  let queueBytes: Int?
}

/// The time that `body` takes, in nanoseconds.
func nanoseconds(_ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  let (seconds, attoseconds) = clock.measure(body).components
  return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
}

/// Several repetitions of one benchmark.
struct Measurement: Codable {
  let name: String
  let nanosecondsMedian: Double
  let nanosecondsMin: Double
  let millionPerSecond: Double
  let digest: String
  let repetitions: Int
  let operations: Int
  let bytesPerPendingEvent: Double?
  let peakMiB: Double?

  /// Runs a benchmark `repetitions` times.
  ///
  /// - Precondition: All repetitions have the same digest.
  init(name: String, repetitions: Int, run: () -> Sample) {
    PeakMemory.reset()
    let samples = (0..<max(1, repetitions)).map { _ in run() }
    let first = samples[0]
    for sample in samples {
      precondition(
        sample.digest == first.digest,
        "a benchmark repeats itself: \(name) \(first.digest) \(sample.digest)")
    }
    let times = samples.map { $0.nanoseconds / Double($0.operations) }.sorted()
    self.name = name
    nanosecondsMedian = times[times.count / 2]
    nanosecondsMin = times[0]
    millionPerSecond = 1e3 / nanosecondsMedian
    digest = first.digest.description
    self.repetitions = samples.count
    operations = first.operations
    bytesPerPendingEvent = first.queueBytes.flatMap { bytes in
      first.pending.map { Double(bytes) / Double(max(1, $0)) }
    }
    peakMiB = PeakMemory.mebibytes
  }

  static let header =
    "benchmark                        ns/op     min  M/s      B/pending  peak MiB  digest"

  var line: String {
    func column(_ value: Double?, _ format: String, width: Int) -> String {
      let text = value.map { String(format: format, $0) } ?? "-"
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return name.padding(toLength: max(30, name.count), withPad: " ", startingAt: 0)
      + column(nanosecondsMedian, "%.1f", width: 8) + column(nanosecondsMin, "%.1f", width: 8)
      + column(millionPerSecond, "%.2f", width: 8)
      + column(bytesPerPendingEvent, "%.1f", width: 12) + column(peakMiB, "%.1f", width: 10)
      + "  " + digest
  }
}

/// The most memory that this process has held, as the kernel of the machine counts it.
enum PeakMemory {
  /// Starts over, where the system allows that; otherwise the peak is that of all benchmarks so far.
  static func reset() {
    try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
  }

  static var mebibytes: Double? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(separator: " ").compactMap({ Double($0) }).first
    else { return nil }
    return kibibytes / 1_024
  }
}
