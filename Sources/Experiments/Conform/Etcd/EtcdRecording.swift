import Scenarios

/// Recorded behaviour of etcd's v2 API.
public struct EtcdRecording: Sendable {
  public var sequences: [EtcdSequence]

  public init(sequences: [EtcdSequence]) {
    self.sequences = sequences
  }

  /// Reads random sequences of operations, one to a line.
  ///
  /// - Throws: Every error of the recording, each with its place.
  public init(reading source: SourceText) throws(ScenarioErrors) {
    var reader = RecordingReader()
    switch try RecordingText.read(source) {
    case .lines(let values): sequences = values.map { reader.sequence($0) }
    case .whole(let value):
      sequences = (value.elements ?? [value]).map { reader.sequence($0) }
    }
    guard reader.errors.isEmpty else { throw ScenarioErrors(reader.errors) }
  }
}
