import Scenarios

/// Which kind of recording a value is of, by its fields.
enum RecordingShape {
  private static let sections = [
    "etcd", "middlebox_between_python_http_client_and_etcd", "go_net_http_handlers",
    "python_http_client", "send_calls", "exceptions",
  ]

  /// Nil for a value that is like none of them.
  static func kind(of value: DocumentValue) -> ConformanceKind? {
    guard value.members != nil else { return nil }
    if value["ops"] != nil || value["watches"] != nil { return .etcd }
    if value["levels"] != nil || value["outcome"] != nil { return .supervisor }
    if isRecord(value) || sections.contains(where: { value[$0] != nil }) { return .truncatedPut }
    return EtcdSemantics.sections.contains { value[$0] != nil } ? .etcd : nil
  }

  /// Whether this is one record of a truncated PUT.
  static func isRecord(_ value: DocumentValue) -> Bool {
    value["middlebox"] != nil || value["handler"] != nil
      || (value["server"] != nil && value["case"] != nil)
  }

  /// Refuses a recording of another kind with one error instead of one for each field.
  ///
  /// - Throws: An error at the value's start when it is of another kind or of none.
  static func check(
    _ value: DocumentValue?, is wanted: ConformanceKind
  ) throws(ScenarioErrors) {
    guard let value else { return }
    let found = kind(of: value)
    guard found != wanted else { return }
    let help =
      found.map { "'hindsight conform \($0.rawValue)' judges it" }
      ?? "'hindsight conform --help' says which recordings are read"
    throw ScenarioErrors(
      ScenarioError(
        .wrongType, "this is not a recording of the kind '\(wanted.rawValue)'",
        at: RecordingReader.start(of: value), help: help))
  }
}
