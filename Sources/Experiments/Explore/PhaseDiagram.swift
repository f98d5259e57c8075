import Scenarios
import SimulationKernel

/// Where in the plane of two parameters an outage is likelier than not, and how long recovery takes
/// there.
public struct PhaseDiagram: Sendable {
  /// One direction of the plane.
  public struct Axis: Sendable, Equatable {
    public let path: String
    /// As a scenario would have them, in the order in which they are walked.
    public let values: [String]

    /// - Precondition: There are two values at least.
    public init(path: String, values: [String]) {
      precondition(values.count >= 2, "an axis has two values: \(values)")
      self.path = path
      self.values = values
    }

    /// So many values of a span, from end to end.
    public init(_ span: ParameterSpan, count: Int) {
      self.init(path: span.path, values: span.values(count: count).map(span.text))
    }

    func set(_ place: Int) -> String { "\(path)=\(values[place])" }
  }

  /// What is known of one point.
  public struct Cell: Sendable, Equatable {
    public let outages: Proportion
    /// Whether an outage is likelier than not; nil where that is open.
    public let isOutage: Bool?
    /// Mean minutes until 99 % are served for good; nil where the point was not tried.
    public let recoveryMinutes: Double?
    /// Runs that had not recovered when they ended: with some, the mean is a lower bound.
    public let unrecovered: Int

    /// Whether its runs speak for themselves; otherwise what it is was taken from those around it.
    public var wasTried: Bool { outages.trials > 0 }
  }

  public let header: ScenarioHeader
  public let version: String
  public let patches: [String]
  public let until: Instant
  /// Across, from left to right.
  public let columns: Axis
  /// Up, from below.
  public let rows: Axis
  public let options: PhaseSearch.Options
  public let firstSeed: UInt64
  /// By row, from below; then by column.
  public let cells: [[Cell]]
  public let runs: Int
  public let events: UInt64
  /// Whether the budget ended it before the boundary was seen.
  public let isExhausted: Bool
  public let isInterrupted: Bool

  public var isIncomplete: Bool { isExhausted || isInterrupted }

  /// Points whose runs say on which side they are.
  public var certified: Int {
    cells.joined().count { $0.wasTried && $0.isOutage != nil }
  }

  /// Points that were tried and stay open.
  public var open: Int { cells.joined().count { $0.wasTried && $0.isOutage == nil } }

  /// Looks for the boundary.
  ///
  /// Each point has seeds of its own, which depend on nothing but the point: so what is seen at one
  /// cannot decide what is seen at another.
  ///
  /// - Parameters:
  ///   - columns: Across.
  ///   - rows: Up.
  ///   - trials: The scenario.
  ///   - options: How it is done.
  ///   - seed: The first; nil: the scenario's.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are; what is half done counts for nothing.
  ///   - progress: Is told the share of the work that is done, about.
  /// - Returns: The diagram, as far as it came.
  /// - Throws: What the scenario says against points of it.
  public static func search(
    columns: Axis, rows: Axis, of trials: ScenarioTrials,
    options: PhaseSearch.Options = PhaseSearch.Options(), from seed: UInt64? = nil, jobs: Int,
    isStopped: @escaping @Sendable () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) async throws(ScenarioErrors) -> PhaseDiagram {
    let first = seed ?? trials.header.seed
    let width = columns.values.count
    let points = width * rows.values.count
    var search = PhaseSearch(columns: width, rows: rows.values.count, options: options)
    var recoveries = [Recovery](repeating: Recovery(), count: points)
    var events: UInt64 = 0
    var isInterrupted = false
    while !search.next.isEmpty {
      let questions = search.next
      var batch: [ScenarioTrials.Trial] = []
      for question in questions {
        let sets = [columns.set(question.point % width), rows.set(question.point / width)]
        try trials.check(sets, of: ["--axis", "--axis"])
        batch += question.trials.map { .init(sets, seed: first &+ UInt64($0)) }
      }
      let done = search.trials
      let most = options.budget == .max ? points * options.trialsFirst : options.budget
      guard
        let outcomes = await trials.outcomes(
          of: batch, jobs: jobs, isStopped: isStopped,
          progress: { progress(min(1, Double(done + $0) / Double(most))) })
      else {
        isInterrupted = true
        break
      }
      var rest = outcomes[...]
      var successes: [Int] = []
      for question in questions {
        let own = rest.prefix(question.trials.count)
        rest = rest.dropFirst(own.count)
        successes.append(own.count(where: \.isOutage))
        for outcome in own {
          recoveries[question.point].add(outcome)
          events &+= outcome.events
        }
      }
      search.record(successes: successes)
    }
    let cells = (0..<rows.values.count).map { row in
      (0..<width).map { column in
        let point = row * width + column
        return Cell(
          outages: search.seen[point], isOutage: search.isAbove(point),
          recoveryMinutes: recoveries[point].mean, unrecovered: recoveries[point].unrecovered)
      }
    }
    return PhaseDiagram(
      header: trials.header, version: trials.version, patches: trials.patches,
      until: trials.until, columns: columns, rows: rows, options: options, firstSeed: first,
      cells: cells, runs: search.trials, events: events, isExhausted: search.isExhausted,
      isInterrupted: isInterrupted)
  }

  private struct Recovery {
    private var minutes = 0.0
    private var runs = 0
    private(set) var unrecovered = 0

    var mean: Double? { runs > 0 ? minutes / Double(runs) : nil }

    mutating func add(_ outcome: RunOutcome) {
      minutes += ComparisonMetric.recoveryMinutes.value(in: outcome)
      runs += 1
      if ComparisonMetric.isUnrecovered(outcome) { unrecovered += 1 }
    }
  }
}
