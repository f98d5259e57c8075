import Experiments
import Scenarios

/// The throttle that would have been best, for programs: `hindsight.optimise/1`.
///
/// Sorted keys, no NaN, nothing of the wall clock, the machine or the number of jobs.
public enum ThrottleSearchJSON {
  public static func value(of search: ThrottleSearch, patches: [String]) -> JSONValue {
    let difference = search.difference
    return .object([
      "schema": "hindsight.optimise/1",
      "scenario": .string(search.header.name),
      "version": .string(search.version),
      "patches": .array(patches.map { .string($0) }),
      "scale": .string(search.header.scale.description),
      "setting": .string(search.setting),
      "seed": .unsigned(search.firstSeed),
      "evaluations": .integer(Int64(search.evaluations)),
      "searchSeeds": .integer(Int64(search.options.searchSeeds)),
      "seeds": .integer(Int64(search.best.lost.count)),
      "incomplete": .bool(search.isIncomplete),
      "feasible": feasible(search.best.feasibility),
      "human": judgement(search.human),
      "best": judgement(search.best),
      "difference": [
        "mean": .number(difference.difference),
        "low": difference.interval.map { .number($0.lowerBound) } ?? .null,
        "high": difference.interval.map { .number($0.upperBound) } ?? .null,
        "correlation": difference.correlation.map { .number($0) } ?? .null,
      ],
    ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of search: ThrottleSearch, patches: [String]) -> String {
    JSONWriter.pretty(value(of: search, patches: patches)) + "\n"
  }

  /// Null where the seeds are too few to tell.
  private static func feasible(_ feasibility: ThrottleSearch.Feasibility) -> JSONValue {
    switch feasibility {
    case .met: true
    case .violated: false
    case .unproven: .null
    }
  }

  private static func judgement(_ judgement: ThrottleSearch.Judgement) -> JSONValue {
    let interval = judgement.resaturated.interval()
    return [
      "knees": knees(of: judgement.ramp),
      "lost": .number(SampleMoments(judgement.lost).mean),
      "resaturated": [
        "seeds": .integer(Int64(judgement.resaturated.successes)),
        "low": .number(interval.lowerBound), "high": .number(interval.upperBound),
        "bound": .number(judgement.resaturated.upperBound()),
      ],
      "sessionsResaturated": .integer(Int64(judgement.sessionsResaturated)),
      "guildsResaturated": .integer(Int64(judgement.guildsResaturated)),
      "feasible": feasible(judgement.feasibility),
    ]
  }

  /// What a search that was interrupted had found: the same schema, where nothing is judged.
  public static func text(of interim: ThrottleSearch.Interim, patches: [String]) -> String {
    let value = JSONValue.object([
      "schema": "hindsight.optimise/1",
      "scenario": .string(interim.header.name),
      "version": .string(interim.version),
      "patches": .array(patches.map { .string($0) }),
      "scale": .string(interim.header.scale.description),
      "setting": .string(interim.setting),
      "seed": .unsigned(interim.firstSeed),
      "evaluations": .integer(Int64(interim.evaluations)),
      "searchSeeds": .integer(Int64(interim.searchSeeds)),
      "seeds": .integer(0),
      "incomplete": true,
      "feasible": interim.isFeasible ? .null : false,
      "best": [
        "knees": knees(of: interim.ramp), "lost": .number(interim.lost),
      ],
      "human": .null,
      "difference": .null,
    ])
    return JSONWriter.pretty(value) + "\n"
  }

  private static func knees(of ramp: ThrottleRamp) -> JSONValue {
    .array(ramp.knees.map { ["at": .string($0.at.description), "rate": .number($0.rate)] })
  }
}
