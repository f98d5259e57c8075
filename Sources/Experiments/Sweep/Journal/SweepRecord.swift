import Observation
import Scenarios
import SimulationKernel
import Systems

/// One finished run as a journal holds it.
public struct SweepRecord: Sendable {
  public let key: SweepKey
  public let seed: UInt64
  let list: SweepNames
  /// The checksum that the line begins with.
  let check: UInt64
  /// The line in the journal, without its line break.
  let line: [UInt8]
  /// Where the values stand in `line`, one per name.
  let values: [Range<Int>]
  private let digest: UInt64
  private let events: UInt64
  private let end: EndReason
  private let observed: Duration?

  /// The figures of a run that are recorded: its metrics, and what comparisons make of them where no
  /// metric is called so.
  static func metrics(of outcome: RunOutcome) -> Metrics {
    var metrics = outcome.metrics
    for metric in [ComparisonMetric.outage, .wastedWork] {
      metrics.set(metric.rawValue, metric.unit, metric.value(in: outcome))
    }
    return metrics
  }

  /// A line that `SweepJournal.Writer` wrote, without its line break.
  ///
  /// - Returns: nil of a damaged line, or one whose names are not in `names`.
  init?(line: [UInt8], names lists: [UInt64: SweepNames]) {
    let parsed = line.withUnsafeBytes { SweepJournalLine($0) }
    guard case .run(let key, let id, let check)? = parsed, let list = lists[id] else { return nil }
    self.key = key
    self.check = check
    self.list = list
    self.line = line
    // The checksum is right: what follows is as it was written.
    var cursor = Cursor(bytes: line, position: 94)
    guard cursor.skip("\",\"seed\":"), let seed = cursor.number(),
      cursor.skip(",\"digest\":\""), let digest = UInt64(cursor.word(), radix: 16),
      cursor.skip("\",\"events\":"), let events = cursor.number(),
      cursor.skip(",\"end\":\""), let end = EndReason(rawValue: cursor.word()),
      cursor.skip("\",\"observed\":")
    else { return nil }
    (self.seed, self.digest, self.events, self.end) = (seed, digest, events, end)
    if cursor.skip("null") {
      observed = nil
    } else {
      guard let span = cursor.number().flatMap({ Int64(exactly: $0) }) else { return nil }
      observed = Duration(nanoseconds: span)
    }
    guard cursor.skip(",\"values\":[") else { return nil }
    values = cursor.elements(count: list.all.count)
    guard values.count == list.all.count, cursor.skip("]}"), cursor.position == line.count else {
      return nil
    }
  }

  public var names: [String] { list.all }

  /// The value at a place of `names`.
  func value(_ place: Int) -> Double {
    Double(String(decoding: line[values[place]], as: UTF8.self)) ?? 0
  }

  /// What a rule looks at that decides how many seeds a point has.
  public var userMinutesLost: Double {
    list.userMinutesLost.map(value) ?? 0
  }

  /// The fingerprint of the run's events.
  public var runDigest: String { SweepKey.digits(digest) }

  /// The run with those of its metrics that comparisons look at.
  var outcome: RunOutcome {
    var metrics = Metrics()
    for place in list.compared { metrics.set(list.all[place], .count, value(place)) }
    var fingerprint = Digest()
    fingerprint.value = digest
    return RunOutcome(
      seed: seed, digest: fingerprint, events: events, end: end, observed: observed,
      metrics: metrics)
  }

  /// Walks along a line of which it is known how it was written.
  private struct Cursor {
    let bytes: [UInt8]
    var position: Int

    mutating func skip(_ text: String) -> Bool {
      guard bytes[position...].starts(with: text.utf8) else { return false }
      position += text.utf8.count
      return true
    }

    mutating func number() -> UInt64? {
      let start = position
      while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
      return UInt64(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// Up to the next quote.
    mutating func word() -> String {
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Numbers with commas between them, up to the bracket.
    mutating func elements(count: Int) -> [Range<Int>] {
      var ranges: [Range<Int>] = []
      ranges.reserveCapacity(count)
      var start = position
      while position < bytes.count {
        let byte = bytes[position]
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") {
          if position > start { ranges.append(start..<position) }
          if byte == UInt8(ascii: "]") { break }
          start = position + 1
        }
        position += 1
      }
      return ranges
    }
  }
}

/// The metrics that a run's values are of.
struct SweepNames: Sendable {
  let all: [String]
  /// Places of those that comparisons look at.
  let compared: [Int]
  let userMinutesLost: Int?

  init(_ all: [String]) {
    let wanted =
      ComparisonMetric.allCases.map(\.rawValue) + [
        "scylla.sessions.wasted", "scylla.guilds.wasted", "users.online.before",
        "users.unserved.peak",
      ]
    self.all = all
    compared = all.indices.filter { wanted.contains(all[$0]) }
    userMinutesLost = all.firstIndex(of: ComparisonMetric.userMinutesLost.rawValue)
  }
}

/// Makes the lines of a journal.
public struct SweepJournalWriter: Sendable {
  private var written: Set<UInt64> = []
  private var last: (names: [String], id: UInt64)?

  public init() {}

  /// Seconds after which what was written is put on the disk: those that a machine may lose that loses
  /// its power.
  public static let syncSeconds = 1

  /// The first line of a journal.
  public static func header(of plan: SweepPlan, shard: SweepShard) -> [UInt8] {
    SweepJournalLine.header(sweep: plan.identity, version: plan.version, shard: shard.description)
  }

  /// What one more run adds to a journal.
  public struct Lines: Sendable {
    /// To be written in one go: a process that is killed leaves a part of it at the most.
    public let bytes: [UInt8]
    let key: SweepKey
    /// The run's own line, without its line break.
    public let run: Range<Int>
    /// The metrics that stand before it, where they had not been written yet.
    let names: [String]?
  }

  /// The lines of one more run.
  public mutating func lines(for outcome: RunOutcome, _ key: SweepKey) -> Lines {
    let metrics = SweepRecord.metrics(of: outcome).all
    let id: UInt64
    if let last, last.names.count == metrics.count,
      zip(last.names, metrics).allSatisfy({ $0 == $1.name })
    {
      id = last.id
    } else {
      let names = metrics.map(\.name)
      id = SweepJournalLine.fingerprint(of: names)
      last = (names, id)
    }
    let names = written.insert(id).inserted ? metrics.map(\.name) : nil
    var bytes = names.map(SweepJournalLine.names) ?? []
    var rest: [UInt8] = []
    rest.reserveCapacity(256 + 12 * metrics.count)
    rest += ",\"key\":\"\(key.hexadecimal)\",\"names\":\"\(SweepKey.digits(id))\"".utf8
    rest += ",\"seed\":\(outcome.seed),\"digest\":\"\(outcome.digest)\"".utf8
    rest += ",\"events\":\(outcome.events),\"end\":\"\(outcome.end.rawValue)\"".utf8
    let observed = outcome.observed.map { "\(max(0, $0.nanoseconds))" } ?? "null"
    rest += ",\"observed\":\(observed),\"values\":[".utf8
    for (place, metric) in metrics.enumerated() {
      if place > 0 { rest.append(UInt8(ascii: ",")) }
      // The fewest digits that read back as the same double.
      rest += metric.value.description.utf8
    }
    rest += "]}".utf8
    let start = bytes.count
    bytes += SweepJournalLine.line(rest)
    return Lines(bytes: bytes, key: key, run: start..<(bytes.count - 1), names: names)
  }
}
