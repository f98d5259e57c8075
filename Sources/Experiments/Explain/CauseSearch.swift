import Observation
import Scenarios
import SimulationKernel
import Systems

/// Looks for the event that a target means, in runs of one scenario.
struct CauseSearch {
  enum Finding {
    /// What was found, its event, and the events whose effects are asked for.
    case found(Explanation.Question, number: UInt32?, roots: [UInt32])
    case nothing(String, help: [String])
    case full(at: Instant)
  }

  let names: CauseNames
  let seed: UInt64
  /// What the measure of each alert is, and how long its condition holds before it fires.
  let alerts: [(measure: String, duration: Duration)]
  private let scenario: OutageScenario
  private let options: Explain.Options
  private let end: Instant
  /// The run without causes, where somebody has it already.
  private let known: RunRecord?

  // The last run with causes.
  private(set) var log: CauseLog
  private(set) var reached: Instant
  private(set) var events: UInt64 = 0
  private(set) var digest = Digest()
  private var world: OutageWorld?

  init(_ scenario: OutageScenario, options: Explain.Options, known: RunRecord? = nil) {
    self.scenario = scenario
    self.known = known
    self.options = options
    names = CauseNames(scenario)
    seed = options.seed ?? scenario.header.seed
    end = min(options.until ?? scenario.header.end, scenario.header.end)
    alerts = scenario.configuration.people.alerts.map {
      ($0.condition.measure.rawValue, $0.duration)
    }
    log = CauseLog(limit: options.limit)
    reached = scenario.header.start
  }

  /// Runs the scenario with causes remembered.
  ///
  /// - Returns: Whether the log had room for all of it.
  private mutating func remember(
    until instant: Instant, goal: CauseRecorder.Goal? = nil, _ progress: (Double) -> Void
  ) -> Bool {
    var simulation = CausalSimulation(scenario.simulation(seed: seed))
    // What asks for effects needs the whole run.
    var recorder = CauseRecorder(limit: options.limit, until: options.wantsEffects ? nil : goal)
    let start = scenario.header.start
    var reason = EndReason.reachedInstant
    for part in 1...100 where reason == .reachedInstant {
      let next = part == 100 ? instant : start + (instant - start) / 100 * Int64(part)
      reason = simulation.run(until: next, observer: &recorder)
      progress(Double(part) / 100)
    }
    log = recorder.log
    reached = simulation.now
    events = simulation.eventCount
    digest = simulation.digest
    world = simulation.world
    return reason != .stopped || recorder.hasReachedGoal
  }

  /// The run without causes, for its verdicts.
  private func judged(_ progress: (Double) -> Void) -> RunRecord {
    known
      ?? Replay.run(
        scenario, options: Replay.Options(seed: seed, until: end), version: "", progress: progress)
  }

  private func first(_ kind: Occurrence.Kind, of subject: Occurrence.Subject? = nil) -> UInt32? {
    log.first {
      let occurrence = Occurrence($0)
      return occurrence.kind == kind && subject.map { $0 == occurrence.subject } ?? true
    }?.number
  }

  private func last(of subjects: [Occurrence.Subject]) -> CauseChain.Moment? {
    log.last(before: UInt32(log.count) + 1) {
      let occurrence = Occurrence($0)
      return occurrence.kind != .overtaken && subjects.contains(occurrence.subject)
    }.map { CauseChain.Moment($0) }
  }

  mutating func find(_ target: ExplainTarget, progress: (Double) -> Void) -> Finding {
    switch target {
    case .usual: usual(progress)
    case .fact(let id): fact(id, in: judged(progress), progress)
    case .invariant(let id): invariant(id, in: judged(progress), progress)
    case .node(let subject): node(subject, progress)
    case .client(let number): client(number, progress)
    case .guild(let number): somebody(Occurrence.Subject(.guild, number), progress)
    case .fault(let name): cause(names.fault(name), name, progress)
    case .step(let name): cause(names.step(name), name, progress)
    }
  }

  // MARK: What went wrong

