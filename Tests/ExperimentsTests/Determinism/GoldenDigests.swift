import Foundation
import Observation
import SimulationKernel

/// The recorded digests of the scenarios, with checkpoints:
/// `Tests/Golden/Digests/scenarios.txt`.
///
/// Each has a line `name events digest interval`, then a line per checkpoint. Recorded anew with
/// `HINDSIGHT_RECORD=1 swift test --filter Golden`.
struct GoldenDigests: Equatable {
  struct Entry: Equatable {
    let name: String
    let events: UInt64
    let digest: String
    let trail: DigestTrail

    init(name: String, events: UInt64, digest: String, trail: DigestTrail) {
      self.name = name
      self.events = events
      self.digest = digest
      self.trail = trail
    }

    /// A run's, with few enough checkpoints to be read.
    init(_ record: RunRecord) {
      name = record.scenario
      events = record.events
      digest = record.digest.description
      trail = record.digestTrail.thinned(to: 64)
    }

    /// The first checkpoint at which the other run differs: events before it agree up to `from`.
    func firstDifference(from other: Entry) -> (from: UInt64, to: UInt64)? {
      guard digest != other.digest || events != other.events else { return nil }
      let agreed = trail.lastAgreement(with: other.trail)
      let interval = max(trail.interval, other.trail.interval)
      return (agreed, min(agreed + interval, max(events, other.events)))
    }
  }

  var entries: [Entry] = []

  static var file: URL {
    Incident.package.appending(path: "Tests/Golden/Digests/scenarios.txt")
  }

  static var isRecording: Bool { ProcessInfo.processInfo.environment["HINDSIGHT_RECORD"] == "1" }

  init(_ entries: [Entry]) { self.entries = entries }

  /// Nil when the text was not written by `text`.
  init?(parsing text: String) {
    var lines = text.split(separator: "\n")[...]
    while let head = lines.popFirst() {
      let words = head.split(separator: " ").map(String.init)
      guard words.count == 4, let events = UInt64(words[1]), let interval = UInt64(words[3]) else {
        return nil
      }
      var checkpoints: [Digest] = []
      while let line = lines.first, line.hasPrefix("  ") {
        lines.removeFirst()
        guard let value = UInt64(line.dropFirst(2), radix: 16) else { return nil }
        var digest = Digest()
        digest.value = value
        checkpoints.append(digest)
      }
      guard let trail = DigestTrail(interval: interval, checkpoints: checkpoints) else {
        return nil
      }
      entries.append(Entry(name: words[0], events: events, digest: words[2], trail: trail))
    }
  }

  var text: String {
    entries.map { entry in
      "\(entry.name) \(entry.events) \(entry.digest) \(entry.trail.interval)\n"
        + entry.trail.checkpoints.map { "  \($0)\n" }.joined()
    }
    .joined()
  }
}
