import Scenarios

/// Holds the models against recordings of the real systems.
public enum Conformance {
  /// Drives the model of etcd with the recorded requests and compares all that it did.
  public static func judge(_ recording: EtcdRecording) -> ConformanceReport {
    ConformanceReport(
      .etcd,
      judged: recording.sequences.map { judge($0) }
        + recording.walks.flatMap { EtcdSemanticsJudge.failures(of: $0) })
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

  /// Sends the recorded requests, in their pieces, to the models and compares what came of them.
  public static func judge(_ recording: TruncatedPutRecording) -> ConformanceReport {
    var judged = recording.requests.map { CutRequestJudge.failures(of: $0) }
    judged += recording.middleboxes.map { $0.failures() }
    judged += recording.goHandlers.map { $0.failures() }
    judged += recording.sendCalls.map { $0.failures() }
    judged += recording.exceptions.map { $0.failures() }
    return ConformanceReport(.truncatedPut, judged: judged)
  }
}