  private mutating func usual(_ progress: (Double) -> Void) -> Finding {
    let record = judged(progress)
    if let broken = record.invariants.first(where: { $0.verdict == .broken }) {
      return invariant(broken.id, in: record, progress)
    }
    if let failed = record.facts.first(where: { record.outcome(of: $0) == .failed }),
      failed.measured != nil
    {
      return fact(failed.fact.id, in: record, progress)
    }
    guard remember(until: end, goal: .init(.nodeStopped, of: nil), progress) else {
      return .full(at: reached)
    }
    if let stop = first(.nodeStopped) {
      return .found(.subject(Occurrence(log[stop]).subject), number: stop, roots: [])
    }
    if let loss = first(.apiNodesKilled) {
      return .found(.subject(.company), number: loss, roots: [])
    }
    if let loss = first(.connectionLost) {
      return .found(.subject(Occurrence(log[loss]).subject), number: loss, roots: [])
    }
    return .nothing(
      "nothing went wrong: no invariant is broken, no fact failed, no node stopped or vanished, and no "
        + "client lost its connection",
      help: ["name what to explain: a fact, a node, a client, a fault"])
  }

  // MARK: Findings and facts

  private mutating func invariant(
    _ id: String, in record: RunRecord, _ progress: (Double) -> Void
  ) -> Finding {
    guard let verdict = record.invariants.first(where: { $0.id == id }) else {
      return .nothing("the run says nothing about the invariant '\(Visible.text(id))'", help: [])
    }
    guard verdict.verdict == .broken else {
      let how = verdict.verdict == .held ? "held" : "was never put to the test"
      return .nothing(
        "the invariant '\(Visible.text(id))' \(how): there is nothing to explain", help: [])
    }
    guard remember(until: min(verdict.at ?? end, end), progress) else { return .full(at: reached) }
    let measures = verdict.claim.map { CauseWitness.signals(in: $0.expression) } ?? [id]
    let witness = measures.lazy.map(CauseWitness.init(moving:)).first { !$0.kinds.isEmpty }
    guard let number = lastMove(witness) else { return untouched(id) }
    return .found(.invariant(verdict), number: number, roots: [])
  }

  private mutating func fact(
    _ id: String, in record: RunRecord, _ progress: (Double) -> Void
  ) -> Finding {
    guard let verdict = record.facts.first(where: { $0.fact.id == id }) else {
      return .nothing("the run says nothing about the fact '\(Visible.text(id))'", help: [])
    }
    guard let measured = verdict.measured else {
      return .nothing(
        "the run has no '\(verdict.fact.measure)': what the fact is about did not happen", help: [])
    }
    let measure = verdict.fact.measure
    let witness = CauseWitness(moving: measure)
    let time = time(of: verdict.fact, measured)
    guard measured != 0 || time != nil else {
      return .nothing("'\(Visible.text(measure))' is 0: no event of the run moved it", help: [])
    }
    guard remember(until: min(time ?? end, end), progress) else { return .full(at: reached) }
    // Of what is counted the first event says how it began; of a time, the last before it.
    let number =
      time != nil
      ? lastMove(witness)
      : measure.hasPrefix("throttle.raises") ? firstRaise : firstMove(witness, of: measure)
    guard let number else { return untouched(measure) }
    return .found(.fact(verdict, record.outcome(of: verdict)), number: number, roots: [])
  }

  /// When a fact's measure was what it is, for measures that are a time.
  private func time(of fact: Fact, _ measured: Double) -> Instant? {
    let seconds: Double
    if fact.unit == .clock {
      seconds = measured
    } else if fact.unit == .minutes, fact.measure.hasSuffix(".at"),
      let fault = scenario.configuration.faults.map(\.at).min()
    {
      seconds = (fault - .start).seconds + measured * 60
    } else {
      return nil
    }
    // The sample that found it looks at everything before its instant; alerts are found at theirs.
    return Duration(representableSeconds: seconds).map { .start + $0 + .nanoseconds(1) }
  }

  /// The last event that moves a measure, or of all where nobody knows which do.
  private func lastMove(_ witness: CauseWitness?) -> UInt32? {
    log.last(before: UInt32(log.count) + 1) { entry in
      guard let witness, !witness.kinds.isEmpty else { return true }
      return witness.sees(Occurrence(entry))
    }?.number
  }

  /// The first event that moves what is counted: from the last fault on where it is about that.
  private func firstMove(_ witness: CauseWitness, of measure: String) -> UInt32? {
    let last = scenario.configuration.faults.map(\.at).max()
    let start = measure.hasPrefix("lastFault.") ? last ?? .start : .start
    return log.first { $0.time >= start && witness.sees(Occurrence($0)) }?.number
  }

