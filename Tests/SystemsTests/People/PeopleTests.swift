import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// The world as the people on call see it.
struct PeopleRecorder: People.Ports {
  var now = Instant.start
  var looks = 0
  var steps: [(step: UInt16, at: Instant)] = []
  var escalations: [(alert: UInt16, level: UInt8, at: Instant)] = []
  var did: [String] = []

  mutating func lookDue(after delay: Duration) { looks += 1 }
  mutating func stepDue(_ step: UInt16, after delay: Duration) { steps.append((step, now + delay)) }
  mutating func escalationDue(_ alert: UInt16, level: UInt8, after delay: Duration) {
    escalations.append((alert, level, now + delay))
  }
  mutating func nodesRestarted(count: Int) { did.append("restart \(count)") }
  mutating func throttleSet(rate: Double?) { did.append("throttle \(rate ?? -1)") }
  mutating func repairSet(_ cluster: ScyllaClusterID, running: Bool) {
    did.append("repair \(cluster.name) \(running)")
  }
  mutating func compactionThrottled(_ cluster: ScyllaClusterID, by share: Double) {
    did.append("compaction \(cluster.name) \(share)")
  }
  mutating func connectionsRaised(to count: Int) { did.append("connections \(count)") }
  mutating func deployed(_ step: UInt16) { did.append("deploy \(step)") }
  mutating func rolledBack(_ step: UInt16) { did.append("undo \(step)") }
}

@Suite("People")
struct PeopleTests {
  private static let alert =
    #""alerts": { "a": { "when": "users.served < 90%", "for": "60s", "severity": 2 } }"#

  private static func people(_ text: String) throws -> People {
    People(configuration: try reading("{ \(text) }") { People.Configuration(reading: &$0) })
  }

  private static func telemetry(served: Double) -> Telemetry {
    Telemetry(
      values: Telemetry.Measure.allCases.map { $0 == .usersServed ? served : 1 })
  }

  private func look(
    _ people: inout People, at instant: Int64, served: Double, _ ports: inout PeopleRecorder
  ) {
    ports.now = second(instant)
    people.handle(.lookDue, telemetry: Self.telemetry(served: served), through: &ports)
  }

  @Test("An alert fires when its condition has held for its time, and clears when it does not")
  func firing() throws {
    var people = try Self.people(Self.alert)
    var ports = PeopleRecorder()
    look(&people, at: 0, served: 0.5, &ports)
    look(&people, at: 45, served: 0.5, &ports)
    #expect(!people.isAnyAlertFiring)
    look(&people, at: 50, served: 0.95, &ports)
    look(&people, at: 65, served: 0.5, &ports)
    look(&people, at: 120, served: 0.5, &ports)
    #expect(!people.isAnyAlertFiring, "the time starts again after a pause")
    look(&people, at: 125, served: 0.5, &ports)
    #expect(people.isAnyAlertFiring && people.firstAlertAt == second(125))
    #expect(people.allClearedAt == nil)
    look(&people, at: 200, served: 0.9, &ports)
    #expect(!people.isAnyAlertFiring && people.allClearedAt == second(200))
    #expect(people.firstAlertAt == second(125) && ports.looks == 7)
  }

