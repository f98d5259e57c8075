import Experiments
import Observation
import Scenarios
import SimulationKernel
import Systems

/// An explanation for programs: `hindsight.explain/1`.
///
/// Sorted keys, no NaN, nothing of the wall clock or the machine. A key of this schema is never renamed
/// or dropped; more may come.
public enum ExplainJSON {
  /// The explanation as a value: the chain event by event, and all groups of effects.
  public static func value(of explanation: Explanation) -> JSONValue {
    let words = CauseWords(names: explanation.names)
    let (heading, details) = words.question(of: explanation)
    return .object([
      "schema": "hindsight.explain/1",
      "scenario": .string(explanation.scenario), "version": .string(explanation.version),
      "seed": .unsigned(explanation.seed), "scale": .string(explanation.scale),
      "patches": .array(explanation.patches.map { .string($0) }),
      "events": .unsigned(explanation.events), "digest": .string(explanation.digest.description),
      "until": .string(explanation.reached.description),
      "question": [
        "kind": .string(kind(of: explanation.question)), "text": .string(heading),
        "details": .array(details.map { .string($0) }),
      ],
      "firstCause": explanation.chain.map { .string(words.firstCause(of: $0)) } ?? .null,
      "chain": explanation.chain.map { chain in
        .array(chain.links.map { link(of: $0, words) })
      } ?? .null,
      "effects": explanation.effects.map { effects(of: $0, words) } ?? .null,
    ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of explanation: Explanation) -> String {
    JSONWriter.pretty(value(of: explanation)) + "\n"
  }

  private static func kind(of question: Explanation.Question) -> String {
    switch question {
    case .fact: "fact"
    case .invariant: "invariant"
    case .subject(let subject): "\(subject.sort)"
    case .client: "client"
    case .cause(let subject): "\(subject.sort)"
    }
  }

  private static func moment(
    _ moment: CauseChain.Moment, _ words: CauseWords
  ) -> [(key: String, value: JSONValue)] {
    let occurrence = moment.occurrence
    return [
      (key: "event", value: .unsigned(UInt64(moment.number))),
      (key: "at", value: .string(moment.time.description)),
      (key: "kind", value: .string("\(occurrence.kind)")),
      (key: "subject", value: .string(words.names.name(occurrence.subject))),
      (key: "text", value: .string(words.sentence(occurrence))),
    ]
  }

  private static func link(of link: CauseChain.Link, _ words: CauseWords) -> JSONValue {
    .object(
      moment(link.moment, words) + [
        (key: "letInBy", value: link.letInBy.map { .object(moment($0, words)) } ?? .null),
        (key: "also", value: link.also.map { .object(moment($0, words)) } ?? .null),
        (
          key: "fault",
          value: link.fault.map {
            .string(words.names.name(Occurrence.Subject(.fault, $0)))
          } ?? .null
        ),
      ])
  }

  private static func effects(of effects: CauseEffects, _ words: CauseWords) -> JSONValue {
    [
      "causes": .array(effects.causes.map { .object(moment($0, words)) }),
      "events": .integer(Int64(effects.events)),
      "groups": .array(
        effects.groups.map { group in
          [
            "sort": .string("\(group.sort)"), "members": .integer(Int64(group.count)),
            "examples": .array(group.examples.map { .string(words.names.name($0)) }),
            "happened": .array(
              group.happenings.map { happening in
                [
                  "kind": .string("\(happening.kind)"),
                  "text": .string(words.words(happening, of: group)),
                  "notable": .bool(happening.kind.isNotable),
                  "members": .integer(Int64(happening.members)),
                  "total": .integer(Int64(happening.total)),
                  "least": .integer(Int64(happening.least)),
                  "most": .integer(Int64(happening.most)),
                  "first": .string(happening.first.description),
                  "last": .string(happening.last.description),
                  "longest": .string(happening.longest.description),
                ]
              }),
          ]
        }),
    ]
  }
}
