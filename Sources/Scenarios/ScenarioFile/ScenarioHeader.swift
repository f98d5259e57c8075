import SimulationKernel

/// What every scenario has beside the parameters of its systems.
public struct ScenarioHeader: Sendable, Equatable {
  /// Stable and fit for a file name: `discord-2020-03-16`.
  public let name: String
  public let title: String
  public let description: String
  /// The run's seed unless the command line names one.
  public let seed: UInt64
  /// Users and capacities relative to the real ones, above 0 and at most 1.
  public let scale: ExactFraction
  public let start: Instant
  /// After `start`.
  public let end: Instant
  /// The reported claims, as they are written; whoever checks them reads them.
  public let facts: DocumentValue?

  /// Reads the header from a resolved document, and leaves the parameters to the systems.
  ///
  /// Errors are noted in `reader`; after one, the values are placeholders.
  public init(reading reader: inout ParameterReader) {
    // For editors, which find the schema of a file by it.
    reader.claim("$schema")
    reader.claim("hypothesis")
    reader.claim("hypotheses")
    reader.claim("mitigations")
    reader.claim("causes")
    facts = reader.claim("facts")
    name = reader.required("scenario", as: .scenarioName, .scenario, "The scenario's stable name.")
    title = reader.text("title", default: "", .scenario, "One line for people.")
    description = reader.text("description", default: "", .scenario, "What happened, in words.")
    seed = reader.read(
      "seed", as: .seed, default: 1, range: nil, .scenario,
      "The seed of all randomness, unless the command line names another.")
    scale = reader.scale(
      "scale", default: .one, in: .oneIn(1_000_000) ... .one, .scenario,
      "Users and capacities relative to the real ones.")
    start = reader.clock("start", default: .start, .scenario, "When the run begins.")
    end = reader.required("end", as: .clock, .scenario, "When the run ends.")
    if reader.isSet("end"), end <= start, !reader.hasErrors {
      reader.conflict(
        ["end", "start"],
        "'end' is \(Units.text(end)), which is not after 'start', \(Units.text(start))",
        help: "times after midnight are written like \"1d 00:30:00\"")
    }
    if end > Self.latestEnd {
      reader.fail(
        "end", "'end' is \(Units.text(end)), after \(Units.text(Self.latestEnd))",
        kind: .outOfRange)
    }
  }

  /// Six years before the end of time: what is ordered ahead in a run is at most some years away.
  static let latestEnd = Instant.start + .days(104_500)
}

extension ParameterFormat where Value == UInt64 {
  /// 64 bits, decimal or `"0x…"`.
  public static var seed: ParameterFormat {
    ParameterFormat(
      .seed, noun: "a seed", placeholder: 0,
      parse: { (value) throws(ParameterProblem) in
        let help = "a whole number below 2^64, or \"0x…\" with up to 16 digits"
        if let number = value.number {
          guard let seed = number.uint64 else {
            throw ParameterProblem(
              .outOfRange, "is \(number.shortText), which is no seed", help: help)
          }
          return seed
        }
        guard let text = value.string, text.hasPrefix("0x"), text.utf8.count > 2,
          // A sign would be accepted by the conversion.
          text.utf8.dropFirst(2).first.map({ $0 != 0x2B && $0 != 0x2D }) == true,
          let seed = UInt64(text.dropFirst(2), radix: 16)
        else { throw .wrongType("a seed", value, help: help) }
        return seed
      },
      text: { "\($0)" }, json: { .unsigned($0) })
  }
}

extension ParameterFormat where Value == String {
  /// A name that can be part of a file's name on every system.
  public static var scenarioName: ParameterFormat {
    ParameterFormat(
      .text, noun: "a name", placeholder: "",
      parse: { (value) throws(ParameterProblem) in
        let name = try ParameterFormat<String>.text.parse(value)
        let isPlain = name.utf8.allSatisfy { byte in
          (byte | 0x20) &- 0x61 < 26 || NumberGrammar.isDigit(byte) || "-_.".utf8.contains(byte)
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= 80, !name.hasPrefix("."),
          !name.hasPrefix("-")
        else {
          throw ParameterProblem(
            .wrongType, "cannot be \(Visible.quoted(name))",
            help: "a name has letters, digits, '-', '_' and '.', such as discord-2020-03-16")
        }
        return name
      },
      text: { $0 })
  }
}
