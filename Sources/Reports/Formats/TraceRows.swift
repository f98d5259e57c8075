import Observation
import SimulationKernel

/// Spans on rows of their nodes, such that those on one row follow or enclose each other.
///
/// Viewers draw nothing else. Where spans of a node cross, it gets a further row.
struct TraceRows: Sendable {
  /// In the order of the file.
  let spans: [TraceSpan]
  /// The number of each span's row within its system, from 1.
  private(set) var threads: [Int]

  private struct Node: Hashable {
    let system: TraceSystem
    let name: String
  }

  private struct Row {
    let node: Node
    let number: Int
    /// Ends of the spans that enclose what comes next, the innermost last.
    var ends: [Instant] = []

    mutating func takes(_ span: TraceSpan) -> Bool {
      while let last = ends.last, last <= span.start { ends.removeLast() }
      guard let last = ends.last else { return true }
      return span.end <= last
    }
  }

  private let titles: [TraceSystem: [(thread: Int, name: String)]]

  /// - Parameter spans: By start; of those that start together, the enclosing one first.
  init(_ spans: [TraceSpan]) {
    self.spans = spans
    var rows: [Row] = []
    var rowsOfNode: [Node: [Int]] = [:]
    var row: [Int] = []
    for span in spans {
      let node = Node(system: span.system, name: span.node)
      let own = rowsOfNode[node] ?? []
      var place = own.first { rows[$0].takes(span) }
      if place == nil {
        rows.append(Row(node: node, number: own.count + 1))
        rowsOfNode[node, default: []].append(rows.count - 1)
        place = rows.count - 1
      }
      guard let place else { continue }
      rows[place].ends.append(span.end)
      row.append(place)
    }
    // Rows are numbered as people sort them: sessions-9 before sessions-17.
    let order = rows.indices.sorted { left, right in
      let (first, second) = (rows[left], rows[right])
      if first.node.system != second.node.system {
        return first.node.system.rawValue < second.node.system.rawValue
      }
      if first.node.name != second.node.name {
        return Self.precedes(first.node.name, second.node.name)
      }
      return first.number < second.number
    }
    var numbers = Array(repeating: 0, count: rows.count)
    var titles: [TraceSystem: [(thread: Int, name: String)]] = [:]
    for index in order {
      let system = rows[index].node.system
      numbers[index] = (titles[system]?.count ?? 0) + 1
      let number = rows[index].number
      let name = rows[index].node.name + (number > 1 ? " (\(number))" : "")
      titles[system, default: []].append((numbers[index], name))
    }
    self.titles = titles
    threads = row.map { numbers[$0] }
  }

  func names(of system: TraceSystem) -> [(thread: Int, name: String)] { titles[system] ?? [] }

  /// Names with a number at their end by that, if the rest is the same.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    let (first, second) = (split(left), split(right))
    if first.head != second.head { return first.head < second.head }
    if first.number != second.number { return first.number < second.number }
    return left < right
  }

  private static func split(_ name: String) -> (head: Substring, number: UInt64) {
    let digits = name.utf8.reversed().prefix { $0 &- 0x30 < 10 }.count
    return (name.dropLast(digits), UInt64(name.suffix(digits)) ?? 0)
  }
}

/// Arrows from causes to what they cause.
struct TraceFlows: Sendable {
  /// Numbers of the arrows that come to each span, and of those that leave it.
  private(set) var coming: [[Int]]
  private(set) var leaving: [[Int]]

  /// What is drawn inside of its cause needs no arrow; a cause that is not in the file has none.
  init(_ spans: [TraceSpan], _ rows: TraceRows) {
    coming = Array(repeating: [], count: spans.count)
    leaving = Array(repeating: [], count: spans.count)
    var places: [TraceSpan.Context: Int] = [:]
    for (index, span) in spans.enumerated() { places[span.context] = index }
    var count = 0
    for (index, span) in spans.enumerated() {
      let parent = span.parent.map { TraceSpan.Context(trace: span.context.trace, span: $0) }
      for cause in [parent, span.link].compactMap({ $0 }) {
        guard let place = places[cause], place < index,
          !Self.isInside(span, rows.threads[index], spans[place], rows.threads[place])
        else { continue }
        count += 1
        coming[index].append(count)
        leaving[place].append(count)
      }
    }
  }

  private static func isInside(
    _ span: TraceSpan, _ thread: Int, _ cause: TraceSpan, _ causeThread: Int
  ) -> Bool {
    span.system == cause.system && thread == causeThread && span.start < cause.end
  }
}
