import Observation
import Scenarios
import SimulationKernel
import Systems

extension CheckRuns {
  /// A mitigation among the patches of a subject, and what its absence changes.
  struct Mitigation: Sendable {
    let subject: Int
    /// Its place among the patches.
    let patch: Int
    let name: String
    /// Whether every finished run is the same without it, event for event; nil: stopped before that
    /// was known.
    var isIdle: Bool?
  }

  /// Which of the applied mitigations altered nothing, by subject and in the order of the patches.
  static func mitigations(
    of all: [CheckRuns], jobs: Int, version: String, isStopped: @escaping @Sendable () -> Bool
  ) async -> [Mitigation] {
    // Where nothing was run, nothing is known of anything, and the seeds are missing anyway.
    let pieces = all.indices.filter { !all[$0].records.isEmpty }.flatMap { subject in
      all[subject].subject.patches.indices.compactMap { patch -> Mitigation? in
        guard case .mitigation(let name) = all[subject].subject.patches[patch] else { return nil }
        return Mitigation(subject: subject, patch: patch, name: name)
      }
    }
    let results = await ParallelRuns.map(
      count: pieces.count, jobs: jobs, isStopped: isStopped,
      work: { index -> Bool? in
        let runs = all[pieces[index].subject]
        // What another patch cannot do without has altered something.
        guard let scenario = try? runs.subject.without(patch: pieces[index].patch) else {
          return false
        }
        for record in runs.records {
          guard
            let run = complete(
              OngoingRun(scenario, seed: record.seed), until: runs.subject.until,
              version: version, isStopped)
          else { return nil }
          // The first run that differs settles it.
          if run.record.digest != record.digest { return false }
        }
        return true
      })
    return zip(pieces, results).map { piece, result in
      var judged = piece
      judged.isIdle = result ?? nil
      return judged
    }
  }
}