  /// The first limit of the throttle that is above the one before it; taking it off is none.
  private var firstRaise: UInt32? {
    var before: UInt32?
    return log.first { entry in
      let occurrence = Occurrence(entry)
      guard occurrence.kind == .throttleSet else { return false }
      defer { before = occurrence.detail }
      return before.map { $0 < occurrence.detail } ?? false
        && occurrence.detail < Occurrence.detailMax
    }?.number
  }

  private func untouched(_ name: String) -> Finding {
    .nothing("no event of the run moves '\(Visible.text(name))'", help: [])
  }

  // MARK: Nodes, clients, guilds

  private var until: Instant { min(options.at ?? end, end) }

  private mutating func node(
    _ subject: Occurrence.Subject, _ progress: (Double) -> Void
  ) -> Finding {
    guard subject.sort == .elixirNode, options.at == nil else {
      return somebody(subject, progress)
    }
    guard remember(until: end, goal: .init(.nodeStopped, of: subject), progress) else {
      return .full(at: reached)
    }
    guard let stop = first(.nodeStopped, of: subject) else {
      return .nothing(
        "\(names.name(subject)) did not stop before \(reached)",
        help: ["--at TIME explains what last happened to it"])
    }
    return .found(.subject(subject), number: stop, roots: [])
  }

  private mutating func somebody(
    _ subject: Occurrence.Subject, _ progress: (Double) -> Void
  ) -> Finding {
    guard remember(until: until, progress) else { return .full(at: reached) }
    guard let moment = vanishing(of: subject) ?? last(of: [subject]) else {
      return .nothing("nothing happened to \(names.name(subject)) before \(until)", help: [])
    }
    return .found(.subject(subject), number: moment.number, roots: [])
  }

  /// The fault that took an API node away; nil when it is there, or left by itself.
  private func vanishing(of subject: Occurrence.Subject) -> CauseChain.Moment? {
    guard subject.sort == .apiNode, world?.isGone(apiNode: subject.number) == true else {
      return nil
    }
    guard first(.apiNodeDrained, of: subject) == nil else { return nil }
    let own = last(of: [subject])?.number ?? 0
    let kill = log.first(from: own + 1) { Occurrence($0).kind == .apiNodesKilled }
    return kill.map { CauseChain.Moment($0) }
  }

  private mutating func client(_ number: UInt32, _ progress: (Double) -> Void) -> Finding {
    guard remember(until: until, progress) else { return .full(at: reached) }
    let subject = Occurrence.Subject(.client, number)
    guard let world else { preconditionFailure("a run leaves a world") }
    let (isServed, missing) = world.service(of: ClientID(number))
    var moment = last(of: [subject])
    // With a session, it is its guilds that are not there.
    if !isServed, !missing.isEmpty, moment.map({ $0.occurrence.kind == .sessionOpened }) ?? true {
      moment = last(of: missing) ?? moment
    }
    // What it missed in between was a guild.
    moment = moment ?? last(of: world.guilds(of: ClientID(number)))
    guard let moment else {
      return .nothing(
        "nothing happened to client \(number) or a guild of it before \(until): it was served all "
          + "the time", help: [])
    }
    return .found(
      .client(number, at: until, isServed: isServed), number: moment.number, roots: [])
  }

  // MARK: Forward

  private mutating func cause(
    _ subject: Occurrence.Subject?, _ name: String, _ progress: (Double) -> Void
  ) -> Finding {
    guard let subject else { preconditionFailure("a target names what there is: \(name)") }
    guard remember(until: end, progress) else { return .full(at: reached) }
    var roots: [UInt32] = []
    log.forEach { entry in
      let occurrence = Occurrence(entry)
      let isStrike =
        occurrence.kind == .announceHit && subject.sort == .fault
        && occurrence.detail == subject.number
      let isBeginning =
        occurrence.subject == subject
        && (occurrence.kind == .faultBegan || occurrence.kind == .operatorActed)
      if isStrike || isBeginning { roots.append(entry.number) }
    }
    guard let first = roots.first else {
      return .nothing(
        subject.sort == .fault
          ? "the fault '\(Visible.text(name))' met nothing before \(reached)"
          : "the step '\(Visible.text(name))' was not taken before \(reached)", help: [])
    }
    // How it came to its victim; of what was planned there is nothing to tell.
    let isStrike = Occurrence(log[first]).kind == .announceHit
    return .found(.cause(subject), number: isStrike ? first : nil, roots: roots)
  }
}
