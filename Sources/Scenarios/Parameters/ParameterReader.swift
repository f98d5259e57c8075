import SimulationKernel

/// Reads typed parameters from a document, and remembers what was asked for.
///
/// Nothing throws until `finish()`: a wrong value is noted and its default used instead, so that one
/// reading finds all errors. Whatever key nobody asked for by then is an error too.
///
///     var reader = ParameterReader(document)
///     let timeout = reader.duration(
///       "clients.timeout", default: .seconds(10), in: .seconds(5) ... .seconds(20), .postmortem(),
///       "How long a client waits for an answer.")
///     try reader.finish()
public struct ParameterReader: Sendable {
  /// Every parameter asked for so far, in that order.
  public private(set) var declarations: [ParameterDeclaration] = []
  /// Whether this reading only collects declarations: values are the defaults, and bodies of lists
  /// and dictionaries run once for a nameless element (`operators[]`).
  public let isDescribing: Bool

  /// Subtrees that a describing reader was told somebody else reads, by their steps.
  private(set) var claims: [[String]] = []
  /// Members of dictionaries that may be a text, by their steps; of a describing reader.
  private(set) var shortForms: [[String]] = []

  private let root: DocumentValue
  /// Positions of the declarations of each path; a path has several when a choice decides its form.
  private var declared: [String: [Int]] = [:]
  private var errors: [ScenarioError] = []
  private var known = KnownKeys()
  private var scope: Scope

  /// The part of the document that paths start from.
  private struct Scope: Sendable {
    /// Steps from the root; an element of a list is `[3]`.
    var steps: [String] = []
    var value: DocumentValue?
    var isElement = false
    /// The choices that led here, from the outside in.
    var conditions: [ParameterCondition] = []
    var position = 0
  }

  public init(_ document: ScenarioDocument) {
    root = document.root
    scope = Scope(value: document.root)
    isDescribing = false
    if document.root.members == nil {
      report(
        ScenarioError(
          .wrongType, "expected an object, found \(root.summary)", at: root.location))
    }
  }

  private init(describing: Void) {
    let source = SourceText(name: "", text: "{}")
    root = DocumentValue(.object([]), at: source.location(0..<2))
    scope = Scope(value: root)
    isDescribing = true
  }

  /// A reader of an empty document that collects declarations, for a schema.
  public static func describing() -> ParameterReader { ParameterReader(describing: ()) }

  /// Ends the reading.
  ///
  /// - Throws: All errors, those about keys that nobody reads included.
  public func finish() throws(ScenarioErrors) {
    guard !isDescribing else { return }
    let unknown = known.unknownKeys(
      in: root, declared: declarations.map(\.path), isPatch: isPatch)
    let all = ScenarioErrors(errors + unknown)
    guard all.isEmpty else { throw all }
  }

  /// Ends a reading of the members `keys` of the document; all other members are somebody else's.
  func finishPart(_ keys: [String]) throws(ScenarioErrors) {
    var part = self
    for member in root.members ?? [] where !keys.contains(member.key) {
      part.known.add([member.key], isWhole: true)
    }
    try part.finish()
  }

  /// Parameters without a source, which a report has to name.
  public var assumptions: [ParameterDeclaration] {
    declarations.filter(\.source.isAssumption)
  }

  /// Whether an error has been found so far.
  public var hasErrors: Bool { !errors.isEmpty }

  // MARK: Errors of the caller

  /// Notes an error that the caller found, such as two values that do not go together.
  public mutating func report(_ error: ScenarioError) {
    if !isDescribing { errors.append(error) }
  }

  /// Notes an error at the place of a parameter, or, when it is not set, where a patch has taken it
  /// away, or at the scope's.
  public mutating func fail(
    _ path: String, _ message: String, kind: ScenarioError.Kind = .conflict, help: String? = nil
  ) {
    if let place = location(of: path) {
      report(ScenarioError(kind, message, at: place, help: help))
    } else {
      reportAbsent(path, kind, message, help: help)
    }
  }

