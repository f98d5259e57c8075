import Experiments

/// What the points of a grid over two axes lost, cell by cell.
struct SweepMap: Sendable {
  /// More would not fit on a page, or be too fine to be told apart.
  static let (columnsMax, rowsMax) = (80, 40)

  /// The first axis and the second one, which runs along the columns.
  let rows: SweepAxis
  let columns: SweepAxis
  /// Mean user-minutes lost, row by row in the order of the axis; nil: no run.
  private(set) var cells: [[Double?]]

  /// - Returns: nil where the plan is not a grid over two axes with two to some dozen values each.
  init?(of plan: SweepPlan) {
    guard plan.design.kind == .grid, plan.axes.count == 2, let rowCount = plan.axes[0].count,
      let columnCount = plan.axes[1].count, (2...Self.rowsMax).contains(rowCount),
      (2...Self.columnsMax).contains(columnCount)
    else { return nil }
    rows = plan.axes[0]
    columns = plan.axes[1]
    cells = Array(repeating: Array(repeating: nil, count: columnCount), count: rowCount)
  }

  mutating func add(_ summary: SweepPointSummary) {
    let (row, column) = summary.point.quotientAndRemainder(dividingBy: cells[0].count)
    guard cells.indices.contains(row) else { return }
    cells[row][column] = summary.figure(.userMinutesLost)?.mean
  }

  static func values(of axis: SweepAxis) -> [String] {
    (0..<(axis.count ?? 0)).map(axis.text)
  }
}
