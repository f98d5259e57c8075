import Scenarios
import Systems

/// Holds the axes of a request against its scenarios and its design.
struct SweepAxisBuilder {
  private let request: SweepRequest
  private let sources: [Sweep.Source]
  private let base: OutageScenario

  private(set) var axes: [SweepAxis] = []
  private(set) var patches: [Sweep.AxisPatches] = []
  private(set) var errors: [ScenarioError] = []

  init(_ request: SweepRequest, _ sources: [Sweep.Source], _ base: OutageScenario) {
    (self.request, self.sources, self.base) = (request, sources, base)
  }

  mutating func build() {
    for (number, axis) in request.axes.enumerated() {
      if request.axes[..<number].contains(where: { $0.name == axis.name }) {
        fail(.conflict, "'\(Visible.text(axis.name))' is an axis already", axis.place)
        continue
      }
      if axis.name == "seed" {
        fail(
          .conflict, "'seed' is no axis: every point has the same seeds", axis.place,
          help: "say how many with --seeds, and the first with --seed")
        continue
      }
      add(axis)
    }
    if request.axes.isEmpty { fail(.missing, "there is no axis", nil) }
    checkDesign()
  }

  private mutating func fail(
    _ kind: ScenarioError.Kind, _ message: String, _ place: SourceLocation?, help: String? = nil
  ) {
    errors.append(ScenarioError(kind, message, at: place, help: help))
  }

  // MARK: Design

  private mutating func checkDesign() {
    let design = request.design
    switch (design.kind, design.points) {
    case (.grid, .some):
      fail(
        .conflict, "a grid has as many points as its axes have values together",
        request.designPlace, help: "leave 'points' out, or choose another design")
    case (.grid, nil):
      var count = 1
      for axis in axes {
        let (product, overflow) = count.multipliedReportingOverflow(by: axis.count ?? 1)
        count = overflow ? .max : product
      }
      if count > SweepDesign.pointsMax {
        fail(
          .limit, "the grid has more than \(SweepDesign.pointsMax) points", request.designPlace,
          help: "a design such as sobol has as many as 'points' says")
      }
    case (_, nil):
      fail(
        .missing, "a \(design.kind.rawValue) design takes a number of points",
        request.designPlace, help: "say how many with 'points'")
    case (.sobol, .some) where axes.count > SobolSequence.dimensionsMax:
      fail(
        .limit, "Sobol's sequence has at most \(SobolSequence.dimensionsMax) axes",
        request.designPlace)
    default: break
    }
  }

  // MARK: Axes

  private mutating func add(_ axis: SweepAxisRequest) {
    let count = errors.count
    let made: (SweepAxis.Levels, Sweep.AxisPatches)?
    switch axis.kind {
    case .parameter: made = parameter(axis)
    case .scenario: made = list(axis).map { (.list($0.map(\.plainText)), .files) }
    case .mitigation: made = named(axis, Self.mitigation)
    case .hypothesis:
      if request.patches.contains(where: { if case .hypothesis = $0 { true } else { false } }) {
        fail(
          .conflict, "an axis of hypotheses and one hypothesis for all exclude each other",
          axis.place)
      }
      made = named(axis, Self.hypothesis)
    }
    guard let made, errors.count == count else { return }
    switch made.0 {
    case .list(let values):
      checkDistinct(values, axis)
      if values.isEmpty { fail(.missing, "an axis has a value", axis.place) }
    case .steps(let range, let steps): checkDistinct(range, steps, axis)
    case .range: break
    }
    axes.append(SweepAxis(name: axis.name, levels: made.0))
    patches.append(made.1)
  }

  private mutating func checkDistinct(_ values: [String], _ axis: SweepAxisRequest) {
    var seen: Set<String> = []
    for (place, value) in values.enumerated() where !seen.insert(value).inserted {
      guard case .list(let documents) = axis.values else { return }
      // 'all' stands for several names.
      let isPlain = documents.count == values.count
      fail(
        .conflict, "\(Visible.quoted(value)) stands here twice",
        isPlain ? documents[place].location : axis.place)
    }
  }

  /// Values of a range rise: equal ones are neighbours.
  private mutating func checkDistinct(_ range: SweepRange, _ steps: Int, _ axis: SweepAxisRequest) {
    var last = range.level(0, of: steps)
    for level in 1..<steps {
      let text = range.level(level, of: steps)
      guard text != last else {
        fail(
          .conflict, "the range has \(Visible.quoted(text)) twice", axis.place,
          help: "there are fewer whole numbers between its ends than it has steps")
        return
      }
      last = text
    }
  }

