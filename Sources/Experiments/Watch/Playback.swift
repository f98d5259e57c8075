import SimulationKernel

/// What somebody who watches a run wants to see: keys and the clock come in, an instant comes out.
///
/// A value without input or output: the same keys and spans give the same playback.
public struct Playback: Sendable, Equatable {
  /// How far it has come.
  public enum Outcome: Sendable, Equatable {
    case watching, quit, interrupted
  }

  public let start: Instant
  /// The last instant that can be shown.
  public private(set) var end: Instant
  /// What a single step is.
  public let step: Duration
  /// Instants worth jumping to, in order.
  private let marks: [Instant]

  /// What is to be shown.
  public private(set) var position: Instant
  /// Simulated seconds per second.
  public private(set) var speed: Int
  public private(set) var isPaused = false
  public private(set) var isHelpShown = false
  /// A time that is being typed; nil when none is.
  public private(set) var typed: String?
  /// What the last key came to, where that needs a word.
  public private(set) var notice: String?
  public private(set) var outcome = Outcome.watching

  public static let speeds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600]
  /// Longer than this nobody looks away between two frames; a process that was stopped does.
  static let spanMax = Duration.milliseconds(250)
  private static let near = Duration.minutes(1)
  private static let far = Duration.minutes(10)

  /// - Parameters:
  ///   - start: The first instant that can be shown.
  ///   - end: The last one.
  ///   - step: What a single step is, longer than zero.
  ///   - speed: Simulated seconds per second, above zero.
  ///   - marks: Instants worth jumping to.
  public init(
    from start: Instant, to end: Instant, step: Duration, speed: Int = 60, marks: [Instant] = []
  ) {
    precondition(start <= end, "a run does not end before it begins: \(end) is before \(start)")
    precondition(step > .zero, "a step is longer than zero: \(step)")
    precondition(speed > 0, "a speed is above zero: \(speed)")
    (self.start, self.end, self.step, self.speed) = (start, end, step, speed)
    // A step behind, as what happens at an instant is not seen yet at it.
    self.marks = marks.compactMap { $0.adding(step) }.filter { $0 >= start && $0 <= end }.sorted()
    position = start
  }

  // MARK: Clock

  /// Time has passed, in front of the screen.
  ///
  /// - Parameters:
  ///   - span: How much; of more than a quarter of a second, that much counts.
  ///   - reached: What the run has come to. Time stands still while the run is behind.
  public mutating func elapse(_ span: Duration, reached: Instant) {
    guard !isPaused, outcome == .watching, reached == position, span > .zero else { return }
    let (way, overflow) = min(span, Self.spanMax).nanoseconds
      .multipliedReportingOverflow(by: Int64(speed))
    let next = overflow ? nil : position.adding(Duration(nanoseconds: way))
    position = min(end, next ?? end)
    if position == end { isPaused = true }
  }

  /// The run has come to an end before the last instant that it was asked for.
  public mutating func ended(at instant: Instant) {
    guard instant < end else { return }
    end = max(start, instant)
    guard position > end else { return }
    position = end
    isPaused = true
  }

  public var isAtEnd: Bool { position == end }

  // MARK: Keys

  public mutating func press(_ key: Key) {
    guard outcome == .watching else { return }
    notice = nil
    if key == .interrupt {
      outcome = .interrupted
      return
    }
    if typed == nil { command(key) } else { type(key) }
  }

  private mutating func command(_ key: Key) {
    switch key {
    case .character(" "): pause()
    case .character("."): stepOnce()
    case .character(","), .character("b"): seek(to: position.before(step))
    case .character("+"), .character("="): accelerate()
    case .character("-"), .character("_"): slowDown()
    case .character("n"): seekMark(marks.first { $0 > position })
    case .character("p"): seekMark(marks.last { $0 < position })
    case .character("q"), .character("Q"): outcome = .quit
    case .character("?"), .character("h"): isHelpShown.toggle()
    case .character(let character) where ("0"..."9").contains(character):
      typed = String(character)
    case .left: seek(to: position.before(Self.near))
    case .right: seek(to: position.adding(Self.near))
    case .farLeft, .down: seek(to: position.before(Self.far))
    case .farRight, .up: seek(to: position.adding(Self.far))
    case .home: seek(to: start)
    case .end: seek(to: end)
    case .escape: isHelpShown = false
    case .character, .enter, .backspace, .interrupt: break
    }
  }

  private mutating func pause() {
    guard isPaused, isAtEnd else { return isPaused.toggle() }
    notice = "this is the end: go back, or q to quit"
  }

  /// To the next whole step, and no further.
  private mutating func stepOnce() {
    isPaused = true
    let steps = (position - start).nanoseconds / step.nanoseconds + 1
    let (way, overflow) = steps.multipliedReportingOverflow(by: step.nanoseconds)
    seek(to: overflow ? nil : start.adding(Duration(nanoseconds: way)))
  }

  private mutating func accelerate() {
    guard let next = Self.speeds.first(where: { $0 > speed }) else {
      notice = "this is the highest speed"
      return
    }
    speed = next
  }

  private mutating func slowDown() {
    guard let next = Self.speeds.last(where: { $0 < speed }) else {
      notice = "this is the lowest speed"
      return
    }
    speed = next
  }

  /// nil: past the end of time, or before any.
  private mutating func seek(to instant: Instant?) {
    position = min(end, max(start, instant ?? end))
  }

  private mutating func seekMark(_ mark: Instant?) {
    guard let mark else {
      notice = "there is no further action or fault"
      return
    }
    seek(to: mark)
  }

  // MARK: Typed times

  private static let typedMax = 11

  private mutating func type(_ key: Key) {
    let text = typed ?? ""
    switch key {
    case .character(let character)
    where ("0"..."9").contains(character) || ":d ".contains(character):
      if text.count < Self.typedMax { typed = text + String(character) }
    case .backspace: typed = text.count > 1 ? String(text.dropLast()) : nil
    case .enter:
      typed = nil
      guard let instant = Instant(parsing: text) else {
        notice = "'\(text)' is no time: write 14:30 or 14:30:10"
        return
      }
      guard instant >= start, instant <= end else {
        notice = "\(text) is not between \(start) and \(end)"
        return
      }
      seek(to: instant)
    case .escape: typed = nil
    case .left, .right, .farLeft, .farRight, .up, .down, .home, .end:
      typed = nil
      command(key)
    case .character, .interrupt: break
    }
  }
}

extension Playback {
  /// A key, whatever bytes a terminal sends for it.
  public enum Key: Sendable, Equatable {
    case character(Character)
    case left, right, up, down
    /// With shift, or a page.
    case farLeft, farRight
    case home, end, enter, escape, backspace
    /// Ctrl-C.
    case interrupt
  }
}

extension Instant {
  /// The instant a span earlier, the origin of the clock at the earliest.
  fileprivate func before(_ span: Duration) -> Instant {
    Instant(nanoseconds: max(0, nanoseconds - span.nanoseconds))
  }
}
