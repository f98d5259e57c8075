import SimulationKernel
import Testing

@Suite("Duration")
struct DurationTests {
  @Test(
    "A span has one text",
    arguments: [
      (0, "0s"), (5, "5ns"), (999, "999ns"), (1_000, "1us"), (20_000, "20us"), (1_500, "1.5us"),
      (250_000_000, "250ms"), (999_999_999, "999.999999ms"), (1_500_000_000, "1.5s"),
      (41_250_000_000, "41.25s"), (90_000_000_000, "90s"), (86_400_000_000_000, "86400s"),
      (1_000_000_001, "1.000000001s"), (-3, "-3ns"), (-1_500_000_000, "-1.5s"),
      (.max, "9223372036.854775807s"), (.min, "-9223372036.854775808s"),
    ] as [(Int64, String)])
  func describes(nanoseconds: Int64, text: String) {
    #expect(Duration(nanoseconds: nanoseconds).description == text)
    #expect(Duration(parsing: text) == Duration(nanoseconds: nanoseconds))
  }

  @Test(
    "Scenario texts are read exactly",
    arguments: [
      ("60s", 60_000_000_000), ("10m", 600_000_000_000), ("1h", 3_600_000_000_000),
      ("2h30m", 9_000_000_000_000), ("1d", 86_400_000_000_000), ("1.5h", 5_400_000_000_000),
      ("1d2h3m4s5ms6us7ns", 93_784_005_006_007), ("0.1s", 100_000_000), ("1m0.5s", 60_500_000_000),
      ("0.000000001s", 1), ("1.500000000000000000000000s", 1_500_000_000), ("007ms", 7_000_000),
      ("0.00001157407407407407407s", nil), ("-2h30m", -9_000_000_000_000), ("-0s", 0),
      ("106751d", 9_223_286_400_000_000_000),
    ] as [(String, Int64?)])
  func reads(text: String, nanoseconds: Int64?) {
    #expect(Duration(parsing: text)?.nanoseconds == nanoseconds)
    #expect(Duration(parsing: "<\(text)>".dropFirst().dropLast())?.nanoseconds == nanoseconds)
  }

  @Test(
    "What is not wholly a span is not read",
    arguments: [
      "", "-", "s", "5", "5 s", " 5s", "5s ", "+5s", "--5s", ".5s", "5.s", "1.5", "1.5.5s", "5S",
      "5sec", "5s5s", "5s1m", "1ms1s", "1.5h30m", "0.5ns", "0.0000000001s", "1e9s", "5\u{661}s",
      "٥s", "5s\0", "9223372036.854775808s", "-9223372036.854775809s", "106752d",
      "18446744073709551616ns", "99999999999999999999999999s", "18446744073709551615d",
      "1.0000000000000000001s", "-", "1h-5m", "nan", "inf", "0x5s", "µs", "5µ",
    ])
  func refuses(text: String) {
    #expect(Duration(parsing: text) == nil)
    #expect(Duration(text) == nil)
  }

  @Test("Any span is read back from its text")
  func roundTrips() {
    var random = TestRandom(seed: 1)
    for _ in 0..<20_000 {
      // All lengths of number, and many with few digits that are not zero.
      var nanoseconds = Int64(bitPattern: random.next()) >> Int64(random.below(64))
      if random.below(2) == 0 {
        for _ in 0..<random.below(12) where nanoseconds.magnitude < 1 << 58 { nanoseconds *= 10 }
      }
      let duration = Duration(nanoseconds: nanoseconds)
      #expect(Duration(parsing: duration.description) == duration, "\(nanoseconds)")
    }
  }

  @Test("Units are exact")
  func units() {
    #expect(Duration.microseconds(1) == .nanoseconds(1_000))
    #expect(Duration.milliseconds(1) == .microseconds(1_000))
    #expect(Duration.seconds(1) == .milliseconds(1_000))
    #expect(Duration.minutes(1) == .seconds(60))
    #expect(Duration.hours(1) == .minutes(60))
    #expect(Duration.days(1) == .hours(24))
    #expect(Duration.seconds(3).seconds == 3)
  }

  @Test("Arithmetic for text from outside says nil instead of overflowing")
  func checksArithmetic() {
    #expect(Duration.max.adding(.nanoseconds(1)) == nil)
    #expect(Duration.max.adding(.nanoseconds(-1)) == .nanoseconds(.max - 1))
    #expect(Duration.min.subtracting(.nanoseconds(1)) == nil)
    #expect(Duration.zero.subtracting(.min) == nil)
    #expect(Duration.hours(1).multiplied(by: 24) == .days(1))
    #expect(Duration.days(1).multiplied(by: 106_752) == nil)
    #expect(Duration.min.multiplied(by: -1) == nil)
    #expect(Instant.endOfTime.adding(.nanoseconds(1)) == nil)
    #expect(Instant.start.adding(.max) == .endOfTime)
  }

  @Test(
    "Seconds round to the nearest nanosecond, halves away from zero",
    arguments: [
      (1.5, 1_500_000_000), (-1.5, -1_500_000_000), (0.5e-9, 1), (-0.5e-9, -1), (0.4e-9, 0),
      (0.49999999999999994e-9, 0), (2.5e-9, 3), (9e9, 9_000_000_000_000_000_000), (1e10, nil),
      (.nan, nil), (.infinity, nil), (-.infinity, nil), (-0.0, 0), (1e-300, 0),
    ] as [(Double, Int64?)])
  func rounds(seconds: Double, nanoseconds: Int64?) {
    #expect(Duration(representableSeconds: seconds)?.nanoseconds == nanoseconds)
  }

  @Test("A sum that does not fit stops the run and says which")
  func stopsOnOverflow() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      print(Duration.max + .nanoseconds(7))
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("time fits 64 bits of nanoseconds: 9223372036854775807 + 7"))
  }

  @Test("A product that does not fit stops the run")
  func stopsOnProduct() async {
    await #expect(processExitsWith: .failure) { print(Duration.days(200_000)) }
  }
}
