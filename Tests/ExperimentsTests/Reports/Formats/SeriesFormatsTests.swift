import Experiments
import Foundation
import Observation
import SimulationKernel
import Systems
import Testing

@testable import Reports

@Suite("Series for other tools")
struct SeriesFormatsTests {
  /// Two series of a run, one with a value that is no number, which no format has a place for.
  private static func record(_ name: String = "users.served") throws -> RunRecord {
    var record = RecordFixture.record()
    let start = try #require(Instant(parsing: "14:00"))
    record.series = [
      TimeSeries(
        name: name, unit: .users, start: start, step: .milliseconds(2_500),
        values: [1e7, 0.1, .nan, 5]),
      TimeSeries(
        name: "clients.attempts", unit: .count, start: start, step: .seconds(10), values: [0, 3]),
    ]
    return record
  }

  private static func text(_ write: (([UInt8]) -> Void) -> Void) -> String {
    var bytes: [UInt8] = []
    write { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func labels(_ record: RunRecord, _ day: String = "2020-03-16") -> RunLabels {
    RunLabels(record, clock: FileClock(parsing: day) ?? .undated)
  }

  @Test("A table has a row per sample")
  func csv() throws {
    let record = try Self.record()
    let text = Self.text { SeriesCSV.write(record.series, clock: .undated, to: $0) }
    #expect(
      text == """
        time,series,unit,value
        1970-01-01T14:00:00Z,users.served,users,10000000.0
        1970-01-01T14:00:02.5Z,users.served,users,0.1
        1970-01-01T14:00:07.5Z,users.served,users,5.0
        1970-01-01T14:00:00Z,clients.attempts,count,0.0
        1970-01-01T14:00:10Z,clients.attempts,count,3.0

        """)
  }

  @Test("A table's fields come back as they were")
  func csvFields() {
    for text in HostileText.all + HostileText.random {
      let field = SeriesCSV.field(text)
      let found = field.hasPrefix("\"") ? Self.unquoted(field) : field
      #expect(found.unicodeScalars.elementsEqual(text.unicodeScalars), "\(text.debugDescription)")
    }
  }

  private static func unquoted(_ field: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscape = false
    for scalar in field.unicodeScalars.dropFirst().dropLast() {
      isEscape = scalar == "\"" && !isEscape
      if !isEscape { result.append(scalar) }
    }
    return String(result)
  }

  @Test("Lines have measurement, sorted tags, a field and nanoseconds")
  func influx() throws {
    let record = try Self.record()
    let text = Self.text {
      InfluxLines.write(record.series, of: Self.labels(record), to: $0)
    }
    let lines = text.split(separator: "\n")
    #expect(lines.count == 6 && lines[0].hasPrefix("# hindsight: Unix time"))
    let tags = "run=\(record.digest),scenario=\(record.scenario),seed=\(record.seed)"
    #expect(lines[1] == "users.served,\(tags),unit=users value=10000000 1584367200000000000")
    #expect(lines[2] == "users.served,\(tags),unit=users value=0.1 1584367202500000000")
  }

  @Test("Names come back from lines as they were, but for what the protocol cannot write")
  func influxNames() {
    for text in HostileText.all + HostileText.random where !text.isEmpty {
      let expected = String(
        String.UnicodeScalarView(
          text.unicodeScalars.map { scalar in
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            return isControl || scalar == "\\" ? "_" : scalar
          }))
      let tag = InfluxLines.tag(text)
      #expect(!tag.unicodeScalars.contains("\n") && !tag.hasSuffix("\\"))
      var found = String.UnicodeScalarView()
      var isEscaped = false
      for scalar in tag.unicodeScalars {
        #expect(isEscaped || !",= ".unicodeScalars.contains(scalar), "\(tag) ends early")
        isEscaped = scalar == "\\"
        if !isEscaped { found.append(scalar) }
      }
      #expect(found.elementsEqual(expected.unicodeScalars), "\(text.debugDescription)")
    }
    #expect(InfluxLines.tag("") == "none")
  }

  @Test("A family has its help, type, unit and samples, and the file its end")
  func openMetrics() throws {
    let record = try Self.record()
    let text = Self.text { OpenMetricsText.write(record, of: Self.labels(record), to: $0) }
    let labels = "run=\"\(record.digest)\",scenario=\"\(record.scenario)\",seed=\"\(record.seed)\""
    #expect(text.hasPrefix(OpenMetricsText.mark) && text.hasSuffix("\n# EOF\n"))
    #expect(
      text.contains(
        """
        # HELP hindsight_users_served Users with a session and all of their guilds
        # TYPE hindsight_users_served gauge
        hindsight_users_served{\(labels)} 10000000 1584367200
        hindsight_users_served{\(labels)} 0.1 1584367202.5
        hindsight_users_served{\(labels)} 5 1584367207.5
        # HELP hindsight_clients_attempts Connections that have reached the gateway
        # TYPE hindsight_clients_attempts counter
        hindsight_clients_attempts_total{\(labels)} 0 1584367200

        """))
  }

