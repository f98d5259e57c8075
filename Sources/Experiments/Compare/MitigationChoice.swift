import Scenarios

/// Which mitigations a command is asked for: some by name, several together as `a+b`, or `all`.
public struct MitigationChoice: Sendable {
  public typealias Arm = ComparisonPlan.Arm

  /// Whether every mitigation is asked for, each by itself.
  public private(set) var hasAll = false
  /// Those that were named, in order.
  public private(set) var named: [Arm] = []

  public init() {}

  public var isEmpty: Bool { !hasAll && named.isEmpty }

  /// The arms: every mitigation if all are asked for, and those that were named beside them.
  public func arms(of file: ScenarioFile) -> [Arm] {
    guard hasAll else { return named }
    let all = Self.all(of: file)
    return all + named.filter { arm in !all.contains { $0.name == arm.name } }
  }

  /// Every mitigation of a scenario, each by itself.
  public static func all(of file: ScenarioFile) -> [Arm] {
    file.mitigations.map { Arm(name: $0.name, mitigations: [$0.name], summary: $0.summary) }
  }

  /// Adds what `--mitigations a,b+c,all` lists.
  ///
  /// - Throws: Every unknown, empty and repeated name, at its place in the option.
  public mutating func add(
    list text: String, option: String, of file: ScenarioFile
  ) throws(ScenarioErrors) {
    let source = SourceText(name: option, text: text)
    var errors: [ScenarioError] = []
    for range in Self.parts(of: source, 0..<source.bytes.count, between: ",") {
      if source.string(in: range) == "all" {
        hasAll = true
        continue
      }
      do throws(ScenarioErrors) {
        let arm = try Self.arm(source, range, of: file)
        if let error = repetition(of: arm, at: source.location(range)) { errors.append(error) }
        named.append(arm)
      } catch {
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
  }

  /// Adds what `--mitigation a+b` names: one arm.
  ///
  /// - Throws: Every unknown, empty and repeated name, at its place in the option.
  public mutating func add(
    _ text: String, option: String, of file: ScenarioFile
  ) throws(ScenarioErrors) {
    let source = SourceText(name: option, text: text)
    let range = 0..<source.bytes.count
    let arm = try Self.arm(source, range, of: file)
    if let error = repetition(of: arm, at: source.location(range)) {
      throw ScenarioErrors(error)
    }
    named.append(arm)
  }

  /// The mitigations that `a+b` names, as one.
  ///
  /// - Throws: Every unknown, empty and repeated name, at its place in the option.
  public static func arm(
    _ text: String, option: String, of file: ScenarioFile
  ) throws(ScenarioErrors) -> Arm {
    let source = SourceText(name: option, text: text)
    return try arm(source, 0..<source.bytes.count, of: file)
  }

  /// The mitigations that a part of a text names, as one.
  static func arm(
    _ source: SourceText, _ range: Range<Int>, of file: ScenarioFile
  ) throws(ScenarioErrors) -> Arm {
    var names: [String] = []
    var summaries: [String] = []
    var errors: [ScenarioError] = []
    for part in parts(of: source, range, between: "+") {
      let (name, place) = (source.string(in: part), source.location(part))
      do throws(ScenarioErrors) {
        guard !name.isEmpty else {
          throw ScenarioErrors(
            ScenarioError(.syntax, "expected the name of a mitigation", at: place))
        }
        guard !names.contains(name) else {
          throw ScenarioErrors(
            ScenarioError(.conflict, "'\(name)' stands here twice", at: place))
        }
        summaries.append(try file.mitigation(named: name, at: place).summary)
        names.append(name)
      } catch {
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
    return Arm(
      name: source.string(in: range), mitigations: names,
      summary: summaries.joined(separator: " "))
  }

  private func repetition(of arm: Arm, at place: SourceLocation) -> ScenarioError? {
    guard named.contains(where: { $0.name == arm.name }) else { return nil }
    return ScenarioError(
      .conflict, "'\(arm.name)' is asked for twice", at: place,
      help: "each mitigation, and each combination, is one arm")
  }

  private static func parts(
    of source: SourceText, _ range: Range<Int>, between separator: Unicode.Scalar
  ) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    for position in range where source.bytes[position] == UInt8(ascii: separator) {
      parts.append(start..<position)
      start = position + 1
    }
    return parts + [start..<range.upperBound]
  }
}
