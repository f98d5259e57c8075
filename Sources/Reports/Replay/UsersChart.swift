import Observation
import SimulationKernel

/// The part of a run that a chart shows, and the lowest value of a series in each of its columns.
struct UsersChart {
  let start: Instant
  let end: Instant
  /// Share of the users online that is served, 0 to 1, column by column.
  let shares: [Double]

  /// A chart of the time in which users were missing, with some time around it; of the whole run
  /// when none were.
  ///
  /// - Returns: Nil when there is nothing to show: no samples, or nobody online.
  init?(of series: TimeSeries, online: Double, until end: Instant, columns: Int) {
    let values = series.values
    guard let last = values.indices.last, online > 0, columns > 0, end > series.start else {
      return nil
    }
    let limit = online * 0.99
    var start = series.start
    var end = end
    if let first = values.firstIndex(where: { $0 < limit }),
      let final = values.lastIndex(where: { $0 < limit })
    {
      let span = series.instant(of: final) - series.instant(of: first)
      let margin = max(Duration.minutes(4), Duration(nanoseconds: span.nanoseconds / 12))
      start = max(start, series.instant(of: first) - margin)
      end = min(end, series.instant(of: min(final + 1, last)) + margin)
    }
    self.init(of: series, online: online, from: start, to: end, columns: columns)
  }

  /// A chart of a given time; nil when there is nothing to show: no samples, or nobody online.
  ///
  /// - Parameters:
  ///   - series: Users served.
  ///   - online: All users, above zero.
  ///   - start: Brought to the whole minute before.
  ///   - end: After `start`.
  ///   - columns: Above zero.
  ///   - isOngoing: Whether columns behind the last sample stay empty; otherwise it holds on.
  init?(
    of series: TimeSeries, online: Double, from start: Instant, to end: Instant, columns: Int,
    isOngoing: Bool = false
  ) {
    let values = series.values
    guard let last = values.indices.last, online > 0, columns > 0, end > start else { return nil }
    // Labels stand on whole minutes.
    let minute: Int64 = 60_000_000_000
    let start = Instant(nanoseconds: start.nanoseconds / minute * minute)
    self.start = start
    self.end = end
    let step = series.step.nanoseconds
    let span = end.nanoseconds - start.nanoseconds
    let shift = start.nanoseconds - series.start.nanoseconds
    shares = (0..<columns).map { column in
      // A dip that is shorter than a column has to be seen, so the lowest sample counts.
      let from = Self.offset(of: column, in: columns, span: span)
      let to = Self.offset(of: column + 1, in: columns, span: span)
      if isOngoing, (shift + from) / step > Int64(last) { return 0 }
      let low = Int(min(Int64(last), max(0, (shift + from) / step)))
      let high = Int(min(Int64(last), max(Int64(low), (shift + to - 1) / step)))
      let lowest = values[low...high].min() ?? 0
      return max(0, min(1, lowest / online))
    }
  }

  private static func offset(of column: Int, in columns: Int, span: Int64) -> Int64 {
    // Divided first: a span of centuries times a column would overflow.
    let (quotient, remainder) = span.quotientAndRemainder(dividingBy: Int64(columns))
    return quotient * Int64(column) + remainder * Int64(column) / Int64(columns)
  }

  /// The column of an instant, or nil when it lies outside.
  func column(of instant: Instant) -> Int? {
    guard instant >= start, instant < end else { return nil }
    let (columns, span) = (shares.count, end.nanoseconds - start.nanoseconds)
    let target = instant.nanoseconds - start.nanoseconds
    return (0..<columns).last { Self.offset(of: $0, in: columns, span: span) <= target }
  }

  /// Instants for labels, on round times at least `columns` columns apart.
  func ticks(apart columns: Int) -> [Instant] {
    let minute: Int64 = 60_000_000_000
    let span = end.nanoseconds - start.nanoseconds
    let wanted = max(1, span / Int64(shares.count) * Int64(columns))
    let minutes: [Int64] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440]
    // Beyond days, whole numbers of days.
    let step =
      minutes.map { $0 * minute }.first { $0 >= wanted }
      ?? (wanted / (1440 * minute) + 1) * 1440 * minute
    let first = (start.nanoseconds + step - 1) / step * step
    return stride(from: first, to: end.nanoseconds, by: Int64.Stride(step)).map {
      Instant(nanoseconds: $0)
    }
  }

  // MARK: Drawing

  /// Rows from the top, each column one character: blocks of an eighth, or of a third in ASCII.
  func rows(_ height: Int, hasUnicode: Bool) -> [[Character]] {
    let blocks = Array(hasUnicode ? " ▁▂▃▄▅▆▇█" : " ...:::##")
    return (0..<height).map { row in
      shares.map { share in
        let eighths = Int(share * Double(height * 8) + 0.5)
        // Somebody is not nobody.
        let shown = share > 0 ? max(1, eighths) : 0
        return blocks[max(0, min(8, shown - (height - 1 - row) * 8))]
      }
    }
  }
}
