/// A mitigation, a hypothesis or a cause: a patch with a name.
public struct NamedPatch: Sendable {
  public let name: String
  /// One sentence for people.
  public let summary: String
  public let patch: DocumentValue
  /// Where the name is written.
  public let location: SourceLocation
}

/// A patch to apply, in the words of the command line.
public enum PatchSelection: Sendable {
  case hypothesis(String)
  case mitigation(String)
  /// Takes a cause of the incident away.
  case withoutCause(String)
  /// `PATH=VALUE`
  case set(String)
  /// An option with a parameter of its own, such as `--seed` for `seed`.
  case option(name: String, path: DocumentPath, value: String)
  /// A document, such as a point of a sweep, by the name that reports give it.
  case document(ScenarioDocument, name: String)
}

extension PatchSelection {
  /// The option `--scale`.
  ///
  /// - Parameter share: Such as `1/1000`; not checked here.
  /// - Returns: The patch of it.
  public static func scale(_ share: String) -> PatchSelection {
    .option(name: "--scale", path: DocumentPath(["scale"]), value: share)
  }
}

extension PatchSelection: CustomStringConvertible {
  /// As words of the command line, not quoted for a shell: `--set`, `a=1`.
  public var words: [String] {
    switch self {
    case .hypothesis(let name): ["--hypothesis", name]
    case .mitigation(let name): ["--mitigation", name]
    case .withoutCause(let name): ["--without", name]
    case .set(let text): ["--set", text]
    case .option(let name, _, let value): [name, value]
    case .document(_, let name): [name]
    }
  }

  /// As it would be written on the command line, not quoted for a shell: `--set a=1`.
  public var description: String { words.joined(separator: " ") }
}
