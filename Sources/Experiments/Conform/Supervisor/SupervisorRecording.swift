import Scenarios
import SimulationKernel
import Systems

/// Recorded behaviour of OTP supervisors.
public struct SupervisorRecording: Sendable {
  public var cases: [SupervisorCase]

  public init(cases: [SupervisorCase]) {
    self.cases = cases
  }

  /// Reads supervision trees, one to a line.
  ///
  /// - Throws: Every error of the recording, each with its place.
  public init(reading source: SourceText) throws(ScenarioErrors) {
    let values: [DocumentValue]
    switch try RecordingText.read(source) {
    case .lines(let lines): values = lines
    case .whole(let value): values = value.elements ?? [value]
    }
    try RecordingShape.check(values.first, is: .supervisor)
    var reader = RecordingReader()
    cases = values.map { reader.supervisorCase($0) }
    reader.checkIDs(of: values)
    guard reader.errors.isEmpty else { throw ScenarioErrors(reader.errors) }
  }
}

extension RecordingReader {
  private static let strategies: KeyValuePairs<String, Supervision.Strategy> = [
    "one_for_one": .oneForOne, "one_for_all": .oneForAll, "rest_for_one": .restForOne,
  ]
  private static let types: KeyValuePairs<String, Supervision.RestartType> = [
    "permanent": .permanent, "transient": .transient, "temporary": .temporary,
  ]
  private static let applications: KeyValuePairs<String, Supervision.ApplicationType> = [
    "permanent": .permanent, "transient": .transient, "temporary": .temporary,
  ]
  private static let reasons: KeyValuePairs<String, Supervision.ExitReason> = [
    "crash": .crash, "normal": .normal, "shutdown": .shutdown,
  ]
  /// Supervisors, and workers, of one tree.
  private static let treeMax = 1_000
  private static let intensityMax: Int64 = 1_000_000
  private static let periodMax: Int64 = 10_000_000

  mutating func supervisorCase(_ value: DocumentValue) -> SupervisorCase {
    close(
      value,
      known: [
        "id", "kind", "phase_ms", "levels", "workers", "crashes_ms", "crashes", "poison",
        "application", "observed_until_ms", "outcome", "deterministic", "agree", "phase_sensitive",
        "outcomes_over_random_phases",
      ] + Self.notes)
    let id = text(value, "id")
    _ = text(value, "kind")
    expectNotes(value)
    // Null for a tree in which starting was always safe.
    expect(value, ["poison"])
    let workers = list(value, "workers")
    let levels = list(value, "levels")
    let configuration = configuration(levels, workers, value)
    let entries = list(value, "crashes")
    let crashes = entries.map { crash($0, workers: workers.count) }
    checkOrder(entries, crashes)
    checkTimes(value, crashes)
    let counts = (levels: levels.count, workers: workers.count, crashes: crashes.count)
    return SupervisorCase(
      id: id, phase: integer(value, "phase_ms", in: 0...999), configuration: configuration,
      crashes: crashes, poison: field(value, "poison").flatMap { poison($0) },
      observedUntil: integer(value, "observed_until_ms", in: 0...Self.timeMax),
      outcome: required(value, "outcome").map { outcome($0, counts) } ?? SupervisorOutcome(),
      isDeterministic: agreement(value))
  }

  /// Whether all real runs of a case came out alike.
  ///
  /// A recorder that repeats each case tells so in four fields; one that runs each once in none.
  private mutating func agreement(_ value: DocumentValue) -> Bool {
    let names = ["deterministic", "agree", "phase_sensitive", "outcomes_over_random_phases"]
    guard names.contains(where: { value[$0] != nil }) else { return true }
    let isDeterministic = flag(value, "deterministic")
    _ = flag(value, "phase_sensitive")
    _ = integer(value, "outcomes_over_random_phases", in: 0...Self.numberMax)
    guard let place = required(value, "agree"), let share = asText(place, "agree") else {
      return isDeterministic
    }
    let counts = share.split(separator: "/", omittingEmptySubsequences: false).map { Int64($0) }
    guard counts.count == 2, let like = counts[0], let all = counts[1], 1...max(1, all) ~= like,
      share.utf8.allSatisfy({ $0 == UInt8(ascii: "/") || $0 &- 0x30 < 10 })
    else {
      wrong(place, "agree", "how many of the runs came out alike, such as '4/5'")
      return isDeterministic
    }
    if value["deterministic"]?.isNull == false, isDeterministic != (like == all) {
      report(
        .conflict,
        "\(like) of \(all) runs came out alike, and 'deterministic' is \(isDeterministic)",
        at: place.location)
    }
    return isDeterministic
  }

