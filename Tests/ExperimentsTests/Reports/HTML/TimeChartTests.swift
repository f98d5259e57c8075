import Observation
import SimulationKernel
import Testing

@testable import Reports

@Suite("TimeChart")
struct TimeChartTests {
  private func chart(_ values: [Double], _ unit: MetricUnit = .count, isArea: Bool = false)
    -> TimeChart
  {
    TimeChart(
      id: "x", title: "X", unit: unit,
      lines: [.init(label: "x", values: values, look: 1, isArea: isArea)])
  }

  private func path(_ chart: TimeChart) throws -> (d: String, values: String) {
    let frame = try #require(
      TimeFrame(
        start: .start, step: .seconds(10), count: chart.lines[0].values.count, cursor: .start))
    let page = PageReader(chart.figure(in: frame, TimeFlags(flags: [])).html)
    #expect(page.error == nil)
    let line = try #require(page.all("path").first { $0.attributes["data-values"] != nil })
    return (line.attributes["d"] ?? "", line.attributes["data-values"] ?? "")
  }

  /// Corners of a path as a browser would find them.
  private func corners(_ path: String) -> [[Int]] {
    var corners: [[Int]] = []
    var (x, y) = (0, 0)
    var numbers: [Int] = []
    var text = ""
    var command: Character = " "
    func end() {
      if let number = Int(text) { numbers.append(number) }
      text = ""
      switch (command, numbers.count) {
      case ("M", 2): (x, y) = (numbers[0], numbers[1])
      case ("V", 1): y = numbers[0]
      case ("h", 1): x += numbers[0]
      case ("l", 2): (x, y) = (x + numbers[0], y + numbers[1])
      default: return
      }
      numbers = []
      corners.append([x, y])
    }
    for character in path + " " {
      if character.isNumber {
        text.append(character)
      } else {
        end()
        if character == "-" { text = "-" } else if character.isLetter { command = character }
      }
    }
    return corners
  }

  @Test("A line goes through its values; what stays the same is one stroke")
  func outline() throws {
    let drawn = try path(chart([0, 50, 100, 100, 100, 100, 0]))
    #expect(drawn.d == "M0 1000l1-490 1-490h3l1 980")
    #expect(
      corners(drawn.d) == [[0, 1000], [1, 510], [2, 20], [5, 20], [6, 1000]])
    #expect(drawn.values == "0,50,100*4,0")
  }

  @Test("Every value of a random line is where it belongs", arguments: 1...20)
  func random(seed: UInt64) throws {
    var state = seed
    let values = (0..<200).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 60)
    }
    let chart = chart(values)
    let corners = corners(try path(chart).d)
    for (left, right) in zip(corners, corners.dropFirst()) {
      #expect(right[0] > left[0], "seed \(seed)")
      for place in left[0]...right[0] {
        let wanted = 1000 - Int(values[place] / chart.top * 980 + 0.5)
        if place == left[0] || place == right[0] || left[1] == right[1] {
          #expect((place == right[0] ? right[1] : left[1]) == wanted, "seed \(seed), \(place)")
        }
      }
    }
    #expect(corners.last?[0] == 199, "seed \(seed)")
  }

  @Test("What is no number is a gap")
  func gap() throws {
    let drawn = try path(chart([.nan, 5, 5, 5, .nan, .infinity, 10, 5], isArea: true))
    #expect(drawn.d == "M1 1000V510h2V1000M6 1000V20l1 490V1000")
    #expect(drawn.values == ",5*3,*2,10,5")
    #expect(try path(chart([.nan, .nan])).d == "")
    #expect(chart([.nan, 0]).isEmpty && !chart([.nan, 1]).isEmpty)
  }

  @Test(
    "The axis ends at a round number that no value passes",
    arguments: [
      (0.7, 0.8), (1, 1), (9_900_500, 10_000_000), (470, 500), (1.1, 1.2), (0.013, 0.015),
    ])
  func top(most: Double, top: Double) {
    let chart = chart([0, most])
    #expect((chart.top - top).magnitude < top * 1e-9 && chart.top >= most)
  }

  @Test("Ticks stand on round times, seven at most")
  func ticks() throws {
    let start = RecordFixture.at("14:00")
    let frame = try #require(
      TimeFrame(
        start: start, step: .seconds(10), count: 3_492,
        home: RecordFixture.at("14:14:30")...RecordFixture.at("15:39"),
        cursor: RecordFixture.at("14:18")))
    #expect(frame.ticks.map(\.text) == ["14:15", "14:30", "14:45", "15:00", "15:15", "15:30"])
    #expect(frame.cursor == 108 && frame.homeText == "14:14:30 to 15:39:00")
    let short = try #require(
      TimeFrame(start: start, step: .seconds(1), count: 31, cursor: start))
    #expect(short.ticks.map(\.text).last == "14:00:30" && short.ticks.count <= 8)
    let long = try #require(
      TimeFrame(start: start, step: .seconds(86_400), count: 365, cursor: start))
    #expect(long.ticks.count <= 8)
    #expect(TimeFrame(start: start, step: .seconds(1), count: 1, cursor: start) == nil)
  }

  @Test("Thinned lines keep the least and the greatest of every bucket, in their order")
  func thinned() {
    #expect(PageDetail.thinned([1, 2, 3], bucket: 1) == [1, 2, 3])
    #expect(
      PageDetail.thinned([1, 9, 3, 4, 4, 0, 7, 8, .nan], bucket: 4)[..<4] == [1, 9, 0, 8])
    let all = (0..<10_000).map { Double($0 % 977) }
    let bucket = PageDetail(rows: 1, characters: 1, samples: 1_000).bucket(
      samples: 10_000, lines: 2)
    let thinned = PageDetail.thinned(all, bucket: bucket)
    #expect(bucket % 2 == 0 && thinned.count <= 502)
    #expect(thinned.min() == all.min() && thinned.max() == all.max())
  }

  @Test("A counter's rate is what it grows by in a second, and never below zero")
  func rates() {
    let series = TimeSeries(
      name: "x", unit: .count, start: .start, step: .seconds(10), values: [5, 25, 25, 20])
    #expect(ReplayCharts.values(of: series, .rate) == [0, 2, 0, 0])
    #expect(ReplayCharts.values(of: series, .level) == series.values)
  }
}
