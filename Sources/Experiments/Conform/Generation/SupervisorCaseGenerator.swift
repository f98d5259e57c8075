import Scenarios
import SimulationKernel

/// Random supervision trees with the times at which their workers end: recordings without outcome.
///
/// Real processes end some milliseconds later than planned. Two ends, and an end and the edge of a
/// whole second of the node's clock, are therefore kept apart, so that delay decides nothing.
public struct SupervisorCaseGenerator {
  private let seed: UInt64
  private let stream: RandomStream

  public init(seed: UInt64) {
    self.seed = seed
    stream = RandomStream(seed: seed, name: "conform.supervisor")
  }

  /// The case of that number, which does not depend on any other.
  ///
  /// - Precondition: `number` is not negative.
  public func make(_ number: Int) -> JSONValue {
    var draft = SupervisorCaseDraft(CaseDice(stream, case: number))
    draft.fill()
    return draft.json(id: "supervisor-\(seed)-\(number)")
  }
}

/// A case in the making; times in milliseconds.
struct SupervisorCaseDraft {
  struct Level {
    var strategy = "one_for_one"
    var intensity: Int
    /// Seconds.
    var period: Int
  }
  struct Crash {
    var time: Int
    var worker: Int
    var reason: String
  }
  /// While it lasts, starts fail or what was started crashes after a delay.
  struct Poison {
    var mode: String
    var from: Int
    var to: Int
    var delay: Int
  }

  /// Between an end and the edge of a second, and between the last start and a poison's end.
  static let marginOfSecond = 70
  /// Between two ends.
  static let gap = 50

  var dice: CaseDice
  var kind = ""
  let phase: Int
  var levels: [Level] = []
  var workers = ["permanent"]
  var crashes: [Crash] = []
  var poison: Poison?
  var application: String?
  /// Seen beyond the last planned end.
  private var afterglow = 400

  init(_ dice: CaseDice) {
    self.dice = dice
    phase = self.dice.roll(0..<1_000)
  }

  mutating func fill() {
    let choice = dice.roll(0..<100)
    switch choice {
    case ..<18:
      kind = "single"
      levels = [level(intensities: 0..<5, periods: 1..<4)]
      addCrashes(dice.roll(1..<levels[0].intensity + 4), before: dice.pick([1_500, 3_000, 5_500]))
    case ..<26:
      kind = "period_boundary"
      addBoundary()
    case ..<46:
      kind = "levels"
      levels = (0..<dice.roll(2..<4)).map { _ in level(intensities: 0..<3, periods: 1..<4) }
      let enough = levels.reduce(1) { $0 * ($1.intensity + 1) }
      addCrashes(min(12, enough + dice.roll(0..<3)), before: dice.pick([1_200, 2_500, 4_500]))
    case ..<74:
      kind = "siblings"
      addSiblings()
    case ..<83:
      kind = "init_fail"
      addFailingStarts()
    case ..<93:
      kind = "crash_after"
      addPersistentCrash()
    default:
      // A node of its own, since its end may be the node's.
      kind = "application"
      application = dice.pick(["permanent", "transient", "temporary"])
      addSiblings()
    }
  }

  private mutating func level(intensities: Range<Int>, periods: Range<Int>) -> Level {
    Level(intensity: dice.roll(intensities), period: dice.roll(periods))
  }

  private mutating func addSiblings() {
    let types = ["permanent", "permanent", "transient", "temporary"]
    workers = (0..<dice.roll(1..<5)).map { _ in dice.pick(types) }
    levels = (0..<dice.pick([1, 1, 1, 2, 2, 3])).map { _ in
      level(intensities: 0..<4, periods: 1..<4)
    }
    for place in levels.indices {
      levels[place].strategy = dice.pick(["one_for_one", "one_for_all", "rest_for_one"])
    }
    addCrashes(dice.roll(2..<9), before: dice.pick([1_500, 3_000, 4_500]))
  }

  /// Restarts one period apart, a little less, a little more, up to a second more.
  private mutating func addBoundary() {
    let period = dice.roll(1..<4)
    let intensity = dice.roll(1..<3)
    levels = [Level(intensity: intensity, period: period)]
    for _ in 0..<50 {
      crashes = []
      var time = dice.roll(100..<500)
      for _ in 0..<intensity {
        crashes.append(Crash(time: time, worker: 0, reason: "crash"))
        time += dice.roll(60..<300)
      }
      let start = dice.pick(crashes).time
      let distance = dice.pick([-60, 60, 200, 400, 600, 850, 940, 1_060])
      crashes.append(Crash(time: start + period * 1_000 + distance, worker: 0, reason: "crash"))
      if areApart(crashes.map(\.time)) { return }
    }
    crashes = []
    addCrashes(2, before: 3_000)
  }

