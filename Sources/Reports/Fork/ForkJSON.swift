import Experiments
import Observation
import Scenarios
import SimulationKernel

/// A fork for programs: `hindsight.fork/1`.
///
/// Sorted keys, no NaN, nothing of the wall clock, the machine or the number of jobs. A key of this
/// schema is never renamed or dropped; more may come.
public enum ForkJSON {
  /// The report as a value.
  ///
  /// - Parameters:
  ///   - fork: What to report.
  ///   - step: From one value of a series to the next; nil: about twelve of them.
  /// - Returns: An object.
  public static func value(of fork: Fork, step: Duration? = nil) -> JSONValue {
    let step = fork.rounded(step ?? ForkText.niceStep(fork.until - fork.at, rows: 12))
    let courses = fork.courses(every: step)
    let record = fork.baseline
    return .object([
      "schema": "hindsight.fork/1",
      "scenario": .string(record.scenario), "version": .string(record.version),
      "seed": .unsigned(record.seed), "scale": .string(record.scale),
      "patches": .array(record.patches.map { .string($0) }),
      "at": .string(fork.at.description),
      "condition": fork.condition.map { .string($0) } ?? .null,
      "until": .string(fork.until.description), "step": .string(step.description),
      "prefix": [
        "events": .unsigned(fork.prefixEvents), "saved": .unsigned(fork.savedEvents),
      ],
      "baseline": .object(
        run(record)
          + [(key: "series", value: series(courses) { $0.baseline })]),
      "futures": .array(
        fork.futures.enumerated().map { index, future in
          .object(
            run(future.record) + [
              (key: "name", value: .string(future.name)),
              (key: "summary", value: .string(future.summary)),
              (key: "patches", value: .array(future.patches.map { .string($0) })),
              (key: "differences", value: differences(future.record, record)),
              (key: "first", value: difference(future.difference)),
              (
                key: "series",
                value: series(courses, less: \.baseline) { $0.futures[index] }
              ),
            ])
        }),
      "refused": .array(
        fork.refusals.map {
          [
            "name": .string($0.name), "reason": .string($0.reason), "late": .bool($0.isLate),
          ]
        }),
    ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of fork: Fork, step: Duration? = nil) -> String {
    JSONWriter.pretty(value(of: fork, step: step)) + "\n"
  }

  private static func run(_ record: RunRecord) -> [(key: String, value: JSONValue)] {
    [
      (key: "digest", value: .string(record.digest.description)),
      (key: "events", value: .unsigned(record.events)),
      (key: "end", value: .string(RunEnd(record.end).rawValue)),
      (
        key: "metrics",
        value: .object(record.metrics.all.map { (key: $0.name, value: .number($0.value)) })
      ),
    ]
  }

  /// Of the metrics that both have.
  private static func differences(_ record: RunRecord, _ baseline: RunRecord) -> JSONValue {
    .object(
      record.metrics.all.compactMap { metric in
        baseline.metrics[metric.name].map {
          (key: metric.name, value: .number(metric.value - $0))
        }
      })
  }

  private static func difference(_ difference: EventDifference?) -> JSONValue {
    guard let difference else { return .null }
    func side(_ occurrence: EventDifference.Occurrence?) -> JSONValue {
      guard let occurrence else { return .null }
      return ["at": .string(occurrence.time.description), "event": .string(occurrence.event)]
    }
    return [
      "after": .unsigned(difference.index), "baseline": side(difference.left),
      "future": side(difference.right),
    ]
  }

  private static func series(
    _ courses: [Fork.Course], less usual: ((Fork.Course) -> [Double])? = nil,
    _ values: (Fork.Course) -> [Double]
  ) -> JSONValue {
    .object(
      courses.map { course in
        let differences = usual.map { usual in
          JSONValue.array(zip(values(course), usual(course)).map { .number($0 - $1) })
        }
        return (
          key: course.name,
          value: .object([
            "unit": .string(course.unit.rawValue),
            "values": .array(values(course).map { .number($0) }),
            "differences": differences,
          ])
        )
      })
  }
}