  /// Notes an error about a parameter that is not set: at what a patch did that left it so, with the
  /// place that was patched, or else at the scope's place.
  private mutating func reportAbsent(
    _ path: String, _ kind: ScenarioError.Kind, _ message: String, help: String? = nil
  ) {
    guard let cause = causeOfAbsence(of: path) else {
      report(ScenarioError(kind, message, at: place, help: help))
      return
    }
    let isPatched = isPatch(cause) && !isPatch(place)
    let notes = isPatched ? [ScenarioError.Note("this is what the patch changes", at: place)] : []
    report(ScenarioError(kind, message, at: cause, help: help, notes: notes))
  }

  /// Where a parameter that is not set is null, or a patch changed the choice that asks for it.
  private func causeOfAbsence(of path: String) -> SourceLocation? {
    var value = scope.value
    for key in Self.steps(path) {
      value = value?[key]
      if let value, value.isNull { return value.location }
    }
    guard !isPatch(place) else { return nil }
    return known.choices(in: scope.steps).lazy.compactMap { scope.value?[$0]?.location }
      .first { isPatch($0) }
  }

  /// Notes that values of the scope do not go together, at the one that was set last: a patch comes
  /// after the file.
  public mutating func conflict(
    _ paths: [String], _ message: String, kind: ScenarioError.Kind = .conflict,
    help: String? = nil
  ) {
    let places = paths.compactMap { location(of: $0) }
    let patched = places.last { isPatch($0) }
    report(ScenarioError(kind, message, at: patched ?? places.first ?? place, help: help))
  }

  /// Notes where the two ends of a range, `PATH.min` and `PATH.max`, are the wrong way round.
  public mutating func requireOrder<Value: Comparable>(_ path: String, min: Value, max: Value) {
    guard min > max else { return }
    let paths = ["\(path).min", "\(path).max"]
    let names = paths.map { Visible.quoted(fullPath($0)) }
    conflict(paths, "\(names[0]) is above \(names[1])")
  }

  /// Whether a place lies in a patch: in another text than the scenario's, or in one of the patches
  /// that the scenario itself names.
  public func isPatch(_ place: SourceLocation) -> Bool {
    guard place.fileName == root.location.fileName else { return true }
    return ["hypotheses", "mitigations", "causes"].contains { key in
      guard let patches = root[key]?.location else { return false }
      return patches.offset <= place.offset && place.end <= patches.end
    }
  }

  /// Where to point at when a time of the scope does not fit an end of the run, which is `start` or
  /// `end` of the root: at the end where that was patched and the time was not, else at the time.
  func blamed(_ path: String, against end: String) -> SourceLocation {
    let own = location(of: path) ?? place
    guard let bound = root[end]?.location, isPatch(bound), !isPatch(own) else { return own }
    return bound
  }

  /// Where a parameter is set, or `nil` when it has its default.
  public func location(of path: String) -> SourceLocation? { value(at: path)?.location }

  /// Whether a path is set to something else than null.
  public func isSet(_ path: String) -> Bool { value(at: path) != nil }

  /// Entries of an object that are null, which are read by nobody.
  public func nullMembers(of path: String) -> [(name: String, location: SourceLocation)] {
    (value(at: path)?.members ?? []).filter(\.value.isNull).map { ($0.key, $0.keyLocation) }
  }

  /// The place of the scope.
  public var place: SourceLocation { scope.value?.location ?? root.location }

  /// A path of the scope, from the root.
  func fullPath(_ path: String) -> String { Self.pathText(scope.steps + Self.steps(path)) }
  /// Which member of its dictionary the scope is, counted from zero, those that are null included.
  ///
  /// A patch replaces members in place, leaves a null where it removes one, and adds new ones at the
  /// end: what it does not touch keeps its number.
  public var position: Int { scope.position }

  /// The path of the scope from the root; empty at the root.
  public var path: String { Self.pathText(scope.steps) }

  private func value(at path: String) -> DocumentValue? {
    var value = scope.value
    for key in Self.steps(path) { value = value?[key] }
    return value?.isNull == false ? value : nil
  }

  // MARK: Reading

