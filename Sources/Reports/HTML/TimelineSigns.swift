import Observation
import SimulationKernel

/// The moments of a run with the signs that the timeline and the charts have in common.
struct TimelineSigns {
  struct Row {
    let entry: TimelineEntry
    let kind: TimeFlags.Kind
    /// Empty where it has no time.
    let sign: String
  }

  let rows: [Row]

  init(_ record: RunRecord) {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    var (actions, outcomes) = (0, 0)
    rows = record.timeline.map { entry in
      switch entry.kind {
      case .fault: return Row(entry: entry, kind: .fault, sign: entry.simulated == nil ? "" : "!")
      case .action:
        guard entry.simulated != nil else { return Row(entry: entry, kind: .action, sign: "") }
        actions += 1
        // Beyond 52 actions letters would repeat and point at the wrong row.
        let sign = actions <= letters.count ? String(letters[actions - 1]) : "*"
        return Row(entry: entry, kind: .action, sign: sign)
      case .outcome:
        guard entry.simulated != nil || entry.reported != nil else {
          return Row(entry: entry, kind: .fact, sign: "")
        }
        outcomes += 1
        return Row(entry: entry, kind: .fact, sign: "\(outcomes)")
      }
    }
  }

  /// The moments as they are marked in charts; what was reported of an outcome is one of its own.
  ///
  /// - Parameter detail: How many there may be, and how long their texts.
  /// - Returns: Those that have a time.
  func flags(_ detail: PageDetail) -> TimeFlags {
    TimeFlags(
      flags: rows.prefix(detail.rows).flatMap { row -> [TimeFlags.Flag] in
        let text = detail.text(row.entry.text)
        var flags: [TimeFlags.Flag] = []
        if let at = row.entry.simulated {
          flags.append(.init(kind: row.kind, at: at, sign: row.sign, text: text))
        }
        if row.kind == .fact, let at = row.entry.reported {
          flags.append(.init(kind: .reported, at: at, sign: row.sign, text: "reported: \(text)"))
        }
        return flags
      })
  }
}