  private mutating func addFailingStarts() {
    levels = (0..<dice.pick([1, 1, 2, 3])).map { _ in level(intensities: 0..<4, periods: 1..<4) }
    addCrashes(1, before: 900)
    let time = crashes[0].time
    let isOver = dice.chance(25)
    poison =
      isOver
      ? Poison(mode: "init_fail", from: time - 80, to: time - 40, delay: 0)
      : Poison(mode: "init_fail", from: time - 30, to: time + dice.pick([300, 2_000]), delay: 0)
    if dice.chance(40) {
      // All of them fail alike, one after the other: no race.
      workers = Array(repeating: "permanent", count: dice.roll(2..<4))
      levels[levels.count - 1].strategy = dice.pick(["one_for_one", "one_for_all", "rest_for_one"])
    }
  }

  /// Every start is good and every process ends some time later, until the window closes.
  private mutating func addPersistentCrash() {
    for _ in 0..<80 {
      levels = (0..<dice.pick([1, 1, 2, 3])).map { _ in level(intensities: 0..<4, periods: 1..<4) }
      crashes = []
      addCrashes(1, before: 900)
      let delay = dice.pick([0, 5, 20, 60, 130, 400, 700])
      let window = dice.pick([300, 700, 1_500, 2_500])
      let time = crashes[0].time
      afterglow = window + delay + 600
      poison = Poison(mode: "crash_after", from: time - 30, to: time + window, delay: delay)
      // A timer takes at least one millisecond more than asked.
      let step = delay + 1
      let bound = levels.reduce(1) { $0 * ($1.intensity + 1) }
      let last = delay == 0 ? bound : min(bound * 3, window / step + 1)
      let times = (0...last).map { time + $0 * step }
      let isClear = times.allSatisfy { abs($0 - (time + window)) >= Self.marginOfSecond / 2 }
      if isClear && times.allSatisfy({ distanceToSecond($0) >= Self.marginOfSecond / 2 }) { return }
    }
    // Nothing clear was found: a crash without aftermath.
    poison = nil
    afterglow = 400
  }

  // MARK: Times

  private mutating func addCrashes(_ count: Int, before end: Int) {
    var times: [Int] = []
    for _ in 0..<count * 40 where times.count < count {
      let time = dice.roll(100..<end)
      if areApart(times + [time]) { times.append(time) }
    }
    let reasons = workers.count > 1 ? ["crash", "crash", "normal", "shutdown"] : ["crash"]
    for time in times.sorted() {
      crashes.append(
        Crash(
          time: time, worker: dice.roll(0..<workers.count),
          reason: workers == ["permanent"] ? "crash" : dice.pick(reasons)))
    }
  }

  private func distanceToSecond(_ time: Int) -> Int {
    let rest = (phase + time) % 1_000
    return min(rest, 1_000 - rest)
  }

  private func areApart(_ times: [Int]) -> Bool {
    let sorted = times.sorted()
    return sorted.allSatisfy { distanceToSecond($0) >= Self.marginOfSecond }
      && zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= Self.gap }
  }

  // MARK: Writing

  func json(id: String) -> JSONValue {
    let last = max(crashes.last?.time ?? 0, poison?.to ?? 0)
    return .object([
      "id": .string(id), "kind": .string(kind), "phase_ms": .integer(Int64(phase)),
      "levels": .array(
        levels.map {
          .object([
            "strategy": .string($0.strategy), "intensity": .integer(Int64($0.intensity)),
            "period_s": .integer(Int64($0.period)),
          ])
        }),
      "workers": .array(workers.map { .object(["restart": .string($0)]) }),
      "crashes": .array(
        crashes.map {
          .object([
            "t_ms": .integer(Int64($0.time)), "worker": .integer(Int64($0.worker)),
            "reason": .string($0.reason),
          ])
        }),
      "poison": poison.map {
        .object([
          "mode": .string($0.mode), "from_ms": .integer(Int64($0.from)),
          "to_ms": .integer(Int64($0.to)), "delay_ms": .integer(Int64($0.delay)),
        ])
      } ?? .null,
      "observed_until_ms": .integer(Int64(last + afterglow)),
      "application": application.map { .string($0) },
    ])
  }
}
