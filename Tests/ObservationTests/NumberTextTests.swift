import Testing

@testable import Observation

@Suite("NumberText")
struct NumberTextTests {
  @Test(
    "A number is written by what it counts",
    arguments: [
      (9_812_300, MetricUnit.users, "9,812,300"), (245, .nodes, "245"), (0, .count, "0"),
      (1_234.6, .count, "1,235"), (-1_234.6, .count, "-1,235"), (-0.2, .count, "0"),
      (999_999, .userMinutes, "999,999 user-min"), (1_234_567, .userMinutes, "1.23 M user-min"),
      (303_200_070.5, .userMinutes, "303.2 M user-min"), (35.1666, .minutes, "35.2 min"),
      (0.75, .seconds, "0.75 s"), (0.0004, .seconds, "0 s"), (1.5, .seconds, "1.5 s"),
      (120.4, .seconds, "120 s"), (0.523, .share, "52.3%"), (1, .share, "100%"),
      (1.3549, .ratio, "1.35"), (51_506.9, .clock, "14:18:26"), (90_000, .clock, "1d 01:00:00"),
      (1e30, .count, "1e+30"), (.infinity, .minutes, "inf min"), (4000, .perSecond, "4,000/s"),
    ] as [(Double, MetricUnit, String)])
  func isWritten(value: Double, unit: MetricUnit, text: String) {
    #expect(NumberText.text(value, unit) == text)
  }
}