  // MARK: The tree

  private mutating func word<Value>(
    _ object: DocumentValue, _ name: String, _ words: KeyValuePairs<String, Value>
  ) -> Value? {
    guard let value = required(object, name), let word = asText(value, name) else { return nil }
    if let found = words.first(where: { $0.key == word }) { return found.value }
    unknown(word, at: value.location, among: words.map(\.key), called: name)
    return nil
  }

  private mutating func configuration(
    _ levels: [DocumentValue], _ workers: [DocumentValue], _ value: DocumentValue
  ) -> Supervision.Configuration {
    let supervisors = levels.map { level in
      close(level, known: ["strategy", "intensity", "period_s"])
      return Supervision.Level(
        strategy: word(level, "strategy", Self.strategies) ?? .oneForOne,
        intensity: Int32(integer(level, "intensity", in: 0...Self.intensityMax)),
        period: Int32(integer(level, "period_s", in: 1...Self.periodMax)))
    }
    let types = workers.map { worker in
      close(worker, known: ["restart"])
      return word(worker, "restart", Self.types) ?? .permanent
    }
    for (name, count) in [("levels", levels.count), ("workers", workers.count)]
    where !(1...Self.treeMax).contains(count) {
      guard let place = field(value, name)?.location else { continue }
      report(.outOfRange, "a tree has 1 to \(Self.treeMax) \(name), not \(count)", at: place)
    }
    do {
      return try Supervision.Configuration(
        levels: supervisors, workers: types, application: application(value))
    } catch {
      // Reported above; the case is not used.
      return Self.placeholder
    }
  }

  /// What the end of the top supervisor means for the node; the node goes down unless it is told.
  private mutating func application(_ value: DocumentValue) -> Supervision.ApplicationType {
    guard sent(value, "application") != nil else { return .permanent }
    return word(value, "application", Self.applications) ?? .permanent
  }

  private static var placeholder: Supervision.Configuration {
    do {
      return try Supervision.Configuration(levels: [Supervision.Level()], workers: [])
    } catch {
      preconditionFailure("a tree with one supervisor can be configured: \(error)")
    }
  }

  // MARK: The script

  private mutating func crash(_ value: DocumentValue, workers: Int) -> SupervisorCase.Crash {
    close(value, known: ["t_ms", "worker", "reason"])
    return SupervisorCase.Crash(
      time: integer(value, "t_ms", in: 0...Self.timeMax),
      worker: Int(integer(value, "worker", in: 0...Int64(max(0, workers - 1)))),
      reason: word(value, "reason", Self.reasons) ?? .crash)
  }

  private mutating func poison(_ value: DocumentValue) -> SupervisorCase.Poison? {
    close(value, known: ["mode", "from_ms", "to_ms", "delay_ms"])
    let range = -Self.timeMax...Self.timeMax
    guard let mode = choice(value, "mode", SupervisorCase.Poison.Mode.self, called: "mode") else {
      return nil
    }
    return SupervisorCase.Poison(
      mode: mode, from: integer(value, "from_ms", in: range),
      to: integer(value, "to_ms", in: range),
      delay: integer(value, "delay_ms", in: 0...Self.timeMax))
  }

  private mutating func checkOrder(
    _ entries: [DocumentValue], _ crashes: [SupervisorCase.Crash]
  ) {
    var time: Int64 = 0
    for (entry, crash) in zip(entries, crashes) {
      if crash.time < time, let place = field(entry, "t_ms")?.location {
        report(.conflict, "'t_ms' runs backwards: \(crash.time) after \(time)", at: place)
      }
      time = max(time, crash.time)
    }
  }

  /// The times of the crashes may be written a second time, by themselves.
  private mutating func checkTimes(_ value: DocumentValue, _ crashes: [SupervisorCase.Crash]) {
    guard let times = sent(value, "crashes_ms") else { return }
    let found = integers(value, "crashes_ms", in: 0...Self.timeMax)
    if found != crashes.map(\.time) {
      report(.conflict, "'crashes_ms' differs from the times of 'crashes'", at: times.location)
    }
  }
}
