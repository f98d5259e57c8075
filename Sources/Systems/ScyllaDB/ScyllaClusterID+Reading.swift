import Scenarios

extension ScyllaClusterID {
  private enum Name: String, CaseIterable, Sendable {
    case sessions, guilds
  }

  /// Reads `cluster` of a fault on a database, or of an operator's step.
  static func read(_ reader: inout ParameterReader) -> ScyllaClusterID {
    let name = reader.required(
      "cluster", as: .choice(placeholder: Name.sessions), .scenario, "The database cluster")
    return name == .sessions ? .sessions : .guilds
  }
}