  /// The values of an axis that has to be a list.
  private mutating func list(_ axis: SweepAxisRequest) -> [DocumentValue]? {
    guard case .list(let values) = axis.values else {
      fail(.wrongType, "'\(axis.name)' takes a list of names, no range", axis.place)
      return nil
    }
    for value in values where value.string == nil {
      fail(.wrongType, "'\(axis.name)' takes names, not \(value.summary)", value.location)
    }
    return values
  }

  private mutating func parameter(
    _ axis: SweepAxisRequest
  ) -> (SweepAxis.Levels, Sweep.AxisPatches)? {
    switch axis.values {
    case .list(let values):
      return (.list(values.map(\.plainText)), .values(axis.path, axis.place, values))
    case .range(let from, let to, let steps, let isLogarithmic):
      let isWhole = base.declarations.first { $0.path == axis.name }?.kind == .integer
      let range: SweepRange
      do throws(SweepRange.Problem) {
        range = try SweepRange(
          from: from.plainText, to: to.plainText, isLogarithmic: isLogarithmic, isWhole: isWhole)
      } catch {
        refuse(error, from, to)
        return nil
      }
      if let steps {
        return (.steps(range, steps), .steps(axis.path, axis.place, from: from, to: to))
      }
      if request.design.kind == .grid {
        fail(
          .missing, "a range of a grid says how many values it has", to.location,
          help: "write lo..hi/5, or \"steps\": 5 in a file; or choose a design such as sobol")
        return nil
      }
      return (.range(range), .range(axis.path, axis.place, from.location))
    }
  }

  private mutating func refuse(
    _ problem: SweepRange.Problem, _ from: DocumentValue, _ to: DocumentValue
  ) {
    switch problem {
    case .notNumber(let text):
      let place = text == from.plainText ? from.location : to.location
      fail(
        .wrongType, "\(Visible.quoted(text)) is no end of a range", place,
        help: "a range goes from number to number, with units: 0.1s..3s/5, 100/s..4000/s/5")
    case .differentUnits:
      fail(
        .wrongUnit,
        "\(Visible.quoted(from.plainText)) and \(Visible.quoted(to.plainText)) are different things",
        to.location, help: "both ends of a range are of one kind")
    case .notRising:
      fail(.outOfRange, "a range goes upwards", to.location)
    case .noLogarithm:
      fail(.outOfRange, "a logarithmic range begins above zero", from.location)
    case .tooLarge:
      fail(.outOfRange, "the range is too wide to be counted", from.location)
    }
  }

  // MARK: Names

  private typealias Reader = (
    DocumentValue, ScenarioFile
  ) throws(ScenarioErrors) -> [(name: String, selections: [PatchSelection])]

  /// An axis of named patches, which have to be in every scenario.
  private mutating func named(
    _ axis: SweepAxisRequest, _ read: Reader
  ) -> (SweepAxis.Levels, Sweep.AxisPatches)? {
    guard let values = list(axis) else { return nil }
    var names: [String] = []
    var selections: [[PatchSelection]] = []
    for value in values where value.string != nil {
      for (number, source) in sources.enumerated() {
        do throws(ScenarioErrors) {
          let found = try read(value, source.file)
          guard number == 0 else { continue }
          names += found.map(\.name)
          selections += found.map(\.selections)
        } catch {
          errors += error.errors
        }
      }
    }
    return (.list(names), .named(selections))
  }

  private static func mitigation(
    _ value: DocumentValue, _ file: ScenarioFile
  ) throws(ScenarioErrors) -> [(name: String, selections: [PatchSelection])] {
    let text = value.plainText
    if text == "all" { return MitigationChoice.all(of: file).map { ($0.name, $0.selections) } }
    if text == SweepAxis.noMitigation, !file.mitigations.contains(where: { $0.name == text }) {
      return [(text, [])]
    }
    let location = value.location
    let isQuoted = location.text.hasPrefix("\"")
    let range =
      isQuoted ? (location.offset + 1)..<(location.end - 1) : location.offset..<location.end
    let arm =
      location.source.string(in: range) == text
      ? try MitigationChoice.arm(location.source, range, of: file)
      : try MitigationChoice.arm(text, option: "mitigation", of: file)
    return [(arm.name, arm.selections)]
  }

  private static func hypothesis(
    _ value: DocumentValue, _ file: ScenarioFile
  ) throws(ScenarioErrors) -> [(name: String, selections: [PatchSelection])] {
    let text = value.plainText
    if text == "all" { return file.hypotheses.map { ($0.name, [.hypothesis($0.name)]) } }
    do throws(ScenarioErrors) {
      _ = try file.resolve([.hypothesis(text)])
    } catch {
      // The error is the option's; its place is this one.
      throw ScenarioErrors(
        error.errors.map {
          ScenarioError($0.kind, $0.message, at: value.location, help: $0.help)
        })
    }
    return [(text, [.hypothesis(text)])]
  }
}
