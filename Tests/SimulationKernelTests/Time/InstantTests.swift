import SimulationKernel
import Testing

@Suite("Instant")
struct InstantTests {
  @Test(
    "An instant reads as a time of day",
    arguments: [
      (0, "00:00:00"), (51_480_000_000_000, "14:18:00"), (51_480_120_000_000, "14:18:00.12"),
      (1, "00:00:00.000000001"), (86_399_999_999_999, "23:59:59.999999999"),
      (86_400_000_000_000, "1d 00:00:00"), (93_784_000_000_000, "1d 02:03:04"),
      (.max, "106751d 23:47:16.854775807"),
    ] as [(Int64, String)])
  func describes(nanoseconds: Int64, text: String) {
    #expect(Instant(nanoseconds: nanoseconds).description == text)
    #expect(Instant(parsing: text) == Instant(nanoseconds: nanoseconds))
  }

  @Test(
    "Scenario texts are read exactly",
    arguments: [
      ("14:18", 51_480_000_000_000), ("14:18:00.125", 51_480_125_000_000), ("00:00", 0),
      ("23:59", 86_340_000_000_000), ("0d 00:10:00", 600_000_000_000),
      ("1d 00:10", 87_000_000_000_000), ("14:18:00.1200", 51_480_120_000_000),
    ] as [(String, Int64)])
  func reads(text: String, nanoseconds: Int64) {
    #expect(Instant(parsing: text)?.nanoseconds == nanoseconds)
    #expect(Instant(parsing: "<\(text)>".dropFirst().dropLast())?.nanoseconds == nanoseconds)
  }

  @Test(
    "What is not wholly a time is not read",
    arguments: [
      "", "14", "14:", "14:1", "4:18", "014:18", "24:00", "14:60", "14:18:60", "14:18:", "14:18:0",
      "14:18:000", "14:18:00.", "14:18:00.0000000001", "14:18.5", " 14:18", "14:18 ", "-14:18",
      "+14:18", "14:18:00:00", "1d", "1d ", "1d14:18", "1d  14:18", "-1d 14:18", "1d 24:00",
      "14-18", "14：18", "1.5d 00:00", "106751d 23:47:16.854775808", "106752d 00:00",
      "18446744073709551615d 00:00", "99999999999999999999999d 00:00", "14:18:5.5",
    ])
  func refuses(text: String) {
    #expect(Instant(parsing: text) == nil)
    #expect(Instant(text) == nil)
  }

  @Test("Any instant is read back from its text")
  func roundTrips() {
    var random = TestRandom(seed: 2)
    for _ in 0..<20_000 {
      let nanoseconds = Int64(bitPattern: random.next() >> (1 + random.below(63)))
      let instant = Instant(nanoseconds: nanoseconds)
      #expect(Instant(parsing: instant.description) == instant, "\(nanoseconds)")
    }
  }

  @Test("Instants and spans add up")
  func addsUp() {
    var instant = Instant.start + .hours(14)
    instant += .minutes(18)
    #expect(instant == Instant(parsing: "14:18"))
    #expect(instant.elapsed(since: .start) == .minutes(858))
    #expect(instant - .minutes(18) == .start + .hours(14))
    instant -= .hours(14)
    #expect(instant.description == "00:18:00")
  }

  @Test("The instant after the end of time stops the run")
  func stopsAtTheEnd() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      print(Instant.endOfTime + .nanoseconds(1))
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("time fits 64 bits of nanoseconds: 9223372036854775807 + 1"))
  }
}
