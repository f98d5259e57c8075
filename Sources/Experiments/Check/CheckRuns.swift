import Observation
import Scenarios
import SimulationKernel
import Systems

/// The finished runs of one checked scenario.
public struct CheckRuns: Sendable {
  public let subject: CheckSubject
  /// How many seeds were asked for.
  public let seedsAsked: Int
  public let firstSeed: UInt64
  /// One per seed that was finished, in order; without series and texts, which nobody asks for.
  public internal(set) var records: [RunRecord] = []
  /// Runs that were done twice.
  public internal(set) var repeated = 0
  public internal(set) var nondeterminism: [Nondeterminism] = []
  /// The run that the golden digest is about; nil where none was asked for or finished.
  public internal(set) var golden: RunRecord?
  /// How the golden run differs from the recorded one; nil when it does not.
  public internal(set) var drift: GoldenDrift?
  /// Why the golden digest could not be recorded, once that was tried.
  public var recordingProblem: String?
  /// Mitigations among the patches that altered no event in any run, by name.
  public internal(set) var idleMitigations: [String] = []
  /// Mitigations of which that is not known, as the runs without them were stopped, by name.
  public internal(set) var openMitigations: [String] = []
  /// What came of the scenario's cliffs, as far as they were reached, in its order.
  public internal(set) var cliffs: [CliffVerdict] = []

  /// Whether seeds, the golden run, or runs for a mitigation or a cliff are missing.
  public var isIncomplete: Bool {
    lacksSeeds || (subject.golden?.scale != nil && golden == nil) || !openMitigations.isEmpty
      || cliffs.count < subject.scenario.cliffs.count
  }

  /// Whether seeds are missing: what none of the others has done, one of them may do.
  var lacksSeeds: Bool { records.count < seedsAsked }

  /// How the runs are done.
  public struct Options: Sendable {
    /// Seeds of each scenario, one after the other; above zero.
    public var seeds: Int
    /// nil: each scenario's.
    public var first: UInt64?
    public var jobs: Int
    public var version: String
    /// The version that recorded the golden digests, to find the first event of a drift with.
    public var recordedBy: EarlierVersion?

    public init(
      seeds: Int, first: UInt64? = nil, jobs: Int, version: String,
      recordedBy: EarlierVersion? = nil
    ) {
      precondition(seeds > 0, "a check runs at least one seed: \(seeds)")
      self.recordedBy = recordedBy
      self.seeds = seeds
      self.first = first
      self.jobs = jobs
      self.version = version
    }
  }

  /// Begins a run: the scenario, the seed, and whether it is its first (0) or its second (1).
  typealias Begin = @Sendable (OutageScenario, UInt64, Int) -> OngoingRun

  /// Every so manieth seed of a scenario is run twice, the first included.
  static let repeatInterval = 10

