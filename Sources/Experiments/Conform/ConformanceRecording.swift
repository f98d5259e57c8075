import Scenarios

/// Recordings of any kind, from text to verdict.
public enum ConformanceRecording {
  /// Largest recording that is read, in bytes.
  public static let bytesMax = RecordingText.bytesMax

  /// Reads a recording of `kind` and holds the models against it.
  ///
  /// - Throws: Every error of the recording, each with its place; nothing is judged then.
  public static func judge(
    _ source: SourceText, as kind: ConformanceKind
  ) throws(ScenarioErrors) -> ConformanceReport {
    switch kind {
    case .etcd: Conformance.judge(try EtcdRecording(reading: source))
    case .supervisor: Conformance.judge(try SupervisorRecording(reading: source))
    case .truncatedPut: Conformance.judge(try TruncatedPutRecording(reading: source))
    }
  }
}
