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

/// The processor time that `body` takes, in nanoseconds.
///
/// Not the time on the wall, so that other work on the same machine weighs less; it still shares
/// caches and memory. Benchmarks use one thread, so on an idle machine the two are the same.
func nanoseconds(_ body: () -> Void) -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }
  let start = now()
  body()
  return now() - start
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

  /// Sums up the samples of a benchmark.
  ///
  /// - Precondition: There is a sample, and all have the same digest.
  init(name: String, samples: [Sample], peakMiB: Double?) {
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
    self.peakMiB = peakMiB
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
