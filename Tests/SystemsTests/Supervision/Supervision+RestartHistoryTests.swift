import Testing

@testable import Systems

@Suite("Supervision.RestartHistory")
struct RestartHistoryTests {
  @Test("A restart is remembered for the period, by whole seconds, and one second more is too late")
  func periodIsInclusive() {
    let level = Supervision.Level(intensity: 1, period: 5)
    func verdicts(_ seconds: [Int64]) -> [Bool] {
      var history = Supervision.RestartHistory()
      return seconds.map { history.accepts(restartIn: $0, under: level) }
    }
    #expect(verdicts([10, 16]) == [true, true])
    #expect(verdicts([10, 15]) == [true, false])
  }

  @Test("Agrees with a list of every restart there ever was", arguments: 0..<300 as Range<UInt64>)
  func agreesWithSlowModel(seed: UInt64) {
    var dice = Dice(seed: seed)
    let level = Supervision.Level(
      intensity: Int32(dice.pick([0, 1, 3, 20, 1_000])), period: Int32(dice.roll(1...9)))
    var history = Supervision.RestartHistory()
    var all: [Int64] = []
    var second = dice.roll(-20...20)
    let busy = dice.roll(1...400)
    for _ in 0..<400 {
      // Long quiet times, bursts within one second, and everything between.
      second += dice.roll(0...busy) == 0 ? dice.roll(1...12) : dice.roll(0...3) / 3
      all.append(second)
      let remembered = all.filter { $0 >= second - Int64(level.period) }.count
      let accepted = history.accepts(restartIn: second, under: level)
      #expect(accepted == (remembered <= Int(level.intensity)), "seed \(seed)")
      #expect(history.count == Int64(remembered), "seed \(seed)")
      if !accepted {
        history.forget()
        all.removeAll()
      }
    }
  }
}
