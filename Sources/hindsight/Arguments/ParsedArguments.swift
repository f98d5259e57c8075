/// The arguments of one command, checked against its specification.
struct ParsedArguments: Sendable, Equatable {
  struct Occurrence: Sendable, Equatable {
    let name: String
    /// Empty for a flag.
    let value: String
  }

  /// Arguments that are no options, in order.
  var values: [String] = []
  /// Options in the order in which they were given; short forms are written out.
  var occurrences: [Occurrence] = []

  /// The last value of an option.
  func value(_ name: String) -> String? {
    occurrences.last { $0.name == name }?.value
  }

  func has(_ name: String) -> Bool { occurrences.contains { $0.name == name } }

  var wantsJSON: Bool { value("format") == "json" }
}
