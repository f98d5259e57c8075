import SimulationKernel
import Testing

@testable import Systems

@Suite("LoadCurve")
struct LoadCurveTests {
  private static func point(_ hour: Int64, _ load: Double) -> LoadCurve.Point {
    LoadCurve.Point(at: .start + .hours(hour), load: load)
  }

  @Test("Between two points the load is a straight line")
  func interpolates() {
    let curve = LoadCurve([Self.point(4, 0.5), Self.point(12, 0.9), Self.point(20, 1.3)])
    #expect(curve.load(at: .start + .hours(4)) == 0.5)
    #expect(abs(curve.load(at: .start + .hours(8)) - 0.7) < 1e-12)
    #expect(abs(curve.load(at: .start + .hours(18)) - 1.2) < 1e-12)
  }

  @Test("From the last point to the first the line goes through midnight")
  func wraps() {
    let curve = LoadCurve([Self.point(4, 0.5), Self.point(20, 1.3)])
    // Eight hours from 20:00 to 04:00: a tenth of the load per hour.
    for (hour, load) in [(20, 1.3), (22, 1.1), (24, 0.9), (26, 0.7), (28, 0.5)] as [(Int64, Double)]
    {
      #expect(abs(curve.load(at: .start + .hours(hour)) - load) < 1e-12, "hour \(hour)")
      #expect(abs(curve.load(at: .start + .hours(hour + 72)) - load) < 1e-12, "days later")
    }
    #expect(abs(curve.load(at: .start) - 0.9) < 1e-12)
  }

  @Test("One point is a level load, before it and after it")
  func onePoint() {
    let curve = LoadCurve([Self.point(9, 1.5)])
    for hour in 0..<48 as Range<Int64> { #expect(curve.load(at: .start + .hours(hour)) == 1.5) }
  }

  @Test("The curve never leaves the range of its points")
  func bounded() {
    let curve = LoadCurve([Self.point(0, 1), Self.point(3, 0.4), Self.point(23, 1.6)])
    for minute in 0..<1_440 as Range<Int64> {
      let load = curve.load(at: .start + .minutes(minute))
      #expect(load >= 0.4 && load <= 1.6)
    }
  }

  @Test(
    "A curve whose times do not rise within one day is an error in the scenario",
    arguments: [
      #"[{ "at": "10:00" }, { "at": "04:00" }]"#, #"[{ "at": "10:00" }, { "at": "10:00" }]"#,
      #"[{ "at": "1d 00:00:00" }]"#, #"[{ "at": "106751d 00:00:00" }, { "at": "1:00" }]"#,
    ])
  func refusesDisorder(points: String) throws {
    let text = try complaints(about: #"{ "load": { "curve": \#(points) } }"#) {
      API.Configuration(reading: &$0)
    }
    #expect(text.contains("load.curve"), "\(text)")
  }
}
