import Foundation
import Reports
import SimulationKernel
import Testing

@Suite("FileClock")
struct FileClockTests {
  @Test(
    "A day is read with its distance from UTC",
    arguments: [
      ("2020-03-16", 1_584_316_800, "Z"), ("2020-03-16Z", 1_584_316_800, "Z"),
      ("2020-03-16-07:00", 1_584_342_000, "-07:00"), ("2020-03-16+05:30", 1_584_297_000, "+05:30"),
      ("1970-01-01", 0, "Z"), ("2000-02-29", 951_782_400, "Z"), ("2199-12-31", 7_258_032_000, "Z"),
    ] as [(String, Int64, String)])
  func days(text: String, midnight: Int64, zone: String) throws {
    let clock = try #require(FileClock(parsing: text))
    #expect(clock.midnight == midnight && clock.zone == zone && clock.isDated)
    #expect(clock.timestamp(of: .start) == text.prefix(10) + "T00:00:00" + zone)
  }

  @Test(
    "What is no day is refused",
    arguments: [
      "", "2020", "2020-3-16", "2020-02-30", "2100-02-29", "2020-13-01", "2020-00-10", "2020-01-00",
      "1969-12-31", "2200-01-01", "2020-03-16-7:00", "2020-03-16-07", "2020-03-16-15:00",
      "2020-03-16 07:00", "2020-03-16z", "+020-03-16", "1970-01-01+01:00", "2020-03-16-07:60",
    ])
  func refuses(text: String) {
    #expect(FileClock(parsing: text) == nil)
  }

  @Test(
    "The day in a scenario's name is taken for UTC",
    arguments: [
      ("discord-2020-03-16", 1_584_316_800), ("2020-03-16", 1_584_316_800), ("quiet-day", nil),
      ("a-2020-02-30", nil), ("a-12020-03-16", nil), ("a-2020-03-160", nil), ("", nil),
      ("2020-99-99-2020-03-16", 1_584_316_800),
    ] as [(String, Int64?)])
  func names(name: String, midnight: Int64?) {
    let clock = FileClock(scenario: name)
    #expect(clock.isDated == (midnight != nil))
    #expect(clock.midnight == midnight ?? 0)
  }

  @Test("Time stamps are those of the calendar, on every day from 1970 to 2199")
  func calendar() throws {
    let formatter = ISO8601DateFormatter()
    for day in stride(from: 0, to: 84_006, by: 7) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let text = formatter.string(from: date)
      let clock = try #require(FileClock(parsing: String(text.prefix(10))))
      #expect(clock.timestamp(of: .start) == text)
      #expect(clock.midnight == Int64(day) * 86_400)
    }
  }

  @Test("Parts of a second and days after the first are counted")
  func instants() throws {
    let clock = try #require(FileClock(parsing: "2020-03-16-07:00"))
    let instant = Instant.start + .seconds(24 * 3_600 + 61) + .milliseconds(250)
    #expect(clock.timestamp(of: instant) == "2020-03-17T00:01:01.25-07:00")
    #expect(clock.unixNanoseconds(of: instant) == 1_584_428_461_250_000_000)
    // The latest instant and the latest midnight do not overflow.
    let last = try #require(FileClock(parsing: "2199-12-31-14:00"))
    #expect(last.unixNanoseconds(of: .endOfTime) > UInt64(Int64.max))
    #expect(FileClock.undated.timestamp(of: .start) == "1970-01-01T00:00:00Z")
  }
}