  /// The value at `path` for reading; notes an error when something on the way is not an object.
  mutating func take(_ path: String, isWhole: Bool = true) -> DocumentValue? {
    let steps = Self.steps(path)
    known.add(scope.steps + steps, isWhole: isWhole)
    var value = scope.value
    for (index, key) in steps.enumerated() {
      guard let parent = value, !parent.isNull else { return nil }
      guard parent.members != nil else {
        let name = Self.pathText(scope.steps + steps[..<index])
        report(
          ScenarioError(
            .wrongType, "\(Visible.quoted(name)) takes an object, not \(parent.summary)",
            at: parent.location,
            help:
              "it holds parameters such as \(Visible.quoted(Self.pathText(scope.steps + steps)))"
          ))
        return nil
      }
      value = parent[key]
    }
    return value?.isNull == false ? value : nil
  }

  /// What stands in for an absent value.
  public enum Default<Value: Sendable>: Sendable {
    case value(Value)
    /// The scenario has to set it.
    case required
    /// It may be absent.
    case optional
  }

  /// Reads one value, of any format; the typed methods come down to this one.
  ///
  /// - Returns: `nil` when absent without a default, or wrong without a default.
  public mutating func read<Value>(
    _ path: String, as format: ParameterFormat<Value>, default fallback: Default<Value>,
    range: ParameterRange<Value>?, unit: String = "", _ source: ParameterSource, _ summary: String
  ) -> Value? {
    let fullPath = fullPath(path)
    var isSet = false
    var result: Value?
    var defaultText: String?
    switch fallback {
    case .value(let value):
      result = value
      defaultText = format.text(value)
      // Our own mistake, not the user's: a default outside of its range could not be written down.
      precondition(
        range?.contains(value) ?? true,
        "the default of '\(fullPath)' is in its range: \(format.text(value))")
    case .required: defaultText = nil
    case .optional: defaultText = "none"
    }
    let found = take(path)
    if let found {
      if let value = parse(found, as: format, range: range, unit: unit, path: fullPath) {
        result = value
        isSet = true
      }
    } else if case .required = fallback {
      reportAbsent(path, .missing, "\(Visible.quoted(fullPath)) is missing: \(summary)")
    }
    declare(
      fullPath, scope.steps + Self.steps(path), format, defaultText, range, unit, source, summary,
      valueText: result.map(format.text) ?? "none", value: result.map(format.json) ?? .null,
      location: isSet ? found?.location : nil)
    return result
  }

  /// Reads a list of values of one format, such as `["20m", "45m"]`.
  ///
  /// - Returns: `value` when absent; without its wrong elements after an error.
  public mutating func values<Value>(
    _ path: String, as format: ParameterFormat<Value>, default value: [Value],
    in range: ParameterRange<Value>? = nil, unit: String = "", _ source: ParameterSource,
    _ summary: String
  ) -> [Value] {
    let fullPath = fullPath(path)
    func text(_ values: [Value]) -> String {
      "[\(values.map(format.text).joined(separator: ", "))]"
    }
    var result = value
    let found = take(path)
    if let elements = found?.elements {
      result = elements.enumerated().compactMap { index, element in
        parse(element, as: format, range: range, unit: unit, path: "\(fullPath)[\(index)]")
      }
    } else if let found {
      wrongType(path, "a list", found)
    }
    declare(
      fullPath, scope.steps + Self.steps(path), format, text(value), range, unit, source, summary,
      valueText: text(result),
      value: .array(result.map(format.json)), location: found?.location, isList: true)
    return result
  }

  private mutating func parse<Value>(
    _ found: DocumentValue, as format: ParameterFormat<Value>, range: ParameterRange<Value>?,
    unit: String, path: String
  ) -> Value? {
    do throws(ParameterProblem) {
      let value = try format.parse(found)
      guard let range, !range.contains(value) else { return value }
      let suffix = unit.isEmpty ? "" : " \(unit)"
      throw ParameterProblem(
        .outOfRange,
        "is \(format.text(value))\(suffix); allowed: \(range.text(format))\(suffix)")
    } catch {
      report(
        ScenarioError(
          error.kind, "\(Visible.quoted(path)) \(error.predicate)", at: found.location,
          help: error.help))
      return nil
    }
  }

