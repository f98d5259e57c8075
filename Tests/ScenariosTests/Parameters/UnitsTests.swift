import SimulationKernel
import Testing

@testable import Scenarios

@Suite("Units")
struct UnitsTests {
  @Test(
    "Durations are exact",
    arguments: [
      ("0s", 0), ("5ns", 5), ("20us", 20_000), ("20µs", 20_000), ("20μs", 20_000),
      ("250ms", 250_000_000), ("1.5s", 1_500_000_000), ("60s", 60_000_000_000),
      ("10m", 600_000_000_000), ("1h", 3_600_000_000_000), ("1d", 86_400_000_000_000),
      ("-2s", -2_000_000_000), ("-0s", 0), ("0.000000001s", 1), ("1e3ms", 1_000_000_000),
      ("41.25s", 41_250_000_000), ("9223372036854775807ns", .max),
      ("-9223372036854775808ns", .min), ("0e999999999999s", 0), ("1e-9s", 1),
      ("100000000000000000000e-20s", 1_000_000_000), ("0.0009765625d", 84_375_000_000),
    ] as [(String, Int64)])
  func readsDurations(text: String, nanoseconds: Int64) throws {
    #expect(try Units.duration(text) == Duration(nanoseconds: nanoseconds))
  }

  @Test(
    "What is not a duration says why",
    arguments: [
      ("", "malformed"), ("s", "malformed"), ("60", "missingUnit"), ("1 s", "unknownUnit"),
      ("1sec", "unknownUnit"), ("1S", "unknownUnit"), ("1m30s", "unknownUnit"),
      ("007s", "malformed"), ("+1s", "malformed"), (".5s", "malformed"),
      ("1e999999999s", "tooLarge"),
      ("9223372036854775808ns", "tooLarge"), ("-9223372036854775809ns", "tooLarge"),
      ("1e-400s", "tooFine"), ("0.5ns", "tooFine"), ("1e-999999999999999999999s", "tooFine"),
      ("106752d", "tooLarge"), ("0.12345678901234567890123456789s", "tooFine"),
      ("12345678901234567890123456789s", "tooLarge"), ("infs", "malformed"),
      ("0x10s", "unknownUnit"),
    ])
  func refusesDurations(text: String, failure: String) {
    do throws(Units.Failure) {
      let duration = try Units.duration(text)
      Issue.record("\(text) was read as \(duration)")
    } catch {
      #expect("\(error)".hasPrefix(failure), "\(text): \(error)")
    }
  }

  @Test("A printed duration reads back")
  func printsDurations() throws {
    for nanoseconds in [
      0, 1, 999, 1_000, 1_500_000, 60_000_000_000, 90_000_000_000, -5, .max, .min,
    ]
      as [Int64]
    {
      let duration = Duration(nanoseconds: nanoseconds)
      #expect(try Units.duration(Units.text(duration)) == duration)
    }
    #expect(Units.text(.seconds(90)) == "90s")
    #expect(Units.text(.seconds(120)) == "2m")
    #expect(Units.text(.milliseconds(1_500)) == "1500ms")
    #expect(Units.text(.zero) == "0s")
  }

  @Test(
    "Clock times count from midnight",
    arguments: [
      ("00:00:00", 0), ("14:18:00", 51_480_000_000_000), ("14:18", 51_480_000_000_000),
      ("9:05:01.25", 32_701_250_000_000), ("23:59:59.999999999", 86_399_999_999_999),
      ("1d 00:30:00", 88_200_000_000_000), ("0d 00:00:01", 1_000_000_000),
    ] as [(String, Int64)])
  func readsClocks(text: String, nanoseconds: Int64) throws {
    let instant = try Units.clock(text)
    #expect(instant == Instant(nanoseconds: nanoseconds))
    #expect(try Units.clock(Units.text(instant)) == instant)
  }

  @Test(
    "What is not a clock time is refused",
    arguments: [
      "", "14", "24:00:00", "14:60:00", "14:18:60", "14:18:0", "14:1:00", "-1:00:00", "14:18:00 ",
      "d 00:00:00", "1 00:00:00", "999999d 00:00:00", "106751d 23:59:59", "9999999d 00:00",
      "1d  00:00:00", "14:18:00.", "14:18:00.1234567891", "14:18:00:00", "١٤:18:00", "14:18:00.x",
      "+1:00", "1d1d 00:00",
    ])
  func refusesClocks(text: String) {
    #expect(throws: Units.Failure.self) { try Units.clock(text) }
  }
}
