import Experiments
import Reports
import SimulationKernel

/// A run that somebody watches: keys, clock, run and picture, over and over.
struct WatchSession {
  private(set) var run: WatchedRun
  private(set) var playback: Playback
  private let style: TextStyle
  private var decoder = KeyDecoder()

  /// What passes from one picture to the next, if the run is not behind.
  private static let frame = 40

  init(_ run: WatchedRun, _ playback: Playback, style: TextStyle) {
    self.run = run
    self.playback = playback
    self.style = style
  }

  /// Shows the run until somebody has seen enough.
  ///
  /// - Throws: What the terminal refuses.
  mutating func show(on screen: Screen) throws(FileProblem) {
    var before = ContinuousClock.now
    var isBehind = false
    var shown: Subject?
    while playback.outcome == .watching, !Interruption.wasRequested {
      try screen.attend()
      let bytes = try screen.read(waiting: isBehind ? 0 : Int32(Self.frame))
      for input in decoder.inputs(of: bytes) {
        switch input {
        case .key(let key): playback.press(key)
        case .redraw: screen.forget()
        case .suspend: try screen.suspend()
        }
      }
      let now = ContinuousClock.now
      playback.elapse(Self.span(now - before), reached: run.now)
      before = now
      let deadline = now + .milliseconds(Self.frame)
      isBehind = !run.go(to: playback.position) {
        ContinuousClock.now >= deadline || screen.hasInput || Interruption.wasRequested
      }
      if run.end != nil { playback.ended(at: run.last) }
      let size = screen.size
      let subject = Subject(playback: playback, now: run.now, size: size)
      guard subject != shown || screen.isBlank else { continue }
      shown = subject
      let picture = WatchFrame(
        Dashboard(of: run.run, until: run.until), playback, columns: size.columns,
        rows: size.rows, style: style)
      try screen.show(picture.lines)
    }
  }

  /// What a picture depends on: one that nothing has changed in is not made again.
  private struct Subject: Equatable {
    let playback: Playback
    let now: Instant
    let size: Screen.Size
  }

  private static func span(_ span: Swift.Duration) -> SimulationKernel.Duration {
    let parts = span.components
    guard parts.seconds < 3_600 else { return .minutes(60) }
    return .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
  }
}
