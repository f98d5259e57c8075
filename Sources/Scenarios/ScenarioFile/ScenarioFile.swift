/// A scenario as its file holds it: parameters, and the named patches that may change them.
///
///     {
///       "scenario": "discord-2020-03-16", "title": "…", "description": "…",
///       "seed": 1, "scale": "1/100", "start": "14:00:00", "end": "16:00:00",
///       "hypothesis": "window",
///       "hypotheses": { "window": { "summary": "…", "patch": { … } } },
///       "mitigations": { "single-segment": { "summary": "…", "patch": { … } } },
///       "causes": { "trigger": { "summary": "…", "patch": { … } } },
///       "facts": [ … ],
///       …parameters…
///     }
///
/// A patch may change every parameter, but neither the names nor the facts: a mitigation that could
/// edit what was reported would make itself look good. `hypothesis` is chosen before any patch is
/// applied, so a patch of it would come too late and is refused as well.
public struct ScenarioFile: Sendable {
  public let document: ScenarioDocument
  /// In the order of the file.
  public let hypotheses: [NamedPatch]
  public let mitigations: [NamedPatch]
  /// Each with the patch that takes it away.
  public let causes: [NamedPatch]
  /// The hypothesis that holds unless another is named.
  public let defaultHypothesis: String?

  /// Keys that no patch may touch, and why.
  private static let protected: [(key: String, help: String)] = [
    ("scenario", "a changed scenario is still the same scenario; copy the file to rename it"),
    ("hypothesis", "name another one with --hypothesis"),
    ("hypotheses", "a patch changes parameters"),
    ("mitigations", "a patch changes parameters"),
    ("causes", "a patch changes parameters"),
    ("facts", "facts are what was reported; a patch changes parameters"),
  ]

  static var protectedKeys: [String] { protected.map(\.key) }

  /// Reads the named patches; parameters are read later, from what `resolve` makes of them.
  ///
  /// - Throws: Every error in the named patches.
  public init(_ document: ScenarioDocument) throws(ScenarioErrors) {
    var reader = ParameterReader(document)
    self.document = document
    hypotheses = Self.patches("hypotheses", of: &reader)
    mitigations = Self.patches("mitigations", of: &reader)
    for error in mitigations.compactMap(Self.unusableName) { reader.report(error) }
    causes = Self.patches("causes", of: &reader)
    defaultHypothesis = reader.optional(
      "hypothesis", as: .text, .scenario, "The hypothesis that holds unless another is named.")
    if let name = defaultHypothesis, !hypotheses.contains(where: { $0.name == name }) {
      reader.report(
        Self.unknown("hypothesis", name, among: hypotheses, at: reader.location(of: "hypothesis")))
    }
    try reader.finishPart(["hypotheses", "mitigations", "causes", "hypothesis"])
  }

  private static func patches(_ path: String, of reader: inout ParameterReader) -> [NamedPatch] {
    let members = reader.claim(path)?.members ?? []
    return reader.dictionary(path) { reader, name in
      let summary = reader.required(
        "summary", as: .text, .scenario, "One sentence about what it changes.")
      guard let patch = reader.claim("patch") else {
        reader.fail("patch", "'\(reader.path).patch' is missing", kind: .missing)
        return nil
      }
      guard patch.members != nil else {
        reader.wrongType("patch", "an object", patch)
        return nil
      }
      for error in protectedKeys(in: patch) { reader.report(error) }
      let location = members.first { $0.key == name }?.keyLocation ?? reader.place
      return NamedPatch(name: name, summary: summary, patch: patch, location: location)
    }
    .map(\.value)
  }

  /// A name that the command line could not tell from a list or a combination of names.
  private static func unusableName(_ mitigation: NamedPatch) -> ScenarioError? {
    let name = mitigation.name
    guard name.isEmpty || name == "all" || name.contains("+") || name.contains(",") else {
      return nil
    }
    return ScenarioError(
      .wrongType, "a mitigation cannot be called \(Visible.quoted(name))", at: mitigation.location,
      help: "'a,b' names two of them, 'a+b' both at once, and 'all' every one")
  }

  private static func protectedKeys(in patch: DocumentValue) -> [ScenarioError] {
    protected.compactMap { key, help in
      patch.member(key).map { member in
        ScenarioError(
          .conflict, "a patch may not change '\(key)'", at: member.keyLocation, help: help)
      }
    }
  }

  private static func unknown(
    _ noun: String, _ name: String, among patches: [NamedPatch], at location: SourceLocation?
  ) -> ScenarioError {
    let names = patches.map(\.name)
    var help = "this scenario has none"
    if let nearest = SimilarNames.nearest(to: name, among: names) {
      help = "did you mean '\(nearest)'?"
    } else if !names.isEmpty {
      help = "there are \(names.map(Visible.shortened).joined(separator: ", "))"
    }
    return ScenarioError(
      .unknownName, "there is no \(noun) \(Visible.quoted(name))", at: location, help: help)
  }

  // MARK: Patches

  /// A scenario's document with its patches applied.
  public struct Resolved: Sendable {
    /// A null stands where a patch took something away, so that a wrong path is still noticed.
    public let document: ScenarioDocument
    /// What was applied, in order, the default hypothesis included; naming all of it again gives
    /// the same document.
    public let applied: [PatchSelection]
  }

