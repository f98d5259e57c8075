import Observation
import SimulationKernel
import Testing

@testable import Reports

@Suite("UsersChart")
struct UsersChartTests {
  private func at(_ text: String) -> Instant { RecordFixture.at(text) }

  private func series(_ values: [Double], step: Duration = .minutes(1)) -> TimeSeries {
    TimeSeries(
      name: "users.served", unit: .users, start: at("14:00"), step: step, values: values)
  }

  @Test("The outage is shown with some time around it, the whole run when there is none")
  func window() throws {
    var values = [Double](repeating: 100, count: 600)
    let quiet = try #require(
      UsersChart(of: series(values), online: 100, until: at("23:59"), columns: 60))
    #expect(quiet.start == at("14:00") && quiet.end == at("23:59"))
    for minute in 30..<90 { values[minute] = 10 }
    let chart = try #require(
      UsersChart(of: series(values), online: 100, until: at("23:59"), columns: 60))
    #expect(chart.start == at("14:25") && chart.end < at("15:40"))
    #expect(chart.shares.first == 1 && chart.shares.last == 1 && chart.shares[30] == 0.1)
  }

  @Test("A dip that is shorter than a column is seen")
  func dips() throws {
    var values = [Double](repeating: 100, count: 600)
    (values[0], values[301], values[599]) = (98, 0, 98)
    let chart = try #require(
      UsersChart(of: series(values), online: 100, until: at("23:59"), columns: 40))
    #expect(chart.shares.count == 40 && chart.shares.min() == 0)
    let column = try #require(chart.column(of: at("19:01:30")))
    #expect(chart.shares[column] == 0)
  }

  @Test("Every instant of the window has its column, no other has one", arguments: [1, 7, 60, 92])
  func columns(count: Int) throws {
    let chart = try #require(
      UsersChart(
        of: series([Double](repeating: 100, count: 100)), online: 100, until: at("15:39"),
        columns: count))
    var previous = 0
    for second in 0..<(99 * 60) {
      let column = try #require(chart.column(of: chart.start + .seconds(Int64(second))))
      #expect(column == previous || column == previous + 1)
      previous = column
    }
    #expect(previous == count - 1)
    #expect(chart.column(of: chart.end) == nil)
    #expect(chart.column(of: chart.start - .seconds(1)) == nil)
  }

  @Test(
    "Labels stand on round times and leave each other room",
    arguments: ["14:01", "14:09", "15:30", "23:59", "2d 00:00", "90d 00:00"])
  func ticks(end: String) throws {
    let chart = try #require(
      UsersChart(of: series([100, 100]), online: 100, until: at(end), columns: 92))
    let ticks = chart.ticks(apart: 10)
    #expect(!ticks.isEmpty && ticks.count <= 10)
    let columns = ticks.compactMap(chart.column(of:))
    #expect(columns.count == ticks.count)
    #expect(zip(columns, columns.dropFirst()).allSatisfy { $1 - $0 >= 9 })
    #expect(ticks.allSatisfy { $0.nanoseconds % 60_000_000_000 == 0 })
  }

  @Test("Rows are filled from below, by eighths")
  func rows() throws {
    let values: [Double] = [100, 50, 25, 0.001, 0]
    let chart = try #require(
      UsersChart(
        of: series(values), online: 100, until: at("14:05"), columns: 5))
    #expect(chart.shares == [1, 0.5, 0.25, 0.00001, 0])
    #expect(chart.rows(2, hasUnicode: true).map { String($0) } == ["█    ", "██▄▁ "])
    #expect(chart.rows(2, hasUnicode: false).map { String($0) } == ["#    ", "##:. "])
  }

  @Test("Without samples, users or time there is no chart")
  func nothing() {
    #expect(UsersChart(of: series([]), online: 1, until: at("15:00"), columns: 5) == nil)
    #expect(UsersChart(of: series([1]), online: 0, until: at("15:00"), columns: 5) == nil)
    #expect(UsersChart(of: series([1]), online: 1, until: at("14:00"), columns: 5) == nil)
    #expect(UsersChart(of: series([1]), online: 1, until: at("15:00"), columns: 0) == nil)
  }
}