  private mutating func declare<Value>(
    _ path: String, _ steps: [String], _ format: ParameterFormat<Value>, _ defaultText: String?,
    _ range: ParameterRange<Value>?, _ unit: String, _ source: ParameterSource, _ summary: String,
    valueText: String, value: JSONValue, location: SourceLocation?, isList: Bool = false
  ) {
    let declaration = ParameterDeclaration(
      path: path, steps: steps, kind: format.kind, unit: unit, defaultText: defaultText,
      rangeText: range?.text(format) ?? "", lowerText: range?.lower.map(format.text),
      upperText: range?.upper.map(format.text), choices: format.choices, source: source,
      summary: summary, valueText: valueText, value: value, isSet: location != nil,
      location: location, isElement: scope.isElement, isList: isList,
      conditions: scope.conditions)
    for index in declared[path] ?? [] {
      // Outside of choices, whoever asked first has declared it.
      guard !scope.conditions.isEmpty else { return }
      if let merged = declarations[index].merged(with: declaration) {
        declarations[index] = merged
        return
      }
    }
    declared[path, default: []].append(declarations.count)
    declarations.append(declaration)
  }

  // MARK: Scopes

  /// Reads with all paths relative to `path`: for two systems that have the same parameters.
  public mutating func scoped<Result>(
    _ path: String, _ body: (inout ParameterReader) -> Result
  ) -> Result {
    let value = take(path, isWhole: false)
    if let value, value.members == nil {
      wrongType(path, "an object", value)
      return enter(Self.steps(path), nil, isElement: scope.isElement, body)
    }
    return enter(Self.steps(path), value, isElement: scope.isElement, body)
  }

  /// Reads what depends on a choice that has been read: `body` runs for the case that was chosen.
  ///
  /// A describing reader runs it for every case, and notes which words lead to what `body` reads.
  ///
  /// - Parameters:
  ///   - path: The parameter of the choice.
  ///   - chosen: What was read there; one of `cases`.
  ///   - cases: All cases, with the words that mean each.
  ///   - body: Reads what belongs to a case.
  /// - Returns: What `body` made of the chosen case.
  public mutating func branch<Case: Equatable, Result>(
    on path: String, _ chosen: Case, among cases: [(name: Case, words: [String])],
    _ body: (inout ParameterReader, Case) -> Result
  ) -> Result {
    guard isDescribing else {
      known.addChoice(scope.steps + Self.steps(path))
      return body(&self, chosen)
    }
    let outer = scope.conditions
    let choice = scope.steps + Self.steps(path)
    var result: Result?
    for (each, words) in cases {
      scope.conditions = outer + [ParameterCondition(steps: choice, words: words)]
      let made = body(&self, each)
      if each == chosen { result = made }
    }
    scope.conditions = outer
    return result ?? body(&self, chosen)
  }

  /// Reads what depends on a choice among an enumeration's words.
  public mutating func branch<Choice, Result>(
    on path: String, _ chosen: Choice, _ body: (inout ParameterReader, Choice) -> Result
  ) -> Result where Choice: RawRepresentable<String> & CaseIterable & Equatable {
    branch(on: path, chosen, among: Choice.allCases.map { ($0, [$0.rawValue]) }, body)
  }

  private mutating func enter<Result>(
    _ steps: [String], _ value: DocumentValue?, isElement: Bool, position: Int = 0,
    _ body: (inout ParameterReader) -> Result
  ) -> Result {
    let outer = scope
    scope = Scope(
      steps: outer.steps + steps, value: value, isElement: isElement,
      conditions: outer.conditions, position: position)
    defer { scope = outer }
    return body(&self)
  }