  /// Applies patches from left to right, after the default hypothesis unless one is named.
  ///
  /// - Throws: Every unknown name, with the nearest, and every patch that cannot be read.
  public func resolve(_ selections: [PatchSelection]) throws(ScenarioErrors) -> Resolved {
    var applied = selections
    let isNamed = selections.contains { if case .hypothesis = $0 { true } else { false } }
    if !isNamed, let defaultHypothesis {
      applied.insert(.hypothesis(defaultHypothesis), at: 0)
    }
    return Resolved(document: try applying(applied, to: document.root), applied: applied)
  }

  /// Applies patches from left to right to what others have come to: no default hypothesis is added.
  ///
  /// Whoever tries many values of few parameters need not apply the rest again each time.
  ///
  /// - Throws: Every unknown name, with the nearest, and every patch that cannot be read.
  public func applying(
    _ selections: [PatchSelection], to resolved: DocumentValue
  ) throws(ScenarioErrors) -> ScenarioDocument {
    ScenarioDocument(root: try applied(selections, on: resolved).root)
  }

  /// What patches come to together, as one patch.
  ///
  /// - Parameters:
  ///   - selections: From left to right.
  ///   - root: What they are to be applied to.
  /// - Returns: A patch.
  /// - Throws: Every unknown name, with the nearest, and every patch that cannot be read.
  public func combined(
    _ selections: [PatchSelection], on root: DocumentValue
  ) throws(ScenarioErrors) -> DocumentValue {
    let place = SourceText(name: "", text: "").location(0..<0)
    var combined = DocumentValue(.object([]), at: place)
    for patch in try applied(selections, on: root).patches {
      combined = combined.applying(patch, keepsNulls: true)
    }
    return combined
  }

  /// Applies patches from left to right.
  ///
  /// - Parameters:
  ///   - selections: Their names or texts.
  ///   - root: What they are to be applied to.
  /// - Returns: What each says, and what comes of them.
  /// - Throws: Every patch that is not there, cannot be read, or changes what another takes away.
  private func applied(
    _ selections: [PatchSelection], on root: DocumentValue
  ) throws(ScenarioErrors) -> (patches: [DocumentValue], root: DocumentValue) {
    var root = root
    var patches: [DocumentValue] = []
    var removals = EntryRemovals()
    var errors: [ScenarioError] = []
    for selection in selections {
      do throws(ScenarioErrors) {
        let patch = try patch(of: selection)
        errors += Self.absent(in: patch, removedFrom: [document.root, root])
        errors += removals.conflicts(with: patch, of: selection, on: root)
        root = root.applying(patch, keepsNulls: true)
        patches.append(patch)
      } catch {
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    return (patches, root)
  }

  /// Entries that a patch takes away and that never were there: RFC 7396 has nothing against them, but
  /// somebody has misspelt a name, and would believe the result.
  ///
  /// What the file has may be taken away by several patches at once.
  private static func absent(
    in patch: DocumentValue, removedFrom roots: [DocumentValue]
  ) -> [ScenarioError] {
    EntryRemovals.dictionaries.map(\.key).flatMap { key -> [ScenarioError] in
      let removals = (patch[key]?.members ?? []).filter(\.value.isNull)
      guard !removals.isEmpty else { return [] }
      let entries = roots.flatMap { $0[key]?.members ?? [] }.map(\.key)
      return removals.filter { !entries.contains($0.key) }.map { member in
        let nearest = SimilarNames.nearest(to: member.key, among: entries)
        return ScenarioError(
          .unknownName, "there is no '\(key).\(Visible.text(member.key))' to take away",
          at: member.keyLocation,
          help: nearest.map { "did you mean '\(key).\($0)'?" }
            ?? (entries.isEmpty ? "the scenario has no \(key)" : nil))
      }
    }
  }

  /// The mitigation of a name that stands somewhere, such as in an option.
  ///
  /// - Throws: That there is none, with the nearest, at the place.
  public func mitigation(
    named name: String, at place: SourceLocation
  ) throws(ScenarioErrors) -> NamedPatch {
    if let found = mitigations.first(where: { $0.name == name }) { return found }
    throw ScenarioErrors(Self.unknown("mitigation", name, among: mitigations, at: place))
  }

  private func patch(of selection: PatchSelection) throws(ScenarioErrors) -> DocumentValue {
    let patch: DocumentValue
    switch selection {
    case .hypothesis(let name):
      return try named(name, "hypothesis", hypotheses)
    case .mitigation(let name):
      return try named(name, "mitigation", mitigations)
    case .withoutCause(let name):
      return try named(name, "cause", causes)
    case .set(let text):
      patch = try SetPatch(parsing: text).patch
    case .option(let name, let path, let value):
      patch = try SetPatch(value: value, for: path, name: name).patch
    case .document(let document, _):
      patch = document.root
    }
    let errors = Self.protectedKeys(in: patch)
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    return patch
  }

  private func named(
    _ name: String, _ noun: String, _ patches: [NamedPatch]
  ) throws(ScenarioErrors) -> DocumentValue {
    if let found = patches.first(where: { $0.name == name }) { return found.patch }
    let source = SourceText(name: "--\(noun)", text: name)
    throw ScenarioErrors(
      Self.unknown(noun, name, among: patches, at: source.location(0..<source.bytes.count)))
  }
}
