import Scenarios
import SimulationKernel
import Testing

@Suite("ParameterFormat")
struct ParameterFormatTests {
  enum Policy: String, CaseIterable, Sendable { case managedGroup, horizontalPod, off }
  enum Phase: String, CaseIterable, Sendable { case perNode }

  /// One message for one wrong value of a parameter `x`, with the help behind it.
  private func message(
    _ value: String, _ body: (inout ParameterReader) -> Void
  ) throws -> String {
    var reader = ParameterReader(try ScenarioDocument(name: "s", text: "{\"x\": \(value)}"))
    body(&reader)
    do throws(ScenarioErrors) {
      try reader.finish()
      return "none"
    } catch {
      return error.errors.map { "\($0.message)\($0.help.map { " [\($0)]" } ?? "")" }
        .joined(separator: "; ")
    }
  }

  @Test(
    "A wrong duration says what is expected",
    arguments: [
      ("10", "'x' takes a duration, not the number 10 [write a unit, such as \"10s\"]"),
      ("\"10\"", "'x' takes a duration, not the text '10' [write a unit, such as \"60s\"]"),
      ("true", "'x' takes a duration, not true [such as \"60s\"]"),
      ("\"10 sec\"", "'x' has the unknown unit ' sec' [units are ns, us, ms, s, m, h, d]"),
      (
        "\"soon\"",
        "'x' takes a duration, not the text 'soon' [a number and a unit of ns, us, ms, s, m, h, d]"
      ),
      ("\"4s\"", "'x' is 4s; allowed: 5s to 20s"),
      ("\"20001ms\"", "'x' is 20001ms; allowed: 5s to 20s"),
      ("\"1e99s\"", "'x' is '1e99s', too large"),
      ("\"0.1ns\"", "'x' is '0.1ns', finer than a nanosecond"),
      ("[1]", "'x' takes a duration, not a list [such as \"60s\"]"),
      ("null", "none"), ("\"5s\"", "none"), ("\"20s\"", "none"),
    ])
  func explainsDurations(value: String, expected: String) throws {
    let found = try message(value) { reader in
      let read = reader.duration(
        "x", default: .seconds(10), in: .seconds(5) ... .seconds(20), .operations, "X.")
      // A wrong value is replaced by the default, so that what follows makes sense.
      #expect(expected == "none" || read == .seconds(10))
    }
    #expect(found == expected)
  }

  @Test(
    "A wrong whole number says what is expected",
    arguments: [
      ("0", "'x' is 0 nodes; allowed: 1 to 9 nodes"),
      ("10", "'x' is 10 nodes; allowed: 1 to 9 nodes"),
      ("1.5", "'x' takes a whole number, not the number 1.5"),
      ("1e999999999", "'x' is 1e999999999, which 64 bits do not hold"),
      ("\"3\"", "'x' takes a whole number, not the text '3' [leave out the quotes: 3]"),
      ("1e-400", "'x' takes a whole number, not the number 1e-400"), ("9.0", "none"),
    ])
  func explainsIntegers(value: String, expected: String) throws {
    let found = try message(value) { reader in
      _ = reader.integer("x", default: 5, in: 1...9, unit: "nodes", .operations, "X.")
    }
    #expect(found == expected)
  }

