import SimulationKernel

/// How much of a run a page shows, so that no scenario makes it larger than `bytesMax`.
public struct PageDetail: Sendable, Equatable {
  /// Rows of a table; below stands how many more there are.
  let rows: Int
  /// Unicode scalars of a text that a scenario gives.
  let characters: Int
  /// Samples of all lines of all charts together.
  let samples: Int

  /// No page is as large as this.
  public static let bytesMax = 2_000_000

  /// From all that people read down to what always fits.
  static let levels = [
    PageDetail(rows: 250, characters: 600, samples: 240_000),
    PageDetail(rows: 80, characters: 200, samples: 60_000),
    PageDetail(rows: 24, characters: 80, samples: 30_000),
  ]

  /// The first page that is small enough.
  ///
  /// - Parameter page: Makes the page with a detail.
  /// - Returns: Its text.
  static func text(_ page: (PageDetail) -> String) -> String {
    var text = ""
    for detail in levels {
      text = page(detail)
      if text.utf8.count < bytesMax { break }
    }
    return text
  }

  /// A stranger's text, as long as there is room for.
  func text(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard
      let end = scalars.index(
        scalars.startIndex, offsetBy: characters, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "…"
  }

  /// The first rows of a list, and how many are left out.
  func shown<Row>(_ rows: [Row]) -> (rows: [Row], left: Int) {
    (Array(rows.prefix(self.rows)), max(0, rows.count - self.rows))
  }

  /// Below a table that does not show all rows.
  static func more(_ left: Int, _ noun: String) -> [Markup] {
    left > 0 ? [Markup("p", ["class": "small dim"], text: "and \(left) more \(noun)")] : []
  }

  /// How many samples one becomes in each line when there are `lines` of them; 1 leaves them as they
  /// are, otherwise it is even: of each so many the least and the greatest are kept.
  func bucket(samples count: Int, lines: Int) -> Int {
    let most = max(64, samples / max(1, lines))
    guard count > most else { return 1 }
    return (count + most - 1) / most * 2
  }

  /// The least and the greatest of each bucket, in the order in which they come; two values for each.
  static func thinned(_ values: [Double], bucket: Int) -> [Double] {
    guard bucket > 1 else { return values }
    return stride(from: 0, to: values.count, by: bucket).flatMap { from -> [Double] in
      let part = values[from..<min(from + bucket, values.count)].filter(\.isFinite)
      guard let least = part.indices.min(by: { part[$0] < part[$1] }),
        let most = part.indices.max(by: { part[$0] < part[$1] })
      else { return [.nan, .nan] }
      return least <= most ? [part[least], part[most]] : [part[most], part[least]]
    }
  }
}
