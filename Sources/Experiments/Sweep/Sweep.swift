import Scenarios
import SimulationKernel
import Systems

/// A sweep that is ready to run: its plan, and the scenarios with the patches of every value.
public struct Sweep: Sendable {
  /// What the values of an axis do to a scenario.
  enum AxisPatches: Sendable {
    /// One of the sweep's files by level.
    case files
    /// Named patches by level.
    case named([[PatchSelection]])
    /// Values of a parameter by level; the path stands at a place.
    case values(DocumentPath, SourceLocation, [DocumentValue])
    /// Values of a parameter by level, made from a range; both ends are what was written.
    case steps(DocumentPath, SourceLocation, from: DocumentValue, to: DocumentValue)
    /// Values of a parameter that are made from a range, which stands at the second place.
    case range(DocumentPath, SourceLocation, SourceLocation)
  }

  /// A file with its scenario.
  public struct Source: Sendable {
    let name: String
    let bytes: [UInt8]
    let file: ScenarioFile

    /// - Parameters:
    ///   - name: What reports and tables call it.
    ///   - bytes: Of the file.
    ///   - file: What was read from them.
    public init(name: String, bytes: [UInt8], file: ScenarioFile) {
      (self.name, self.bytes, self.file) = (name, bytes, file)
    }
  }

  public let plan: SweepPlan
  /// Of the first scenario, as it is at every point where no axis changes it.
  public let header: ScenarioHeader
  /// Why a sample of this size cannot mean what the whole would, or nil if it can.
  public let sampleWarning: String?
  private let files: [ScenarioFile]
  private let common: [PatchSelection]
  private let patches: [AxisPatches]

  /// Points that are all held against the scenario before anything is run; of more, only values of
  /// each axis are, and a combination that the scenario refuses ends the sweep when it is reached.
  public static let checkedPointsMax = 400

  /// Holds a request against its scenarios.
  ///
  /// - Parameters:
  ///   - request: What was asked for.
  ///   - sources: One scenario, or one per value of the scenario axis.
  ///   - version: Of the executable.
  /// - Throws: Every error at once: axes that go against the design, names that are not there, and
  ///   values that the scenario refuses, each at its own place.
  public init(
    _ request: SweepRequest, sources: [Source], version: String
  ) throws(ScenarioErrors) {
    precondition(!sources.isEmpty, "a sweep has a scenario")
    files = sources.map(\.file)
    var patches = request.patches
    var errors: [ScenarioError] = []
    let base: OutageScenario
    do throws(ScenarioErrors) {
      base = try OutageScenario(files[0].resolve(patches).document)
    } catch {
      errors = Self.located(error, request)
      // What is left without them tells what else is wrong.
      (patches, base) = try Self.accepted(request, files[0], &errors)
    }
    common = patches
    header = base.header
    sampleWarning = base.configuration.sampleWarning
    var builder = SweepAxisBuilder(request, sources, base)
    builder.build()
    errors += builder.errors
    self.patches = builder.patches
    let halfWidth = request.halfWidth
    plan = SweepPlan(
      name: request.name, version: version,
      scenarios: sources.map { SweepPlan.Scenario(name: $0.name, bytes: $0.bytes) },
      axes: builder.axes,
      // A sweep that is wrong has values and no points: those of its design may not be countable.
      design: errors.isEmpty ? request.design : SweepDesign(kind: .random, points: 0, seed: 1),
      patches: common.map(\.description),
      until: request.until,
      replication: .init(
        firstSeed: request.firstSeed ?? header.seed,
        count: request.seeds
          ?? (halfWidth == nil ? SweepRequest.seedsUsual : SweepRequest.seedsUsualOfRule),
        halfWidth: halfWidth))
    // Of a sweep that is wrong, each value is held against the scenario by itself.
    errors += errors.isEmpty ? refusedPoints() : refusedValues()
    guard errors.isEmpty else { throw ScenarioErrors(errors) }
  }

  /// The patches for all points that the scenario takes one after the other, and what it is with them.
  ///
  /// - Throws: That the scenario is wrong without any.
  private static func accepted(
    _ request: SweepRequest, _ file: ScenarioFile, _ errors: inout [ScenarioError]
  ) throws(ScenarioErrors) -> ([PatchSelection], OutageScenario) {
    var base: OutageScenario
    do throws(ScenarioErrors) {
      base = try OutageScenario(file.resolve([]).document)
    } catch {
      throw ScenarioErrors(errors + error.errors)
    }
    var accepted: [PatchSelection] = []
    for patch in request.patches {
      do throws(ScenarioErrors) {
        base = try OutageScenario(file.resolve(accepted + [patch]).document)
        accepted.append(patch)
      } catch {
        errors += located(error, request)
      }
    }
    return (accepted, base)
  }

  /// Errors of a hypothesis that stands in a file have their place there, and not in an option.
  private static func located(
    _ errors: ScenarioErrors, _ request: SweepRequest
  ) -> [ScenarioError] {
    guard let place = request.hypothesisPlace, case .hypothesis(let name)? = request.patches.first
    else { return errors.errors }
    return errors.errors.flatMap { error -> [ScenarioError] in
      guard let location = error.location, location.text == name else { return [error] }
      return ScenarioErrors(error).moved(from: "--hypothesis", to: place).errors
    }
  }

  // MARK: Points