  @Test("An alert escalates after 20, 45 and 90 minutes of one firing, not of two together")
  func escalation() throws {
    var people = try Self.people(Self.alert + #", "people": { "acknowledgeTime": "2h" }"#)
    var ports = PeopleRecorder()
    func level() -> UInt8 { people.alerts[0].level }
    look(&people, at: 0, served: 0, &ports)
    look(&people, at: 60, served: 0, &ports)
    #expect(ports.escalations.map(\.level) == [2, 3, 4] && level() == 1)
    #expect(ports.escalations.map(\.at) == [1_260, 2_760, 5_460].map(second))
    let first = ports.escalations
    // It clears and fires again ten minutes before the first escalation is due.
    look(&people, at: 300, served: 1, &ports)
    look(&people, at: 600, served: 0, &ports)
    look(&people, at: 660, served: 0, &ports)
    ports.now = first[0].at
    people.handle(
      .escalationDue(0, level: 2), telemetry: Self.telemetry(served: 0), through: &ports)
    #expect(level() == 1, "this firing is ten minutes old")
    for due in ports.escalations.dropFirst(3) {
      ports.now = due.at
      people.handle(
        .escalationDue(due.alert, level: due.level), telemetry: Self.telemetry(served: 0),
        through: &ports)
      #expect(level() == due.level)
    }
    look(&people, at: 9_000, served: 1, &ports)
    people.handle(
      .escalationDue(0, level: 4), telemetry: Self.telemetry(served: 1), through: &ports)
    #expect(!people.isAnyAlertFiring)
  }

  @Test("When it escalates is read, and no tier is paged before the one below it")
  func escalationTimes() throws {
    let text = Self.alert + #", "people": { "acknowledgeTime": "2h", "escalation": "#
    var people = try Self.people(
      text + #"{ "tier2": "5m", "tier3": "10m", "tier4": "10m" } }"#)
    var ports = PeopleRecorder()
    look(&people, at: 0, served: 0, &ports)
    look(&people, at: 60, served: 0, &ports)
    #expect(ports.escalations.map(\.at) == [360, 660, 660].map(second))
    for (due, level) in zip(ports.escalations, [2, 3, 4] as [UInt8]) {
      ports.now = due.at
      people.handle(
        .escalationDue(due.alert, level: due.level), telemetry: Self.telemetry(served: 0),
        through: &ports)
      #expect(people.alerts[0].level == level)
    }
    let found = try complaints(
      about: #"{ "people": { "escalation": { "tier2": "50m" } } }"#
    ) { People.Configuration(reading: &$0) }
    #expect(found.contains("tier 3 is paged before tier 2"), "\(found)")
    #expect(found.contains("as long as 'people.escalation.tier2', or longer"), "\(found)")
  }

  @Test("Operators cut the rate of a database's compactions")
  func compaction() throws {
    var people = try Self.people(
      #"""
      "operators": {
        "a": { "at": "00:01:00", "action": "throttleCompaction", "cluster": "guilds",
               "share": "75%" } }
      """#)
    var ports = PeopleRecorder()
    people.handle(.stepDue(0), telemetry: Self.telemetry(served: 1), through: &ports)
    #expect(ports.did == ["compaction guilds 0.75"])
  }

  @Test("An acknowledged alert does not escalate")
  func acknowledged() throws {
    var people = try Self.people(Self.alert + #", "people": { "acknowledgeTime": "2m" }"#)
    var ports = PeopleRecorder()
    look(&people, at: 0, served: 0, &ports)
    look(&people, at: 60, served: 0, &ports)
    for due in ports.escalations {
      ports.now = due.at
      people.handle(
        .escalationDue(due.alert, level: due.level), telemetry: Self.telemetry(served: 0),
        through: &ports)
    }
    #expect(people.alerts[0].level == 1)
  }

  private static func alerts(_ severity: Int) -> String {
    #""alerts": { "a": { "when": "users.served < 90%", "for": "0s", "severity": \#(severity) } }"#
  }

  @Test(
    "Severity decides who is paged at once, and to whom it can still escalate",
    arguments: [(1, 2, [3, 4]), (2, 1, [2, 3, 4]), (4, 0, [])] as [(Int, UInt8, [UInt8])])
  func severities(severity: Int, tier: UInt8, escalations: [UInt8]) throws {
    var people = try Self.people(
      Self.alerts(severity) + #", "people": { "acknowledgeTime": "2h" }"#)
    var ports = PeopleRecorder()
    look(&people, at: 0, served: 0, &ports)
    #expect(people.isAnyAlertFiring && people.firstAlertAt == second(0))
    #expect(people.alerts[0].level == tier && people.alerts[0].pages == Int(tier))
    #expect((people.alerts[0].pagedAt == nil) == (severity == 4))
    #expect(ports.escalations.map(\.level) == escalations)
    for due in ports.escalations {
      ports.now = due.at
      people.handle(
        .escalationDue(due.alert, level: due.level), telemetry: Self.telemetry(served: 0),
        through: &ports)
    }
    #expect(people.alerts[0].pages == Int(tier) + escalations.count)
  }

  @Test("A minor alert is paged in business hours only, if it still fires by then")
  func businessHours() throws {
    let steps = #", "operators": { "s": { "afterAlert": "a", "action": "liftThrottle" } }"#
    var people = try Self.people(Self.alerts(3) + steps)
    var ports = PeopleRecorder()
    look(&people, at: 8 * 3_600, served: 0, &ports)
    look(&people, at: 8 * 3_600 + 60, served: 1, &ports)
    look(&people, at: 8 * 3_600 + 120, served: 0, &ports)
    look(&people, at: 9 * 3_600 - 1, served: 0, &ports)
    #expect(people.alerts[0].pages == 0 && ports.steps.isEmpty, "nobody knows of it")
    look(&people, at: 9 * 3_600, served: 0, &ports)
    #expect(people.alerts[0].pagedAt == second(9 * 3_600) && people.alerts[0].pages == 1)
    #expect(ports.steps.map(\.at) == [second(9 * 3_600)])
    look(&people, at: 10 * 3_600, served: 0, &ports)
    #expect(people.alerts[0].pages == 1, "once per firing")
  }

  @Test("Business hours may go over midnight, or round the clock")
  func businessHoursOfTheDay() {
    func hours(_ from: Int64, _ to: Int64, _ at: Int64) -> Bool {
      People.BusinessHours(from: second(from * 3_600), to: second(to * 3_600))
        .contains(second(at * 3_600))
    }
    #expect(hours(9, 18, 9) && !hours(9, 18, 18) && hours(9, 18, 24 + 12))
    #expect(hours(22, 6, 23) && hours(22, 6, 5) && !hours(22, 6, 12))
    #expect(hours(7, 7, 3))
  }

  @Test("Acknowledgements and ends that miss their severity's targets are counted")
  func targets() throws {
    let settings = #", "people": { "acknowledgeTime": "10m" }"#
    var critical = try Self.people(Self.alerts(1) + settings)
    var major = try Self.people(Self.alerts(2) + settings)
    var ports = PeopleRecorder()
    look(&critical, at: 0, served: 0, &ports)
    look(&major, at: 0, served: 0, &ports)
    #expect(critical.acknowledgedLate(at: second(300)) == 0)
    #expect(critical.acknowledgedLate(at: second(301)) == 1, "five minutes at severity 1")
    #expect(major.acknowledgedLate(at: second(9_999)) == 0, "a quarter of an hour at 2")
    #expect(critical.resolvedLate(at: second(3_600)) == 0)
    #expect(critical.resolvedLate(at: second(3_601)) == 1)
    look(&critical, at: 4_000, served: 1, &ports)
    #expect(critical.acknowledgedLate(at: second(9_999)) == 1)
    #expect(critical.resolvedLate(at: second(9_999)) == 1)
    look(&critical, at: 5_000, served: 0, &ports)
    look(&critical, at: 5_100, served: 1, &ports)
    #expect(critical.acknowledgedLate(at: second(9_999)) == 1, "gone before the target was over")
  }

  @Test("Steps are taken at their time, after an alert, or on a condition, each once ordered")
  func occasions() throws {
    var people = try Self.people(
      Self.alert + """
        , "operators": {
          "one": { "at": "00:05:00", "delay": "30s", "action": "pauseRepair", "cluster": "guilds" },
          "two": { "afterAlert": "a", "delay": "2m", "action": "setThrottle", "rate": "600/s" },
          "three": { "when": "users.served < 20%", "action": "liftThrottle" }
        }
        """)
    var ports = PeopleRecorder()
    people.scheduleSteps(through: &ports)
    #expect(ports.steps.map(\.at) == [second(330)])
    look(&people, at: 15, served: 0.5, &ports)
    look(&people, at: 75, served: 0.5, &ports)
    #expect(ports.steps.map(\.at) == [second(330), second(195)])
    look(&people, at: 90, served: 0.1, &ports)
    look(&people, at: 105, served: 0.1, &ports)
    #expect(ports.steps.map(\.at) == [second(330), second(195), second(90)])
    for step in ports.steps.sorted(by: { $0.at < $1.at }) {
      ports.now = step.at
      people.handle(
        .stepDue(step.step), telemetry: Self.telemetry(served: 0), through: &ports)
    }
    #expect(ports.did == ["throttle -1.0", "throttle 600.0", "repair guilds false"])
    #expect(people.takenAt == [second(330), second(195), second(90)])
  }

  @Test("Hands that restart nodes go on minute by minute")
  func restarts() throws {
    var people = try Self.people(
      #""operators": { "r": { "at": "00:01:00", "action": "restartNodes", "perMinute": 12 } }"#)
    var ports = PeopleRecorder()
    people.scheduleSteps(through: &ports)
    for minute in 1...3 as ClosedRange<Int64> {
      let step = ports.steps.removeFirst()
      #expect(step.at == second(60 * minute))
      ports.now = step.at
      people.handle(.stepDue(step.step), telemetry: Self.telemetry(served: 0), through: &ports)
    }
    #expect(ports.did == Array(repeating: "restart 12", count: 3))
    #expect(people.takenAt == [second(60)])
  }

  @Test("A step whose time was over before the run began is never taken")
  func tooEarly() throws {
    var people = try Self.people(
      #""operators": { "r": { "at": "00:01:00", "action": "liftThrottle" } }"#)
    var ports = PeopleRecorder()
    ports.now = second(61)
    people.scheduleSteps(through: &ports)
    #expect(ports.steps.isEmpty)
  }

  @Test("A condition is a measure, a comparison and a bound")
  func conditions() throws {
    func condition(_ text: String) throws -> People.Condition {
      let people = try Self.people(#""alerts": { "x": { "when": "\#(text)" } }"#)
      return try #require(people.configuration.alerts.first).condition
    }
    let exact = try condition("users.served < 90%")
    #expect(exact == People.Condition(measure: .usersServed, isBelow: true, bound: 0.9))
    let loose = try condition("  gateway.refused   >  0.25 ")
    #expect(loose == People.Condition(measure: .gatewayRefused, isBelow: false, bound: 0.25))
    #expect(try condition("users.served<90%") == exact)
    #expect(try condition("gateway.refused> 0.25") == loose)
    #expect(try condition("users.served < 100%").bound == 1)
    for (text, isBelow) in [("users.served <= 90%", true), ("users.served>=0.9", false)] {
      let inclusive = try condition(text)
      #expect(inclusive.isBelow == isBelow && inclusive.bound == 0.9 && inclusive.includesBound)
      #expect(inclusive.holds(in: Self.telemetry(served: 0.9)))
      #expect(inclusive.holds(in: Self.telemetry(served: 0.8999)) == isBelow)
      #expect(inclusive.holds(in: Self.telemetry(served: 0.9001)) == !isBelow)
    }
    #expect(!exact.holds(in: Self.telemetry(served: 0.9)))
    #expect(exact.holds(in: Self.telemetry(served: 0.8999)))
  }

  @Test(
    "What cannot be understood is an error with its place and a repair",
    arguments: [
      (#""alerts": { "x": { "when": "users.servd < 90%" } }"#, "did you mean 'users.served'?"),
      (#""alerts": { "x": { "when": "users.served = 90%" } }"#, "is not a condition"),
      (#""alerts": { "x": { "when": "users.served <" } }"#, "is not a condition"),
      (#""alerts": { "x": { "when": "users.served = 90%" } }"#, "one of <, <=, > and >="),
      (#""alerts": { "x": { "when": "users.served <=" } }"#, "is not a condition"),
      (#""alerts": { "x": { "when": "users.served <== 1" } }"#, "is not a number or a share"),
      (#""alerts": { "x": { "when": "users.served < 1 < 2" } }"#, "is not a number or a share"),
      (#""alerts": { "x": { "when": "users.served < 50" } }"#, "a share is 0 to 1, or 0% to 100%"),
      (#""alerts": { "x": { "when": "users.served < 101%" } }"#, "'101%' is not a share"),
      (#""alerts": { "x": { "when": "users.served > -0.1" } }"#, "'-0.1' is not a share"),
      (#""alerts": { "x": { "when": "users.served < lots" } }"#, "is not a number or a share"),
      (#""alerts": { "x": { "when": "users.served < nan" } }"#, "is not a number or a share"),
      (#""alerts": { "x": {} }"#, "when"),
      (
        #""operators": { "s": { "action": "liftThrottle" } }"#,
        "one of 'at', 'afterAlert' and 'when'"
      ),
      (
        #""operators": { "s": { "at": "01:00", "when": "users.served < 1", "action": "liftThrottle" } }"#,
        "one of 'at', 'afterAlert' and 'when'"
      ),
      (
        alert + #", "operators": { "s": { "afterAlert": "aa", "action": "liftThrottle" } }"#,
        "there is no alert aa"
      ),
      (
        #""alerts": { "a": { "when": "users.served < 90%", "severity": 4 } }, "operators": { "s": { "afterAlert": "a", "action": "liftThrottle" } }"#,
        "nobody is paged for the alert a"
      ),
      (#""operators": { "s": { "at": "01:00", "action": "setThrottle" } }"#, "rate"),
      (#""operators": { "s": { "at": "01:00", "action": "liftThrotle" } }"#, "liftThrottle"),
      (#""operators": { "s": { "at": "01:00", "action": "setThrottle", "rate": "0/s" } }"#, "rate"),
      (
        #""operators": { "s": { "at": "106751d 23:47:16", "delay": "24h", "action": "liftThrottle" } }"#,
        "past the end of time"
      ),
    ])
  func errors(text: String, message: String) throws {
    let found = try complaints(about: "{ \(text) }") { People.Configuration(reading: &$0) }
    #expect(found.contains(message), "\(found)")
    #expect(found.contains("test.json:1:"), "\(found)")
  }
}
