import SimulationKernel

extension Invariant {
  /// The samples of one function of a formula: a ring of those in its span, or, without a span, a few
  /// numbers.
  struct Window: Sendable {
    let plan: WindowPlan
    private let step: Duration
    private var values: Ring<Double>
    private var changes: Ring<LatencyHistogram>
    /// Of all values so far, or of those in the ring where it is of a distribution.
    private var summary = Summary()
    private var merged = LatencyHistogram()
    private var looks: Int64 = 0

    private struct Summary: Sendable {
      var count = 0
      var sum = 0.0
      var least = Double.infinity
      var greatest = -Double.infinity
      var first = Double.nan

      mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        count += 1
        sum += value
        least = Swift.min(least, value)
        greatest = Swift.max(greatest, value)
      }
    }

    init(_ plan: WindowPlan, every step: Duration) {
      self.plan = plan
      self.step = step
      let steps = plan.span.map { Int($0.nanoseconds / step.nanoseconds) } ?? 0
      // A span of n steps has n + 1 looks at a value, and n changes of a distribution.
      values = Ring(capacity: plan.span == nil ? 0 : steps + 1)
      changes = Ring(capacity: plan.span == nil ? 1 : steps)
    }

    /// Samples that are kept.
    var kept: Int { values.count + changes.count }

    // MARK: Values

    /// Takes a sample, NaN where there is none, and gives the function's value, or NaN.
    mutating func take(_ value: Double) -> Double {
      looks += 1
      guard plan.span != nil else { return takeForEver(value) }
      values.append(value)
      guard values.isFull else { return .nan }
      switch plan.function {
      case .delta: return finite(value - values[0])
      case .rate: return finite((value - values[0]) / (step * Int64(values.capacity - 1)).seconds)
      case .min, .max, .mean:
        var summary = Summary()
        for place in 0..<values.capacity { summary.add(values[place]) }
        return figure(of: summary)
      case .p50, .p90, .p95, .p99, .p999: return .nan
      }
    }

    private mutating func takeForEver(_ value: Double) -> Double {
      if looks == 1 { summary.first = value }
      summary.add(value)
      switch plan.function {
      case .delta: return finite(value - summary.first)
      case .rate: return finite((value - summary.first) / (step * (looks - 1)).seconds)
      case .min, .max, .mean: return figure(of: summary)
      case .p50, .p90, .p95, .p99, .p999: return .nan
      }
    }

    private func figure(of summary: Summary) -> Double {
      guard summary.count > 0 else { return .nan }
      return switch plan.function {
      case .min: summary.least
      case .max: summary.greatest
      case .mean: finite(summary.sum / Double(summary.count))
      case .delta, .rate, .p50, .p90, .p95, .p99, .p999: .nan
      }
    }

    private func finite(_ value: Double) -> Double { value.isFinite ? value : .nan }

    // MARK: Distributions

    /// Takes what a distribution has gained since the last look, and gives the function's value in
    /// seconds, or NaN.
    mutating func take(_ change: LatencyHistogram) -> Double {
      merged.merge(change)
      if let old = changes.append(change) { merged.remove(old) }
      guard changes.isFull else { return .nan }
      if let (rank, total) = plan.function.rank {
        return merged.percentile(rank, of: total) ?? .nan
      }
      return switch plan.function {
      case .min: merged.minimum ?? .nan
      case .max: merged.maximum ?? .nan
      case .mean: merged.mean ?? .nan
      case .delta, .rate, .p50, .p90, .p95, .p99, .p999: .nan
      }
    }
  }

  /// The last so many elements, the oldest first.
  struct Ring<Element: Sendable>: Sendable {
    let capacity: Int
    private var elements: [Element] = []
    private var first = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { elements.count }
    var isFull: Bool { count == capacity }

    /// - Returns: The element that had to go.
    @discardableResult
    mutating func append(_ element: Element) -> Element? {
      guard isFull else {
        elements.append(element)
        return nil
      }
      guard capacity > 0 else { return element }
      let old = elements[first]
      elements[first] = element
      first = first + 1 == capacity ? 0 : first + 1
      return old
    }

    subscript(place: Int) -> Element {
      let index = first + place
      return elements[index < elements.count ? index : index - elements.count]
    }
  }
}
