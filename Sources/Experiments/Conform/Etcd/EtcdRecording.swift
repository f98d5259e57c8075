import Scenarios

/// Recorded behaviour of etcd's v2 API.
public struct EtcdRecording: Sendable {
  public var sequences: [EtcdSequence]
  /// Walks through what random sequences do not reach.
  public var walks: [EtcdSemantics]

  public init(sequences: [EtcdSequence], walks: [EtcdSemantics] = []) {
    self.sequences = sequences
    self.walks = walks
  }

  /// Reads random sequences of operations, one to a line, or a walk through etcd's semantics.
  ///
  /// - Throws: Every error of the recording, each with its place.
  public init(reading source: SourceText) throws(ScenarioErrors) {
    let values: [DocumentValue]
    switch try RecordingText.read(source) {
    case .lines(let lines): values = lines
    case .whole(let value): values = value.elements ?? [value]
    }
    try RecordingShape.check(values.first, is: .etcd)
    var reader = RecordingReader()
    sequences = []
    walks = []
    for value in values {
      if value["ops"] == nil, EtcdSemantics.sections.contains(where: { value[$0] != nil }) {
        walks.append(reader.semantics(value))
      } else {
        sequences.append(reader.sequence(value))
      }
    }
    reader.checkIDs(of: values)
    guard reader.errors.isEmpty else { throw ScenarioErrors(reader.errors) }
  }
}
