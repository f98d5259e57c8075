import SimulationKernel

/// The parameters that systems read: each takes its path, its default, the range that belongs to it,
/// where the default comes from, and one sentence for people.
extension ParameterReader {
  /// A span of time, `"250ms"`; not negative unless `range` says so.
  public mutating func duration(
    _ path: String, default value: Duration, in range: ClosedRange<Duration>? = nil,
    _ source: ParameterSource, _ summary: String
  ) -> Duration {
    read(
      path, as: .duration, default: value, range: range.map { .init($0) } ?? .notNegative, source,
      summary)
  }

  /// A whole number of `unit`s, such as `nodes`; plural, as it stands in errors.
  public mutating func integer(
    _ path: String, default value: Int, in range: ClosedRange<Int>? = nil, unit: String = "",
    _ source: ParameterSource, _ summary: String
  ) -> Int {
    read(
      path, as: .integer, default: value, range: range.map { .init($0) }, unit: unit, source,
      summary)
  }

  /// A number; always finite, never minus zero.
  public mutating func number(
    _ path: String, default value: Double, in range: ClosedRange<Double>? = nil, unit: String = "",
    _ source: ParameterSource, _ summary: String
  ) -> Double {
    read(
      path, as: .number, default: value, range: range.map { .init($0) }, unit: unit, source,
      summary)
  }

  /// A part of a whole, `"50%"` or `0.5`; from 0 to 1 unless `range` says otherwise.
  public mutating func share(
    _ path: String, default value: Double, in range: ClosedRange<Double> = 0...1,
    _ source: ParameterSource, _ summary: String
  ) -> Double {
    read(path, as: .share, default: value, range: .init(range), source, summary)
  }

  /// A probability without rounding: `1e-7`, `"0.5%"`, `"1/3"`.
  public mutating func probability(
    _ path: String, default value: ExactFraction,
    in range: ClosedRange<ExactFraction> = .zero ... .one, _ source: ParameterSource,
    _ summary: String
  ) -> ExactFraction {
    read(path, as: .probability, default: value, range: .init(range), source, summary)
  }

  /// Events per second, written `"4000/s"`, `"120/m"`, `"30/h"`; not negative unless `range`, which
  /// is per second too, says so.
  public mutating func rate(
    _ path: String, default value: Double,
    in range: ClosedRange<Double> = 0 ... .greatestFiniteMagnitude, _ source: ParameterSource,
    _ summary: String
  ) -> Double {
    read(path, as: .rate, default: value, range: .init(range), source, summary)
  }

  /// A size relative to the real one, exactly: `"1/10"`, `1`.
  public mutating func scale(
    _ path: String, default value: ExactFraction, in range: ClosedRange<ExactFraction>,
    _ source: ParameterSource, _ summary: String
  ) -> ExactFraction {
    read(path, as: .scale, default: value, range: .init(range), source, summary)
  }

  /// `true` or `false`.
  public mutating func flag(
    _ path: String, default value: Bool, _ source: ParameterSource, _ summary: String
  ) -> Bool {
    read(path, as: .flag, default: value, range: nil, source, summary)
  }

  /// One of an enumeration's raw values.
  public mutating func choice<Choice>(
    _ path: String, default value: Choice, _ source: ParameterSource, _ summary: String
  ) -> Choice where Choice: RawRepresentable<String> & CaseIterable & Sendable {
    read(
      path, as: .choice(placeholder: value), default: value, range: nil, source, summary)
  }

  /// One of an enumeration's raw values, or a duration within `range`.
  public mutating func choiceOrDuration<Choice>(
    _ path: String, default value: ChoiceOrDuration<Choice>, in range: ClosedRange<Duration>,
    _ source: ParameterSource, _ summary: String
  ) -> ChoiceOrDuration<Choice>
  where Choice: RawRepresentable<String> & CaseIterable & Sendable & Equatable {
    read(
      path, as: .choiceOrDuration(Choice.self, placeholder: value), default: value,
      range: .init(durations: range), source, summary)
  }

  /// A clock time of the incident, `"14:18:00"`, or `"1d 00:30:00"` after its first midnight.
  public mutating func clock(
    _ path: String, default value: Instant, in range: ClosedRange<Instant>? = nil,
    _ source: ParameterSource, _ summary: String
  ) -> Instant {
    read(path, as: .clock, default: value, range: range.map { .init($0) }, source, summary)
  }

  /// Any text.
  public mutating func text(
    _ path: String, default value: String, _ source: ParameterSource, _ summary: String
  ) -> String {
    read(path, as: .text, default: value, range: nil, source, summary)
  }

  /// A value with a default, of any format.
  public mutating func read<Value>(
    _ path: String, as format: ParameterFormat<Value>, default value: Value,
    range: ParameterRange<Value>?, unit: String = "", _ source: ParameterSource, _ summary: String
  ) -> Value {
    read(path, as: format, default: .value(value), range: range, unit: unit, source, summary)
      ?? value
  }

  /// A value that the scenario has to set; the format's placeholder after an error.
  public mutating func required<Value>(
    _ path: String, as format: ParameterFormat<Value>, in range: ParameterRange<Value>? = nil,
    unit: String = "", _ source: ParameterSource, _ summary: String
  ) -> Value {
    read(path, as: format, default: .required, range: range, unit: unit, source, summary)
      ?? format.placeholder
  }

  /// A value that may be absent.
  public mutating func optional<Value>(
    _ path: String, as format: ParameterFormat<Value>, in range: ParameterRange<Value>? = nil,
    unit: String = "", _ source: ParameterSource, _ summary: String
  ) -> Value? {
    read(path, as: format, default: .optional, range: range, unit: unit, source, summary)
  }

  /// Notes an error when what is to happen at `instant` would never happen in the run.
  ///
  /// It points at the time, or at a patch that moved the run's end over it.
  ///
  /// - Parameters:
  ///   - instant: When it is to happen.
  ///   - path: The parameter that decides when.
  ///   - span: From the run's start to its end, at which nothing happens any more.
  public mutating func check(
    _ instant: Instant, at path: String, during span: Range<Instant>
  ) {
    guard !span.contains(instant) else { return }
    let isEarly = instant < span.lowerBound
    let message =
      "\(Visible.quoted(fullPath(path))) is \(Units.text(instant)), "
      + (isEarly
        ? "before the run's start, \(Units.text(span.lowerBound))"
        : "not before the run's end, \(Units.text(span.upperBound))")
    let help =
      isEarly
      ? "times after midnight are written like \"1d 00:30:00\""
      : "an earlier end of one run is set with --until"
    report(
      ScenarioError(
        .outOfRange, message, at: blamed(path, against: isEarly ? "start" : "end"),
        help: help))
  }
}