  @Test("Labels come back as they were")
  func openMetricsLabels() {
    for text in HostileText.all + HostileText.random {
      let label = OpenMetricsText.escaped(text)
      #expect(!label.unicodeScalars.contains("\n"))
      var found = String.UnicodeScalarView()
      var isEscaped = false
      for scalar in label.unicodeScalars {
        if isEscaped {
          found.append(scalar == "n" ? "\n" : scalar)
          isEscaped = false
        } else if scalar == "\\" {
          isEscaped = true
        } else {
          #expect(scalar != "\"")
          found.append(scalar)
        }
      }
      #expect(found.elementsEqual(text.unicodeScalars), "\(text.debugDescription)")
    }
  }

  /// The names that a run's series have.
  private static var names: [OpenMetricsText.Name] {
    OutageObserver.Quantity.allCases.map { quantity in
      OpenMetricsText.Name(
        TimeSeries(
          name: quantity.series.name, unit: quantity.series.unit, start: .start, step: .seconds(10))
      )
    }
  }

  @Test("Names are words, end with their unit, and are one series' each")
  func names() {
    for name in Self.names {
      #expect(name.family.wholeMatch(of: /hindsight(_[a-z0-9]+)+/) != nil)
      #expect(name.unit.isEmpty || name.family.hasSuffix("_" + name.unit))
      #expect(name.sample.hasSuffix("_total") == name.isCounter)
    }
    #expect(Set(Self.names.map(\.sample)).count == OutageObserver.Quantity.allCases.count)
    #expect(
      OpenMetricsText.Name(
        TimeSeries(name: "etcd.wait.peak", unit: .seconds, start: .start, step: .seconds(1))
      ).sample == "hindsight_etcd_wait_peak_seconds")
    #expect(OpenMetricsText.word("announce.remoteDisconnected") == "announce_remote_disconnected")
  }

  @Test("Counters never fall in a run, and have a help like all others")
  func counters() throws {
    let scenario = try Incident.discord.scenario([
      "scale=1/20000", "start=14:17:30", "end=14:19:30",
    ])
    for series in Replay.run(scenario, version: "").series {
      #expect(!SeriesCatalogue.help(of: series.name).isEmpty, "\(series.name)")
      guard SeriesCatalogue.isCounter(series.name) else { continue }
      #expect(zip(series.values, series.values.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  @Test("The dashboard asks for names that are written")
  func dashboard() throws {
    let path = "Sources/hindsight/Hindsight.docc/Resources/grafana-dashboard.json"
    let data = try Data(contentsOf: Incident.package.appending(path: path))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let panels = try #require(root["panels"] as? [[String: Any]])
    let expressions = panels.flatMap { panel in
      (panel["targets"] as? [[String: Any]] ?? []).compactMap { $0["expr"] as? String }
    }
    let known =
      Set(Self.names.map(\.sample)).union([
        "hindsight_run_info", "hindsight_figure", "hindsight_fact_held",
      ])
    var used: Set<String> = []
    for expression in expressions {
      let names = expression.matches(of: /hindsight_[a-z0-9_]+/).map { String($0.output) }
      #expect(!names.isEmpty && known.isSuperset(of: names), "\(expression)")
      used.formUnion(names)
    }
    #expect(used.count > 12, "it shows most of a run")
  }
}
