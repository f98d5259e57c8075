import SimulationKernel

/// Something that an invariant may look at: a figure that a run has at every instant, or the
/// distribution of what took time since the last look.
public struct Signal: Sendable, Equatable {
  public enum Form: Sendable {
    /// One number at a time.
    case value
    /// Many durations, of which percentiles are asked for.
    case distribution
  }

  /// Dotted, as in the series of a run: `users.served`.
  public let name: String
  /// Of the value, or of each value of a distribution.
  public let unit: MetricUnit
  public let form: Form
  /// The signal that counts all of what this one counts a part of; percentages are shares of it.
  public let whole: String?
  /// One sentence for people.
  public let summary: String

  public init(
    _ name: String, _ unit: MetricUnit, form: Form = .value, whole: String? = nil,
    _ summary: String
  ) {
    self.name = name
    self.unit = unit
    self.form = form
    self.whole = whole
    self.summary = summary
  }
}

/// The signals that there are; a signal's number is its place.
public struct SignalCatalogue: Sendable {
  public let signals: [Signal]
  /// Figures that a run has only when it is over, for errors that name one.
  public let figures: [String]

  /// - Precondition: Names differ, and every whole is a value of the catalogue.
  public init(_ signals: [Signal], figures: [String] = []) {
    self.signals = signals
    self.figures = figures
    for (index, signal) in signals.enumerated() {
      precondition(
        signals.firstIndex { $0.name == signal.name } == index,
        "a signal's name is its own: \(signal.name)")
      guard let whole = signal.whole else { continue }
      precondition(
        signals.contains { $0.name == whole && $0.form == .value && $0.unit == signal.unit },
        "the whole of a signal is a signal of the same unit: \(whole)")
    }
  }

  func index(of name: String) -> Int? { signals.firstIndex { $0.name == name } }
}

/// What signals are read from: a world at an instant.
public protocol SignalSource {
  /// The value of a signal, by its number; nil when it has none now.
  func value(of signal: Int, at instant: Instant) -> Double?
  /// All durations of a distribution since the start of the run; it only grows.
  func distribution(of signal: Int) -> LatencyHistogram
}
