import SimulationKernel
import Testing

@testable import Systems

@Suite("LoadPlaces")
struct LoadPlacesTests {
  /// Mean number of places in use over an hour in which somebody always waits and each load takes
  /// between half a second and three.
  private func meanTaken(limit: Double, seed: UInt64) -> Double {
    var places = LoadPlaces(longestLoad: .seconds(10), at: .start)
    places.resize(to: limit, at: .start)
    var dice = Dice(seed: seed)
    var ends: [Instant] = []
    var now = Instant.start
    var used = 0.0
    while now < second(3_600) {
      places.advance(to: now)
      while places.isFree {
        places.take(at: now)
        ends.append(now + .milliseconds(dice.roll(500...3_000)))
      }
      guard let next = ends.min() else { break }
      used += Double(ends.count) * (next - now).seconds
      now = next
      places.release(at: now)
      ends.remove(at: ends.firstIndex(of: next) ?? 0)
    }
    return used / now.elapsed(since: .start).seconds
  }

  @Test(
    "With loads always waiting the limit is used on average, its fraction included",
    arguments: [1, 1.2, 1.5, 1.9, 2, 4.25, 12])
  func exactOnAverage(limit: Double) {
    for seed in 1...3 as ClosedRange<UInt64> {
      let mean = meanTaken(limit: limit, seed: seed)
      #expect(abs(mean - limit) < 0.01 * limit, "\(mean) of \(limit), seed \(seed)")
    }
  }

  @Test("Whole places are free at once; a part of one when it has been saved up, and not for ever")
  func surplus() {
    var places = LoadPlaces(longestLoad: .seconds(10), at: .start)
    #expect(!places.isFree, "there is none yet")
    places.resize(to: 1.5, at: .start)
    #expect(places.isFree)
    places.take(at: .start)
    #expect(!places.isFree)
    places.advance(to: second(1))
    #expect(places.isFree)
    places.take(at: second(1))
    #expect(!places.isFree)
    // An hour without a load saves up ten place-seconds: the last place for twenty seconds.
    for _ in 0..<2 { places.release(at: second(2)) }
    for _ in 0..<2 { places.take(at: second(3_602)) }
    places.release(at: second(3_621))
    #expect(places.isFree)
    places.take(at: second(3_621))
    places.release(at: second(3_623))
    #expect(!places.isFree)
  }
}
