/// Looks for the boundary in a grid of two parameters along which the probability of an event passes
/// one half.
///
/// A coarse grid is tried first. Between points of it that agree, the rest is taken to be alike;
/// where they do not, or one is open, the grid is made finer, down to the last column and row.
/// A point beside one that is taken to be different is tried as well, so that the boundary itself
/// is always seen on both of its sides; a patch of the other kind that lies wholly between points
/// of the coarse grid is not seen.
///
/// Each point is tried a few times more until it has a verdict (`HalfTests`), or until its
/// trials are used up.
public struct PhaseSearch: Sendable {
  /// How a search is done.
  public struct Options: Hashable, Sendable {
    /// Columns and rows from one point of the coarse grid to the next, above zero.
    public var stride = 4
    /// Mean share of wrong verdicts among all.
    public var falseShare = 0.05
    /// Trials of a point that is looked at for the first time.
    public var trialsFirst = 8
    /// Trials more of one that stays open.
    public var batch = 4
    /// Trials after which a point is left open.
    public var trialsMax = 64
    /// Trials of the whole search at most; the last questions are as few as are left.
    public var budget = Int.max

    public init() {}
  }

  public struct Question: Hashable, Sendable {
    /// Number of the point: row · columns + column.
    public let point: Int
    /// Numbers of the trials: those of a point follow each other, and no two points share one.
    public let trials: Range<Int>
  }

  public let columns: Int
  public let rows: Int
  public let options: Options
  /// By number of the point; no trials where it was not looked at.
  public private(set) var seen: [Proportion]
  /// By number of the point: whether the probability was shown to be above one half; nil if open.
  public private(set) var verdicts: [Bool?]
  /// What to try next, all of it at once; empty at the end.
  public private(set) var next: [Question] = []
  public private(set) var trials = 0
  /// Whether the budget ended the search before the boundary was seen.
  public private(set) var isExhausted = false
  /// Whether a point is tried, or will be.
  private var wanted: [Bool]
  /// What is taken of points that are not tried.
  private var taken: [Bool?]
  /// Parts of the grid of which nothing is known but their corners.
  private var meshes: [Mesh] = []

  /// Columns and rows from one corner to the other.
  private struct Mesh {
    let columns: ClosedRange<Int>
    let rows: ClosedRange<Int>
  }

  /// - Precondition: There are at least 2 columns and 2 rows.
  public init(columns: Int, rows: Int, options: Options = Options()) {
    precondition(columns >= 2 && rows >= 2, "a diagram has two axes: \(columns) by \(rows)")
    precondition(options.stride > 0, "a grid has a stride: \(options.stride)")
    precondition(
      options.batch > 0 && options.trialsFirst > 0 && options.trialsFirst <= options.trialsMax,
      "a point is tried 1...\(options.trialsMax) times first: \(options.trialsFirst)")
    self.columns = columns
    self.rows = rows
    self.options = options
    seen = Array(repeating: Proportion(0, of: 0), count: columns * rows)
    verdicts = Array(repeating: nil, count: columns * rows)
    wanted = Array(repeating: false, count: columns * rows)
    taken = verdicts
    for down in Self.spans(rows, options.stride) {
      for across in Self.spans(columns, options.stride) { add(Mesh(columns: across, rows: down)) }
    }
    ask()
    keepToBudget()
  }

  private static func spans(_ count: Int, _ stride: Int) -> [ClosedRange<Int>] {
    Swift.stride(from: 0, to: count - 1, by: stride).map { $0...min($0 + stride, count - 1) }
  }

  /// Goes on with the outcomes of all questions of `next`, in their order.
  public mutating func record(successes: [Int]) {
    precondition(successes.count == next.count, "questions have answers: \(successes.count)")
    for (question, count) in zip(next, successes) {
      let before = seen[question.point]
      seen[question.point] = Proportion(
        before.successes + count, of: before.trials + question.trials.count)
      trials += question.trials.count
    }
    verdicts = HalfTests.verdicts(seen, falseShare: options.falseShare)
    ask()
    while next.isEmpty, refine() { ask() }
    keepToBudget()
  }

  /// Takes back of the questions what the budget has no trials for, the last points' first.
  private mutating func keepToBudget() {
    var room = options.budget - trials
    let asked = next.count
    next = next.compactMap { question in
      let count = min(room, question.trials.count)
      room -= count
      guard count > 0 else { return nil }
      return Question(point: question.point, trials: question.trials.prefix(count))
    }
    isExhausted = asked > 0 && next.isEmpty
  }

  /// What is known of a point by its own verdict; or, where it was not tried, taken from the points
  /// of the grid around it.
  public func isAbove(_ point: Int) -> Bool? { wanted[point] ? verdicts[point] : taken[point] }

  private mutating func ask() {
    next = wanted.indices.compactMap { point in
      let done = seen[point].trials
      guard wanted[point], verdicts[point] == nil, done < options.trialsMax else { return nil }
      let count = done == 0 ? options.trialsFirst : options.batch
      let first = point * options.trialsMax + done
      return Question(
        point: point, trials: first..<(first + min(count, options.trialsMax - done)))
    }
  }

  // MARK: The grid

  private mutating func add(_ mesh: Mesh) {
    meshes.append(mesh)
    for corner in corners(of: mesh) { wanted[corner] = true }
  }

  private func corners(of mesh: Mesh) -> [Int] {
    [mesh.rows.lowerBound, mesh.rows.upperBound].flatMap { row in
      [mesh.columns.lowerBound, mesh.columns.upperBound].map { row * columns + $0 }
    }
  }

  /// Wants more points.
  ///
  /// - Returns: Whether there is anything new; nothing is left to be refined otherwise.
  private mutating func refine() -> Bool {
    guard meshes.isEmpty else {
      let coarse = meshes
      meshes = []
      for mesh in coarse { refine(mesh) }
      return true
    }
    // Beside a point of the other kind, nothing is taken to be anything.
    let strangers = wanted.indices.filter { point in
      !wanted[point]
        && neighbours(of: point).contains { wanted[$0] && verdicts[$0] != taken[point] }
    }
    for point in strangers { wanted[point] = true }
    return !strangers.isEmpty
  }

  /// Takes a mesh to be as its corners are, or divides it where these do not agree.
  private mutating func refine(_ mesh: Mesh) {
    let verdicts = corners(of: mesh).map { self.verdicts[$0] }
    if let verdict = verdicts[0], verdicts.allSatisfy({ $0 == verdict }) {
      for row in mesh.rows {
        for column in mesh.columns { taken[row * columns + column] = verdict }
      }
      return
    }
    guard mesh.rows.count > 2 || mesh.columns.count > 2 else { return }
    for down in Self.halves(mesh.rows) {
      for across in Self.halves(mesh.columns) { add(Mesh(columns: across, rows: down)) }
    }
  }

  private static func halves(_ span: ClosedRange<Int>) -> [ClosedRange<Int>] {
    guard span.count > 2 else { return [span] }
    let middle = (span.lowerBound + span.upperBound) / 2
    return [span.lowerBound...middle, middle...span.upperBound]
  }

  private func neighbours(of point: Int) -> [Int] {
    let (row, column) = (point / columns, point % columns)
    var result: [Int] = []
    if column > 0 { result.append(point - 1) }
    if column + 1 < columns { result.append(point + 1) }
    if row > 0 { result.append(point - columns) }
    if row + 1 < rows { result.append(point + columns) }
    return result
  }
}