  @Test(
    "A wrong rate, share, probability, scale, choice, clock or number says what is expected",
    arguments: [
      ("rate", "4000", "'x' takes a rate, not the number 4000 [write a unit, such as \"4000/s\"]"),
      (
        "rate", "\"4000\"",
        "'x' takes a rate, not the text '4000' [write a unit, such as \"4000/s\"]"
      ),
      ("rate", "\"4/week\"", "'x' has the unknown unit '/week' [units are /s, /m, /h, /d]"),
      ("rate", "\"-1/s\"", "'x' is -1/s; allowed: at least 0/s"),
      ("rate", "\"1e999/s\"", "'x' is '1e999/s', beyond what a double holds"),
      ("share", "\"150%\"", "'x' is 150%; allowed: 0% to 100%"),
      ("share", "-0.1", "'x' is -10%; allowed: 0% to 100%"),
      ("share", "\"half\"", "'x' takes a share, not the text 'half' [such as \"50%\" or 0.5]"),
      (
        "share", "\"5 %\"",
        "'x' has the unknown unit ' %' [write a percentage such as \"50%\", or a number such as 0.5]"
      ),
      ("probability", "2", "'x' is 2; allowed: 0 to 1"),
      ("probability", "-0.5", "'x' is '-0.5', below zero"),
      (
        "probability", "1e-30",
        "'x' is '1e-30', which is no fraction of 64-bit numbers [19 decimal places are the limit]"
      ),
      (
        "probability", "1e-400",
        "'x' is '1e-400', which is no fraction of 64-bit numbers [19 decimal places are the limit]"
      ),
      ("scale", "\"1/0\"", "'x' takes a scale, not the text '1/0' [such as \"1/10\"]"),
      ("scale", "\"-1/2\"", "'x' takes a scale, not the text '-1/2' [such as \"1/10\"]"),
      ("scale", "0", "'x' is 0; allowed: 1/100 to 1"),
      (
        "choice", "\"managedgroup\"",
        "'x' cannot be 'managedgroup' [did you mean 'managedGroup'? allowed: managedGroup, horizontalPod, off]"
      ),
      (
        "choice", "3",
        "'x' takes a word, not the number 3 [allowed: managedGroup, horizontalPod, off]"
      ),
      ("phase", "\"1s\"", "'x' is 1s; allowed: 0s to 999ms"),
      (
        "phase", "\"perNod\"",
        "'x' cannot be 'perNod' [did you mean 'perNode'? allowed: perNode, or a duration]"
      ),
      (
        "clock", "\"25:00:00\"",
        "'x' takes a clock time, not the text '25:00:00' [such as \"14:18:00\", or \"1d 00:30:00\" on the next day]"
      ),
      ("clock", "\"11:00\"", "'x' is 11:00:00; allowed: 12:00:00 to 13:00:00"),
      ("number", "1e999999999", "'x' is '1e999999999', beyond what a double holds"),
      ("number", "\"1\"", "'x' takes a number, not the text '1' [leave out the quotes: 1]"),
      ("flag", "\"true\"", "'x' takes true or false, not the text 'true'"),
      ("text", "1", "'x' takes text, not the number 1 [text is written in double quotes]"),
      ("required", "null", "'x' is missing: X."), ("optional", "null", "none"),
      ("rate", "\"30/h\"", "none"), ("share", "\"0.5%\"", "none"), ("probability", "1e-19", "none"),
    ])
  func explainsOthers(kind: String, value: String, expected: String) throws {
    let found = try message(value) { reader in
      switch kind {
      case "rate": _ = reader.rate("x", default: 1, .operations, "X.")
      case "share": _ = reader.share("x", default: 0, .operations, "X.")
      case "probability": _ = reader.probability("x", default: .zero, .operations, "X.")
      case "scale":
        _ = reader.scale("x", default: .one, in: .oneIn(100) ... .one, .operations, "X.")
      case "choice": _ = reader.choice("x", default: Policy.off, .operations, "X.")
      case "phase":
        _ = reader.choiceOrDuration(
          "x", default: .choice(Phase.perNode), in: .zero ... .milliseconds(999), .operations, "X.")
      case "clock":
        let noon = Instant.start + .hours(12)
        _ = reader.clock("x", default: noon, in: noon...(noon + .hours(1)), .operations, "X.")
      case "number": _ = reader.number("x", default: 0, .operations, "X.")
      case "flag": _ = reader.flag("x", default: false, .operations, "X.")
      case "text": _ = reader.text("x", default: "", .operations, "X.")
      case "required": _ = reader.required("x", as: .duration, .operations, "X.")
      default: _ = reader.optional("x", as: .duration, .operations, "X.")
      }
    }
    #expect(found == expected)
  }

  @Test(
    "A printed value reads back as the same",
    arguments: [
      0, 1, 4_000, 2.5, 1.0 / 60, 1.0 / 3_600, 30.0 / 3_600, 0.1, 1e-9, 1e18, 0.123456789,
    ])
  func printsRates(rate: Double) throws {
    var reader = ParameterReader.describing()
    _ = reader.rate("x", default: rate, .operations, "X.")
    _ = reader.share("y", default: min(1, rate), .operations, "Y.")
    let texts = reader.declarations.map(\.valueText)
    let text = "{\"x\": \"\(texts[0])\", \"y\": \"\(texts[1])\"}"
    var again = ParameterReader(try ScenarioDocument(name: "s", text: text))
    let read = again.rate("x", default: 7, .operations, "X.")
    let share = again.share("y", default: 0.7, .operations, "Y.")
    try again.finish()
    #expect(read == rate, "\(texts[0])")
    #expect(share == min(1, rate), "\(texts[1])")
  }
}
