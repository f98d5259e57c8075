import Scenarios

/// Holds the models against recordings of the real systems.
public enum Conformance {
  /// Drives the model of etcd with the recorded requests and compares all that it did.
  public static func judge(_ recording: EtcdRecording) -> ConformanceReport {
    ConformanceReport(.etcd, judged: recording.sequences.map { judge($0) })
  }

  /// What differs in one sequence; empty when the model did as etcd did.
  public static func judge(_ sequence: EtcdSequence) -> [ConformanceFailure] {
    EtcdSequenceJudge.failures(of: sequence)
  }

  /// Plays the recorded exits on the model of OTP's supervisors and compares all that followed.
  public static func judge(_ recording: SupervisorRecording) -> ConformanceReport {
    let judged = recording.cases.filter(\.isDeterministic)
    return ConformanceReport(
      .supervisor, judged: judged.map { judge($0) },
      skipped: recording.cases.count - judged.count)
  }

  /// What differs in one supervision tree; empty when the model did as OTP did.
  public static func judge(_ script: SupervisorCase) -> [ConformanceFailure] {
    SupervisorJudge.failures(of: script)
  }
}
