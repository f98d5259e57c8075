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

  /// The last value of an option that counts something; nil when it is not given.
  func count(
    _ name: String, in range: ClosedRange<Int> = 1...1_000_000
  ) throws(CommandFailure) -> Int? {
    guard let text = value(name) else { return nil }
    guard let count = Int(text), !text.hasPrefix("+"), range.contains(count) else {
      throw .usage(
        UsageError(
          "'--\(name)' takes a whole number from \(range.lowerBound) to \(range.upperBound), not "
            + ArgumentParser.quoted(text)))
    }
    return count
  }

  var wantsJSON: Bool { value("format") == "json" }
}