  /// Reads a list of objects: `body` runs once per element, with paths relative to it.
  ///
  /// - Returns: What `body` made of them, without `nil`s; empty when the list is absent.
  public mutating func list<Element>(
    _ path: String, _ body: (inout ParameterReader) -> Element?
  ) -> [Element] {
    let steps = Self.steps(path)
    if isDescribing {
      _ = take(path)
      _ = enter(Self.element(steps, ""), nil, isElement: true, body)
      return []
    }
    guard let value = take(path) else { return [] }
    guard let elements = value.elements else {
      wrongType(path, "a list of objects", value)
      return []
    }
    return elements.indices.compactMap { index in
      let elementSteps = Self.element(steps, "\(index)")
      guard elements[index].members != nil else {
        let name = Self.pathText(scope.steps + elementSteps)
        report(
          ScenarioError(
            .wrongType, "\(Visible.quoted(name)) takes an object, not \(elements[index].summary)",
            at: elements[index].location))
        return nil
      }
      known.add(scope.steps + elementSteps, isWhole: false)
      return enter(elementSteps, elements[index], isElement: true, body)
    }
  }

  /// Reads an object whose keys are names: `body` runs once per member, with paths relative to it.
  ///
  /// Members that are null count as absent: that is how a patch removes one.
  ///
  /// - Parameters:
  ///   - path: Where the object stands.
  ///   - short: The key that a member stands for which is a text instead of an object.
  ///   - body: Reads one member.
  /// - Returns: What `body` made of them, without `nil`s; empty when the object is absent.
  public mutating func dictionary<Element>(
    _ path: String, short: String? = nil,
    _ body: (inout ParameterReader, _ name: String) -> Element?
  ) -> [(name: String, value: Element)] {
    let steps = Self.steps(path)
    if isDescribing {
      if short != nil { shortForms.append(scope.steps + steps + ["*"]) }
      _ = take(path)
      _ = enter(steps + ["*"], nil, isElement: true) { body(&$0, "*") }
      return []
    }
    guard let value = take(path) else { return [] }
    guard let members = value.members else {
      wrongType(path, "an object of named entries", value)
      return []
    }
    return members.enumerated().compactMap { position, member in
      guard !member.value.isNull else { return nil }
      let memberSteps = steps + [member.key]
      var entry = member.value
      if let short, entry.string != nil {
        entry = DocumentValue(
          .object([.init(key: short, keyLocation: entry.location, value: entry)]),
          at: entry.location)
      }
      guard entry.members != nil else {
        let name = Self.pathText(scope.steps + memberSteps)
        report(
          ScenarioError(
            .wrongType, "\(Visible.quoted(name)) takes an object, not \(member.value.summary)",
            at: member.value.location))
        return nil
      }
      known.add(scope.steps + memberSteps, isWhole: false)
      return enter(memberSteps, entry, isElement: true, position: position) {
        body(&$0, member.key)
      }
      .map { (member.key, $0) }
    }
  }

  /// Takes a whole subtree that somebody else reads; its keys are not checked here.
  @discardableResult
  public mutating func claim(_ path: String) -> DocumentValue? {
    if isDescribing { claims.append(scope.steps + Self.steps(path)) }
    return take(path)
  }

  mutating func wrongType(_ path: String, _ noun: String, _ value: DocumentValue) {
    let name = fullPath(path)
    report(
      ScenarioError(
        .wrongType, "\(Visible.quoted(name)) takes \(noun), not \(value.summary)",
        at: value.location))
  }

  // MARK: Paths

  private static func steps(_ path: String) -> [String] {
    // By bytes: a split by characters has Unicode find their borders.
    path.utf8.split(separator: UInt8(ascii: ".")).map { String(Substring($0)) }
  }

  /// The steps of an element: those of its list, then `[3]`.
  private static func element(_ steps: [String], _ index: String) -> [String] {
    steps + ["[\(index)]"]
  }

  static func pathText(_ steps: some Sequence<String>) -> String {
    var text = ""
    for step in steps {
      if step.utf8.first == UInt8(ascii: "["), step.utf8.last == UInt8(ascii: "]") {
        text += step
      } else {
        text = DocumentPath.joined(text, DocumentPath.component(step))
      }
    }
    return text
  }
}