  /// Runs all subjects on their seeds: the first seed of each, then the second of each, and so on, so
  /// that what is there when time is up says something of all of them.
  ///
  /// - Parameters:
  ///   - subjects: What to run.
  ///   - options: Seeds and jobs. What comes out does not depend on the jobs.
  ///   - isStopped: Once true, runs end where they are and count for nothing.
  ///   - progress: Is told how many runs are done, of how many.
  /// - Returns: One element per subject, in order.
  public static func run(
    _ subjects: [CheckSubject], options: Options,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async -> [CheckRuns] {
    await run(
      subjects, options: options, begin: { scenario, seed, _ in OngoingRun(scenario, seed: seed) },
      isStopped: isStopped, progress: progress)
  }

  static func run(
    _ subjects: [CheckSubject], options: Options, begin: @escaping Begin,
    isStopped: @escaping @Sendable () -> Bool, progress: (Int, Int) -> Void
  ) async -> [CheckRuns] {
    var all = subjects.map { subject in
      CheckRuns(
        subject: subject, seedsAsked: options.seeds,
        firstSeed: options.first ?? subject.scenario.header.seed)
    }
    let pieces = pieces(of: subjects, seeds: options.seeds)
    let starts = all.map(\.firstSeed)
    var done = 0
    let results = await ParallelRuns.map(
      count: pieces.count, jobs: options.jobs, isStopped: isStopped,
      work: { index -> Finished? in
        let piece = pieces[index]
        return finish(
          piece, of: subjects[piece.subject], from: starts[piece.subject],
          version: options.version, begin: begin, isStopped: isStopped)
      },
      finished: { _, _ in
        done += 1
        progress(done, pieces.count)
      })
    for (piece, result) in zip(pieces, results) {
      guard let finished = result ?? nil else { continue }
      all[piece.subject].add(finished, of: piece)
    }
    let judged = await mitigations(
      of: all, jobs: options.jobs, version: options.version, isStopped: isStopped)
    for mitigation in judged {
      switch mitigation.isIdle {
      case true?: all[mitigation.subject].idleMitigations.append(mitigation.name)
      case false?: break
      case nil: all[mitigation.subject].openMitigations.append(mitigation.name)
      }
    }
    for subject in all.indices {
      all[subject].drift = drift(
        of: all[subject], earlier: options.recordedBy, version: options.version,
        isStopped: isStopped)
      all[subject].cliffs = await cliffs(
        of: all[subject], jobs: options.jobs, version: options.version, isStopped: isStopped)
    }
    return all
  }

  private init(subject: CheckSubject, seedsAsked: Int, firstSeed: UInt64) {
    self.subject = subject
    self.seedsAsked = seedsAsked
    self.firstSeed = firstSeed
  }

  // MARK: Pieces of work

  private struct Piece: Sendable {
    let subject: Int
    /// Number of the seed; nil: the golden run.
    let seed: Int?
  }

  private struct Finished: Sendable {
    let record: RunRecord
    let wasRepeated: Bool
    let nondeterminism: Nondeterminism?
  }

  private static func pieces(of subjects: [CheckSubject], seeds: Int) -> [Piece] {
    subjects.indices.filter { subjects[$0].golden?.scale != nil }
      .map { Piece(subject: $0, seed: nil) }
      + (0..<seeds).flatMap { seed in
        subjects.indices.map { Piece(subject: $0, seed: seed) }
      }
  }

  /// - Returns: Nil when stopped.
  private static func finish(
    _ piece: Piece, of subject: CheckSubject, from first: UInt64, version: String,
    begin: Begin, isStopped: () -> Bool
  ) -> Finished? {
    guard let number = piece.seed else {
      guard let scale = subject.golden?.scale, let scenario = try? subject.plain(scale: scale)
      else { return nil }
      let seed = scenario.header.seed
      return complete(
        begin(scenario, seed, 0), until: scenario.header.end, version: version, isStopped
      ).map { Finished(record: $0.record, wasRepeated: false, nondeterminism: nil) }
    }
    let (scenario, seed) = (subject.scenario, first &+ UInt64(number))
    let patches = subject.patches.map(\.description)
    func run(_ time: Int) -> (run: OngoingRun, record: RunRecord)? {
      complete(
        begin(scenario, seed, time), until: subject.until, patches: patches, version: version,
        isStopped)
    }
    guard let once = run(0) else { return nil }
    guard number % repeatInterval == 0 else {
      return Finished(record: once.record, wasRepeated: false, nondeterminism: nil)
    }
    guard let again = run(1) else { return nil }
    return Finished(
      record: once.record, wasRepeated: true,
      nondeterminism: .between(
        once, again, until: subject.until, begin: { begin(scenario, seed, $0) }))
  }

  /// - Returns: The run at its end, and what is kept of its record; nil when stopped.
  static func complete(
    _ run: OngoingRun, until: Instant, patches: [String] = [], version: String,
    _ isStopped: () -> Bool
  ) -> (run: OngoingRun, record: RunRecord)? {
    var run = run
    let end = run.advance(to: until, isStopped: isStopped)
    guard end != .stopped else { return nil }
    var record = Replay.record(of: run, patches: patches, end: end, version: version)
    // Hundreds of runs are kept.
    record.series = []
    record.assumptions = []
    record.timeline = []
    return (run, record)
  }

  private mutating func add(_ finished: Finished, of piece: Piece) {
    guard piece.seed != nil else {
      golden = finished.record
      return
    }
    records.append(finished.record)
    if finished.wasRepeated { repeated += 1 }
    if let found = finished.nondeterminism { nondeterminism.append(found) }
  }
}
