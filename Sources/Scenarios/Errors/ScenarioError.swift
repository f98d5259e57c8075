/// What is wrong with a scenario, a patch or another file of ours, and where.
public struct ScenarioError: Error, Sendable, Equatable {
  /// What sort of mistake it is; the message says the rest.
  public enum Kind: String, Sendable, CaseIterable {
    /// Not JSON with comments and trailing commas.
    case syntax
    /// Not UTF-8.
    case encoding
    /// Larger or deeper than is read.
    case limit
    /// The same key twice in one object.
    case duplicateKey
    /// A key or parameter that nobody reads.
    case unknownKey
    /// A name, such as a mitigation's, that is not there.
    case unknownName
    /// Something that has to be there is not.
    case missing
    /// A value of another type.
    case wrongType
    /// A number without the unit that it needs.
    case missingUnit
    /// A unit that this parameter does not have.
    case wrongUnit
    /// Outside of the parameter's range, or of what its type can hold.
    case outOfRange
    /// Right by itself, wrong beside something else.
    case conflict
  }

  /// A second place or a remark.
  public struct Note: Sendable, Equatable {
    public let message: String
    public let location: SourceLocation?

    public init(_ message: String, at location: SourceLocation? = nil) {
      self.message = Visible.message(message)
      self.location = location
    }
  }

  public let kind: Kind
  public let message: String
  /// Absent when the fault is that something is nowhere.
  public let location: SourceLocation?
  /// How to repair it.
  public let help: String?
  public let notes: [Note]

  public init(
    _ kind: Kind, _ message: String, at location: SourceLocation?, help: String? = nil,
    notes: [Note] = []
  ) {
    self.kind = kind
    self.message = Visible.message(message)
    self.location = location
    self.help = help.map(Visible.message)
    self.notes = notes
  }
}

extension ScenarioError: CustomStringConvertible {
  public var description: String { ErrorRenderer().text(of: self) }
}

/// Every error found in one reading, in the order of their places, each once.
public struct ScenarioErrors: Error, Sendable, Equatable {
  public let errors: [ScenarioError]

  public init(_ errors: [ScenarioError]) {
    // Places sort by file in the order in which the files first appear, then by offset.
    var files: [String: Int] = [:]
    for error in errors {
      if let name = error.location?.fileName, files[name] == nil { files[name] = files.count }
    }
    func place(_ error: ScenarioError) -> (Int, Int) {
      guard let location = error.location else { return (-1, 0) }
      return (files[location.fileName] ?? 0, location.offset)
    }
    let sorted = errors.enumerated().sorted { left, right in
      let (first, second) = (place(left.element), place(right.element))
      return first == second ? left.offset < right.offset : first < second
    }
    var unique: [ScenarioError] = []
    unique.reserveCapacity(sorted.count)
    var group = 0
    for (_, error) in sorted {
      if let last = unique.last, place(last) != place(error) { group = unique.count }
      // Errors at one place only are compared with each other.
      if !unique[group...].contains(where: { $0.isSame(as: error) }) { unique.append(error) }
    }
    self.errors = unique
  }

  public init(_ error: ScenarioError) { self.init([error]) }

  public var isEmpty: Bool { errors.isEmpty }
  public var count: Int { errors.count }
}

extension ScenarioError {
  /// Whether a reader would call both the same error.
  fileprivate func isSame(as other: ScenarioError) -> Bool {
    kind == other.kind && message == other.message
      && location?.offset == other.location?.offset
      && location?.fileName == other.location?.fileName
  }
}

extension ScenarioErrors: CustomStringConvertible {
  public var description: String { ErrorRenderer().text(of: self) }
}
