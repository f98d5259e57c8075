import Observation
import SimulationKernel

/// The time that all charts of a page have in common, in samples from its start.
struct TimeFrame: Sendable {
  let start: Instant
  let step: Duration
  /// Samples of every line; two at least.
  let count: Int
  /// What is seen first.
  let home: ClosedRange<Double>
  /// Where the cursor stands first.
  let cursor: Int

  /// Nil where there is no time to show.
  ///
  /// - Parameters:
  ///   - start: Of the first sample.
  ///   - step: Between samples, above zero.
  ///   - count: Of samples.
  ///   - home: What is seen first, between instants; nil: all of it.
  ///   - cursor: Where the cursor stands first.
  init?(
    start: Instant, step: Duration, count: Int, home: ClosedRange<Instant>? = nil, cursor: Instant
  ) {
    guard count >= 2, step > .zero else { return nil }
    self.start = start
    self.step = step
    self.count = count
    let last = Double(count - 1)
    func place(_ instant: Instant) -> Double {
      min(last, max(0, Double((instant - start).nanoseconds) / Double(step.nanoseconds)))
    }
    let (low, high) = (home.map { place($0.lowerBound) }, home.map { place($0.upperBound) })
    if let low, let high, high - low >= min(6, last) {
      self.home = low...high
    } else {
      self.home = 0...last
    }
    self.cursor = Int(place(cursor))
  }

  /// The place of an instant; outside of 0 to `count` where it is outside of the time.
  func place(_ instant: Instant) -> Double {
    Double((instant - start).nanoseconds) / Double(step.nanoseconds)
  }

  func instant(_ place: Int) -> Instant { start + step * Int64(place) }

  func contains(_ instant: Instant) -> Bool {
    let place = place(instant)
    return place >= 0 && place <= Double(count - 1)
  }

  /// Where a place stands in what is seen first, from 0 to 1.
  func share(_ place: Double) -> Double {
    (place - home.lowerBound) / (home.upperBound - home.lowerBound)
  }

  /// Its first and last instant, as people read them.
  var homeText: String {
    let (low, high) = (Int(home.lowerBound), Int(home.upperBound))
    return "\(NumberText.clock(instant(low))) to \(NumberText.clock(instant(high)))"
  }

  // MARK: Ticks

  private static let steps: [Int64] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800,
    21_600,
    43_200, 86_400,
  ]

  /// Round times of what is seen first, about seven of them.
  var ticks: [(place: Double, text: String)] {
    let from = instant(Int(home.lowerBound)).nanoseconds / 1_000_000_000
    let to = instant(Int(home.upperBound)).nanoseconds / 1_000_000_000
    let most: Int64 = 7
    let days = (to - from) / most / 86_400 + 1
    let apart = Self.steps.first { (to - from) / $0 <= most } ?? days * 86_400
    return stride(from: (from + apart - 1) / apart * apart, through: to, by: Int64.Stride(apart))
      .map {
        let text = Instant(nanoseconds: $0 * 1_000_000_000).description
        return (
          place(Instant(nanoseconds: $0 * 1_000_000_000)),
          apart < 60 ? text : String(text.dropLast(3))
        )
      }
  }
}