  /// The scenario of a point.
  ///
  /// - Throws: What the scenario refuses.
  public func scenario(of point: Int) throws(ScenarioErrors) -> OutageScenario {
    try scenario(plan.points.values(of: point), axes: Array(plan.axes.indices))
  }

  /// The scenario with values of so many axes.
  private func scenario(
    _ values: [(text: String, level: Int?)], axes: [Int]
  ) throws(ScenarioErrors) -> OutageScenario {
    var file = files[0]
    // A hypothesis comes first: it is a view of the world that everything else is seen under.
    var hypothesis: [PatchSelection] = []
    var own: [PatchSelection] = []
    for (axis, value) in zip(axes, values) {
      switch patches[axis] {
      case .files: file = files[value.level ?? 0]
      case .named(let selections):
        let chosen = selections[value.level ?? 0]
        if plan.axes[axis].kind == .hypothesis { hypothesis += chosen } else { own += chosen }
      case .values(let path, let place, let documents):
        let document = documents[value.level ?? 0]
        own.append(Self.patch(path, document, place, plan.axes[axis], value.text))
      case .steps(let path, let place, let from, let to):
        let level = value.level ?? 0
        let document =
          level == 0
          ? from
          : level + 1 == plan.axes[axis].count
            ? to : Self.document(value.text, at: from.location)
        own.append(Self.patch(path, document, place, plan.axes[axis], value.text))
      case .range(let path, let place, let valuePlace):
        let document = Self.document(value.text, at: valuePlace)
        own.append(Self.patch(path, document, place, plan.axes[axis], value.text))
      }
    }
    let scenario = try OutageScenario(file.resolve(hypothesis + common + own).document)
    guard until(scenario) > scenario.header.start else {
      throw ScenarioErrors(
        ScenarioError(
          .outOfRange,
          "runs end at \(until(scenario)), and the scenario starts at \(scenario.header.start)",
          at: nil))
    }
    return scenario
  }

  /// Where runs of a scenario end.
  func until(_ scenario: OutageScenario) -> Instant {
    min(plan.until ?? scenario.comparedUntil ?? scenario.header.end, scenario.header.end)
  }

  static func document(_ text: String, at place: SourceLocation) -> DocumentValue {
    DocumentValue(DocumentNumber(text).map { .number($0) } ?? .string(text), at: place)
  }

  private static func patch(
    _ path: DocumentPath, _ value: DocumentValue, _ place: SourceLocation, _ axis: SweepAxis,
    _ text: String
  ) -> PatchSelection {
    .document(
      ScenarioDocument(root: SetPatch(path, to: value, at: place).patch),
      name: "--set \(axis.name)=\(text)")
  }

  // MARK: Checks

  /// What the scenario says against points; where there are many, against the values of their axes.
  private func refusedPoints() -> [ScenarioError] {
    guard plan.pointCount > Self.checkedPointsMax else {
      return (0..<plan.pointCount).flatMap { refusal(of: plan.points.values(of: $0)) }
    }
    let first = plan.points.values(of: 0)
    return plan.axes.indices.flatMap { number -> [ScenarioError] in
      Self.checkedShares(plan.axes[number]).flatMap { share in
        var values = first
        values[number] = plan.axes[number].value(at: share)
        return refusal(of: values)
      }
    }
  }

  /// What the scenario says against single values, each beside nothing else.
  private func refusedValues() -> [ScenarioError] {
    plan.axes.indices.flatMap { number -> [ScenarioError] in
      let axis = plan.axes[number]
      return Self.checkedShares(axis).flatMap { share in
        refusal(of: [axis.value(at: share)], axes: [number])
      }
    }
  }

  /// Where on the unit interval values of an axis are checked: all of a few, else some from end to end.
  private static func checkedShares(_ axis: SweepAxis) -> [Double] {
    let most: Int
    switch axis.levels {
    case .list: most = checkedPointsMax
    case .steps: most = checkedStepsMax
    case .range: return [0, 1]
    }
    guard let count = axis.count, count > 1 else { return [0] }
    let checked = min(count, most)
    return (0..<checked).map { (Double($0 * (count - 1) / (checked - 1)) + 0.5) / Double(count) }
  }

  /// Values of a range that are checked: what is allowed at two of them is between them too, as a rule.
  private static let checkedStepsMax = 64

  private func refusal(
    of values: [(text: String, level: Int?)], axes: [Int]? = nil
  ) -> [ScenarioError] {
    do throws(ScenarioErrors) {
      _ = try scenario(values, axes: axes ?? Array(plan.axes.indices))
      return []
    } catch {
      return error.errors
    }
  }
}

extension Sweep {
  /// Runs a point once and keeps nothing of it: to tell how long a run takes.
  ///
  /// - Parameters:
  ///   - point: Which one.
  ///   - isStopped: Asked a hundred times or fewer; once true, the run ends where it is.
  ///   - progress: Is told as often the share of simulated time that is done.
  /// - Throws: What the scenario refuses.
  public func rehearse(
    _ point: Int, isStopped: () -> Bool, progress: (Double) -> Void
  ) throws(ScenarioErrors) {
    let scenario = try scenario(of: point)
    _ = Replay.run(
      scenario, options: .init(seed: plan.replication.firstSeed, until: until(scenario)),
      version: plan.version, isStopped: isStopped, progress: progress)
  }
}
