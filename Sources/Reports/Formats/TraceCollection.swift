import Observation

/// The spans of a run that a file of limited size has room for.
///
/// Spans give way in the order of their rank, and all of one rank at once: what is kept does not depend
/// on the order in which spans come, and what fits into a small file is in a larger one too. It takes
/// memory in proportion to the limit, not to the run.
public struct TraceCollection: Sendable {
  /// Bytes that the file may have.
  public let limit: Int
  /// Spans that were there and are not kept.
  public private(set) var dropped = 0
  /// Spans below this rank are not kept.
  public private(set) var threshold: UInt8 = 0
  private var spans: [TraceSpan] = []
  private var bytesByRank = Array(repeating: 0, count: Int(TraceRank.end))
  private var bytes = 0
  private let size: @Sendable (TraceSpan) -> Int

  /// - Parameters:
  ///   - limit: Bytes that the file may have, above zero.
  ///   - size: The least that a span takes of them.
  public init(limit: Int, size: @escaping @Sendable (TraceSpan) -> Int) {
    precondition(limit > 0, "a file has room for something: \(limit)")
    self.limit = limit
    self.size = size
  }

  public mutating func add(_ spans: [TraceSpan]) {
    for span in spans { add(span) }
  }

  private mutating func add(_ span: TraceSpan) {
    guard span.rank >= threshold else {
      dropped += 1
      return
    }
    let length = size(span)
    spans.append(span)
    bytesByRank[Int(span.rank)] += length
    bytes += length
    while bytes > limit { raise() }
  }

  /// Drops the lowest rank of those that are kept.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  public mutating func raise() -> Bool {
    guard let lowest = spans.lazy.map(\.rank).min() else { return false }
    bytes -= bytesByRank[Int(lowest)]
    bytesByRank[Int(lowest)] = 0
    threshold = lowest + 1
    let before = spans.count
    spans.removeAll { $0.rank <= lowest }
    dropped += before - spans.count
    return true
  }

  /// The spans by their start; a cause stands before what it causes.
  public var sorted: [TraceSpan] {
    spans.sorted { ($0.start, $0.order) < ($1.start, $1.order) }
  }
}

/// What a file of spans says about itself.
public struct TraceNotes: Sendable {
  let run: RunLabels
  let sampling: TraceSampling
  /// Spans that the sampling left out, each with what would have come of it.
  let leftOut: Int
  /// Bytes that the file may have.
  var limit = 0
  /// Spans that the limit left out.
  var dropped = 0
  /// One of so many samples of the series is in the file.
  var stride = 1

  public init(run: RunLabels, sampling: TraceSampling, leftOut: Int) {
    self.run = run
    self.sampling = sampling
    self.leftOut = leftOut
  }

  /// In the order in which they are written.
  var entries: [(key: String, value: String)] {
    [
      ("generator", "hindsight \(run.version)"), ("scenario", run.scenario),
      ("seed", "\(run.seed)"), ("digest", run.run), ("scale", run.scale),
      ("patches", run.patches.joined(separator: " ")), ("sampling", sampling.rawValue),
      ("spans.leftOut", "\(leftOut)"), ("limit", "\(limit)"), ("spans.dropped", "\(dropped)"),
      ("series.stride", "\(stride)"),
    ]
  }
}

/// The part of a file's room that series may take.
enum SeriesRoom {
  /// Takes every second, fourth, … sample until they fit into a quarter of the file.
  ///
  /// - Parameters:
  ///   - limit: Of the file, in bytes.
  ///   - length: How many samples each series has.
  ///   - size: What the series take at a stride.
  /// - Returns: A power of two.
  static func stride(limit: Int, length: Int, size: (Int) -> Int) -> Int {
    var stride = 1
    while stride < length, size(stride) > limit / 4 { stride *= 2 }
    return stride
  }
}
