/// Finds what somebody may have meant.
public enum SimilarNames {
  /// The name most like `name`, or `nil` when none is near enough to be helpful.
  ///
  /// In this order: the same but for case; a dotted name whose last part it is (`maxRestarts` for
  /// `supervision.maxRestarts`); few typing errors away from the whole or from the last part; a name
  /// that it begins, when there is only one. The first of equals wins.
  public static func nearest(to name: String, among candidates: [String]) -> String? {
    let wanted = Folded(name)
    guard !wanted.text.isEmpty, wanted.text.count <= 80 else { return nil }
    var best: (score: Int, name: String)?
    var beginning: [String] = []
    for candidate in candidates {
      let folded = Folded(candidate)
      if let score = score(wanted, folded), score < best?.score ?? .max {
        best = (score, candidate)
      }
      if wanted.text.count >= 3,
        folded.text.starts(with: wanted.text) || folded.last.starts(with: wanted.text)
      {
        beginning.append(candidate)
      }
    }
    return best?.name ?? (beginning.count == 1 ? beginning[0] : nil)
  }

  /// A name in lower case, and its part behind the last dot.
  private struct Folded {
    let text: [UInt8]
    let last: ArraySlice<UInt8>

    init(_ name: String) {
      text = Array(name.lowercased().utf8)
      last = text[(text.lastIndex(of: UInt8(ascii: ".")).map { $0 + 1 } ?? 0)...]
    }
  }

  private static func score(_ wanted: Folded, _ candidate: Folded) -> Int? {
    if wanted.text == candidate.text { return 0 }
    if wanted.text[...] == candidate.last || wanted.last == candidate.text[...] { return 1 }
    if wanted.last == candidate.last { return 2 }
    let whole = distance(wanted.text[...], candidate.text[...])
    let last = distance(wanted.last, candidate.last)
    // The whole weighs first: a neighbour with a typing error beats a namesake elsewhere.
    if let whole { return 2 + 2 * whole }
    return last.map { 3 + 2 * $0 }
  }

  /// Damerau–Levenshtein distance (optimal string alignment), or `nil` above a third of the length.
  static func distance(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int? {
    let limit = max(1, max(left.count, right.count) / 3)
    guard abs(left.count - right.count) <= limit, right.count <= 80,
      min(left.count, right.count) > 1
    else { return nil }
    let (left, right) = (Array(left), Array(right))
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [row] + [Int](repeating: 0, count: right.count)
      for column in 1...right.count {
        let isSame = left[row - 1] == right[column - 1]
        var cost = min(last[column] + 1, current[column - 1] + 1)
        cost = min(cost, last[column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          cost = min(cost, beforeLast[column - 2] + 1)
        }
        current[column] = cost
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count] <= limit ? last[right.count] : nil
  }
}
