import GoldenTexts
import SimulationKernel
import Testing

@testable import Experiments
@testable import Observation
@testable import Reports

@Suite("WatchFrame")
struct WatchFrameTests {
  /// In the middle of an outage: nodes stopped and some of them back, a throttle, alerts.
  private static func dashboard(now: Instant = RecordFixture.at("14:50")) -> Dashboard {
    let start = RecordFixture.at("14:00")
    let online = 9_812_300.0
    let samples = Int((now - start).nanoseconds / 10_000_000_000) + 1
    return Dashboard(
      title: "One cut announce stops half of the real-time fleet", seed: 20_200_316,
      scale: "1/500", start: start, until: RecordFixture.at("23:40"), now: now, events: 4_321_098,
      digest: Digest(), online: online,
      served: TimeSeries(
        name: "users.served", unit: .users, start: start, step: .seconds(10),
        values: Array(RecordFixture.served(online: online).prefix(samples))),
      servedNow: online * 0.407, connected: online * 0.62,
      clusters: [
        .init(name: "sessions", all: 200, up: 96, starting: 12),
        .init(name: "guilds", all: 150, up: 150, starting: 0),
        .init(name: "presence", all: 60, up: 0, starting: 0),
        .init(name: "other", all: 60, up: 59, starting: 1),
      ],
      databases: [
        .init(name: "sessions", utilisation: 1, queue: 12_000, repair: 0.3),
        .init(name: "guilds", utilisation: 0.334, queue: 0, repair: 0),
      ],
      throttle: 2_000, attempts: 123_456, refused: 98_765,
      etcd: .init(standing: 4_096, limit: 4_096, waiting: 77), watching: 227,
      api: .init(serving: 120, booting: 15, utilisation: 0.83), guilds: 0.515,
      entries: [
        .init(
          kind: .fault, at: RecordFixture.at("14:18"), text: "fault armed: a connection is cut"),
        .init(kind: .outcome, at: RecordFixture.at("14:18:26"), text: "the first node stops"),
        .init(kind: .alert, at: RecordFixture.at("14:20:30"), text: "half-served fires"),
        .init(
          kind: .action, at: RecordFixture.at("14:28"), text: "restart stopped nodes, 30 per minute"
        ),
        .init(kind: .action, at: RecordFixture.at("14:43"), text: "throttle: 2000/s"),
        .init(kind: .action, at: RecordFixture.at("14:48"), text: "pause repair of sessions"),
      ],
      firing: ["half-served", "database-busy"])
  }

  private static func playback(_ keys: [Playback.Key] = []) -> Playback {
    var playback = Playback(
      from: RecordFixture.at("14:00"), to: RecordFixture.at("23:40"), step: .seconds(10))
    for character in "14:50" { playback.press(.character(character)) }
    playback.press(.enter)
    for key in keys { playback.press(key) }
    return playback
  }

  private func lines(
    _ columns: Int, _ rows: Int, keys: [Playback.Key] = [], style: TextStyle = TextStyle(),
    _ dashboard: Dashboard = dashboard()
  ) -> [String] {
    WatchFrame(dashboard, Self.playback(keys), columns: columns, rows: rows, style: style).lines
  }

  @Test(
    "The picture is the stored one",
    arguments: [(80, 24, true), (80, 24, false), (120, 40, true), (120, 40, false)])
  func isStored(columns: Int, rows: Int, hasUnicode: Bool) throws {
    let text = lines(columns, rows, style: TextStyle(hasUnicode: hasUnicode))
      .joined(separator: "\n")
    let name = "Reports/watch-\(columns)x\(rows)\(hasUnicode ? "" : "-ascii").txt"
    #expect(try GoldenText.difference(text + "\n", from: name) == nil)
  }

  @Test("Every window is filled and none overfilled, whatever its size is")
  func fits() {
    let keys: [[Playback.Key]] = [
      [], [.character("?")], [.character("1")], [.character(" ")], [.left],
    ]
    for (columns, rows) in [
      (1, 1), (5, 2), (20, 5), (59, 20), (60, 19), (60, 20), (79, 24), (200, 60),
    ] {
      for keys in keys {
        for hasUnicode in [true, false] {
          let lines = lines(columns, rows, keys: keys, style: TextStyle(hasUnicode: hasUnicode))
          #expect(lines.count == rows)
          for line in lines {
            #expect(TerminalText.width(line) <= columns, "\(columns)x\(rows): \(line)")
            #expect(hasUnicode || line.utf8.allSatisfy { $0 < 0x80 }, "\(line)")
          }
        }
      }
    }
  }

  @Test("Colours are all that a coloured picture adds")
  func addsColoursOnly() {
    let colored = lines(100, 30, style: TextStyle(hasColor: true)).joined(separator: "\n")
    let stripped = colored.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    // Spaces at the end of a line that end in a colour stay.
    func trimmed(_ text: String) -> [String] {
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { TerminalText.withoutTrailingSpaces(String($0)) }
    }
    #expect(colored != stripped)
    #expect(trimmed(stripped) == lines(100, 30))
  }

  @Test("It says how the playback goes: paused, on the way, at the end, what is typed and what not")
  func says() {
    #expect(lines(80, 24)[0].hasSuffix("▶ 60x"))
    #expect(lines(80, 24, keys: [.character(" ")])[0].hasSuffix("paused"))
    #expect(lines(80, 24, keys: [.right])[0].hasSuffix("going to 14:51:00"))
    #expect(lines(80, 24, keys: [.character("1"), .character("5")])[23].hasPrefix("go to 15_"))
    let wrong: [Playback.Key] = [.character("9"), .enter]
    #expect(lines(80, 24, keys: wrong)[23].contains("'9' is no time"))
    let help = lines(80, 24, keys: [.character("?")])
    #expect(help.contains { $0.contains("type a time, and Enter") })
    var dashboard = Self.dashboard()
    dashboard.title = "evil \u{1B}[2Jtitle"
    dashboard.firing = ["\u{1B}]0;x\u{7}"]
    dashboard.entries[5].text = "a\r\nb\u{1B}[H"
    #expect(!lines(80, 24, dashboard).joined().contains { $0 == "\u{1B}" || $0 == "\r" })
  }

  @Test("A company without users, nodes, guilds or samples has a picture too")
  func isEmpty() {
    var dashboard = Self.dashboard(now: RecordFixture.at("14:00"))
    dashboard.online = 0
    dashboard.servedNow = 0
    dashboard.served.values = []
    dashboard.clusters = dashboard.clusters.map { .init(name: $0.name, all: 0, up: 0, starting: 0) }
    dashboard.entries = []
    dashboard.firing = []
    #expect(lines(80, 24, dashboard).count == 24)
    #expect(lines(80, 24, dashboard).contains { $0.contains("nothing has happened yet") })
  }
}
