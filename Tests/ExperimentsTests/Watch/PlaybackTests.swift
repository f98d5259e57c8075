import SimulationKernel
import Testing

@testable import Experiments

@Suite("Playback")
struct PlaybackTests {
  private static func at(_ text: String) -> Instant { RecordFixture.at(text) }

  private func playback(speed: Int = 60) -> Playback {
    Playback(
      from: Self.at("14:00"), to: Self.at("16:00"), step: .seconds(10), speed: speed,
      marks: [Self.at("14:43"), Self.at("14:18"), Self.at("13:00"), Self.at("23:00")])
  }

  private func text(_ keys: String, _ playback: inout Playback) {
    for key in keys { playback.press(.character(key)) }
  }

  @Test("Time passes at the speed that is set, as soon as the run has come after")
  func passes() {
    var playback = playback()
    playback.elapse(.milliseconds(100), reached: playback.position)
    #expect(playback.position == Self.at("14:00:06"))
    playback.elapse(.milliseconds(100), reached: Self.at("14:00:03"))
    #expect(playback.position == Self.at("14:00:06"), "the run is behind")
    playback.press(.character("+"))
    #expect(playback.speed == 120)
    playback.elapse(.milliseconds(100), reached: playback.position)
    #expect(playback.position == Self.at("14:00:18"))
    playback.elapse(.minutes(5), reached: playback.position)
    #expect(playback.position == Self.at("14:00:48"), "a process that was stopped does not jump")
  }

  @Test("Space pauses and goes on; at the end there is nothing to go on with")
  func pauses() {
    var playback = playback(speed: 3_600)
    playback.press(.character(" "))
    playback.elapse(.milliseconds(100), reached: playback.position)
    #expect(playback.isPaused && playback.position == playback.start)
    playback.press(.character(" "))
    for _ in 0..<10 { playback.elapse(.milliseconds(250), reached: playback.position) }
    #expect(playback.position == playback.end && playback.isPaused && playback.isAtEnd)
    playback.press(.character(" "))
    #expect(playback.isPaused && playback.notice != nil)
    playback.press(.left)
    playback.press(.character(" "))
    #expect(!playback.isPaused && playback.position == Self.at("15:59"))
  }

  @Test(
    "Keys go where they say, and never out of the run",
    arguments: [
      ([.right], "14:01"), ([.up], "14:10"), ([.farRight, .down], "14:00"), ([.left], "14:00"),
      ([.end, .right], "16:00"), ([.end, .farLeft], "15:50"), ([.end, .home], "14:00"),
      ([.character(".")], "14:00:10"), ([.right, .character(",")], "14:00:50"),
      ([.character("n")], "14:18:10"), ([.character("n"), .character("n")], "14:43:10"),
      ([.end, .character("p")], "14:43:10"),
      ([.end, .character("p"), .character("p")], "14:18:10"),
    ] as [([Playback.Key], String)])
  func seeks(keys: [Playback.Key], text: String) {
    var playback = playback()
    for key in keys { playback.press(key) }
    #expect(playback.position == Self.at(text))
  }

  @Test("A step leads to the next whole step and pauses")
  func steps() {
    var playback = playback()
    playback.elapse(.milliseconds(90), reached: playback.position)
    playback.press(.character("."))
    #expect(playback.position == Self.at("14:00:10") && playback.isPaused)
    playback.press(.character("."))
    #expect(playback.position == Self.at("14:00:20"))
  }

  @Test("A typed time is gone to; one that is none, or not in the run, is told")
  func types() {
    var playback = playback()
    text("14:3", &playback)
    #expect(playback.typed == "14:3" && playback.position == playback.start)
    playback.press(.backspace)
    text("45:10", &playback)
    playback.press(.enter)
    #expect(playback.typed == nil && playback.position == Self.at("14:45:10"))
    for wrong in ["1", "25:00", "13:59", "16:01", "14:60"] {
      text(wrong, &playback)
      playback.press(.enter)
      #expect(playback.notice != nil && playback.position == Self.at("14:45:10"), "\(wrong)")
    }
    text("12", &playback)
    playback.press(.escape)
    #expect(playback.typed == nil && playback.notice == nil)
    text("15", &playback)
    text("qn+", &playback)
    #expect(playback.outcome == .watching && playback.typed == "15", "letters are no time")
    playback.press(.left)
    #expect(playback.typed == nil && playback.position == Self.at("14:44:10"))
    text(String(repeating: "1", count: 50), &playback)
    #expect(playback.typed?.count == 11)
  }

  @Test("Speeds go up and down a ladder, from wherever they begin")
  func accelerates() {
    var playback = playback(speed: 45)
    playback.press(.character("="))
    #expect(playback.speed == 60)
    playback.press(.character("-"))
    #expect(playback.speed == 30)
    for _ in 0..<30 { playback.press(.character("-")) }
    #expect(playback.speed == 1 && playback.notice != nil)
    for _ in 0..<30 { playback.press(.character("+")) }
    #expect(playback.speed == 3_600 && playback.notice != nil)
  }

  @Test("Ctrl-C interrupts whatever is going on, q quits; then no key does anything")
  func quits() {
    var playback = playback()
    text("1", &playback)
    playback.press(.interrupt)
    #expect(playback.outcome == .interrupted)
    playback.press(.right)
    #expect(playback.position == playback.start)
    var other = self.playback()
    other.press(.character("q"))
    #expect(other.outcome == .quit)
  }

  @Test("A run that ends earlier takes the end with it")
  func endsEarly() {
    var playback = playback()
    playback.press(.end)
    playback.ended(at: Self.at("14:20"))
    #expect(playback.end == Self.at("14:20") && playback.position == playback.end)
    #expect(playback.isPaused)
    playback.ended(at: Self.at("15:00"))
    #expect(playback.end == Self.at("14:20"))
  }
}
