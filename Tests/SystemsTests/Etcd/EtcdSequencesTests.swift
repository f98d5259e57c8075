import Foundation
import Testing

@Suite("Etcd against recorded sequences")
struct EtcdSequencesTests {
  private static func sequences() throws -> [JSON] {
    try JSON.recording("etcd_v2_sequences.jsonl").split(separator: UInt8(ascii: "\n")).map {
      try JSON(parsing: $0)
    }
  }

  @Test("Every recorded sequence is answered and announced as etcd 3.4.23 did it")
  func agrees() throws {
    let sequences = try Self.sequences()
    #expect(sequences.count == 101)
    for sequence in sequences {
      let found = EtcdConformance.judge(sequence: sequence)
      #expect(found.isEmpty, "\(found.prefix(4).joined(separator: "\n"))")
    }
  }

  @Test("A sequence with one field changed is found out")
  func detectsChanges() throws {
    let text = try #require(
      String(data: try JSON.recording("etcd_v2_sequences.jsonl"), encoding: .utf8))
    var noticed = 0
    var changed = 0
    for line in text.split(separator: "\n").prefix(16) {
      for (good, bad) in [
        ("\"action\":\"set\"", "\"action\":\"update\""), ("\"final_index\":", "\"final_index\":1"),
        ("\"modifiedIndex\":1,", "\"modifiedIndex\":2,"), ("\"status\":404", "\"status\":403"),
        ("\"has_expiration\":true", "\"has_expiration\":false"),
      ] where line.contains(good) {
        changed += 1
        let forged = line.replacingOccurrences(of: good, with: bad)
        if !EtcdConformance.judge(sequence: try JSON(parsing: Data(forged.utf8))).isEmpty {
          noticed += 1
        }
      }
    }
    #expect(changed > 40)
    #expect(noticed == changed)
  }
}
