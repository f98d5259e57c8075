import Reports
import Scenarios
import Systems

/// The scenarios in files and folders.
struct ScenarioListing {
  private struct Entry {
    let path: String
    let header: ScenarioHeader
    let file: ScenarioFile
    let factCount: Int
  }

  let paths: [String]

  init(_ paths: [String]) {
    self.paths = paths
  }

  func run(json: Bool, on console: inout Console) throws(CommandFailure) -> ExitCode {
    let files = try ScenarioFiles.files(at: paths)
    var entries: [Entry] = []
    var errors: [ScenarioError] = []
    for path in files {
      let source = try ScenarioSource.read(path)
      do throws(ScenarioErrors) {
        if let entry = try Self.entry(path, source, isNamed: paths.contains(path)) {
          entries.append(entry)
        }
      } catch {
        errors += error.errors
      }
    }
    if json {
      let value: JSONValue = [
        "schema": "hindsight.list/1", "scenarios": .array(entries.map(Self.json)),
      ]
      try console.write(JSONWriter.pretty(value) + "\n")
    } else {
      let style = console.outputStyle
      try console.write(page: entries.map { Self.text(of: $0, style) }.joined(separator: "\n"))
    }
    guard errors.isEmpty else { throw .scenario(console.text(of: ScenarioErrors(errors))) }
    guard entries.isEmpty else { return .held }
    let asked = paths.map { ArgumentParser.quoted($0) }.joined(separator: ", ")
    console.reportError("there is no scenario in \(asked)")
    return .nothingSelected
  }

  /// - Returns: Nil for another sort of file, unless it was named.
  private static func entry(
    _ path: String, _ source: SourceText, isNamed: Bool
  ) throws(ScenarioErrors) -> Entry? {
    let document = try ScenarioDocument(parsing: source)
    guard isNamed || document.root["scenario"] != nil else { return nil }
    let file = try ScenarioSource.checked(source)
    let scenario = try OutageScenario(try file.resolve([]).document)
    return Entry(
      path: path, header: scenario.header, file: file, factCount: scenario.facts.count)
  }

  private static func json(of entry: Entry) -> JSONValue {
    func patches(_ patches: [NamedPatch]) -> JSONValue {
      .array(patches.map { ["name": .string($0.name), "summary": .string($0.summary)] })
    }
    return .object([
      "path": .string(entry.path), "scenario": .string(entry.header.name),
      "title": .string(entry.header.title), "description": .string(entry.header.description),
      "facts": .integer(Int64(entry.factCount)),
      "hypothesis": entry.file.defaultHypothesis.map { .string($0) },
      "hypotheses": patches(entry.file.hypotheses), "mitigations": patches(entry.file.mitigations),
      "causes": patches(entry.file.causes),
    ])
  }

  private static func text(of entry: Entry, _ style: TextStyle) -> String {
    let header = entry.header
    var lines = [style.paint(TerminalText.safe(entry.path), .heading)]
    func paragraph(_ text: String, role: TextStyle.Role? = nil) {
      for line in TerminalText.wrapped(TerminalText.safe(text), columns: style.width - 2)
      where !line.isEmpty { lines.append("  " + style.paint(line, role)) }
    }
    paragraph(header.title)
    paragraph(header.description, role: .dim)
    let facts = entry.factCount == 1 ? "1 fact" : "\(entry.factCount) facts"
    lines.append("  \(header.start) to \(header.end), seed \(header.seed), \(facts)")
    let patches = entry.file.hypotheses + entry.file.mitigations + entry.file.causes
    let indent = min(28, patches.map { TerminalText.width($0.name) }.max() ?? 0) + 6
    func table(_ title: String, _ patches: [NamedPatch]) {
      guard !patches.isEmpty else { return }
      lines.append("  " + title)
      for patch in patches {
        let isDefault = patch.name == entry.file.defaultHypothesis && title == "hypotheses"
        let summary = patch.summary + (isDefault ? " (default)" : "")
        let name = "    " + TerminalText.safe(patch.name)
        let wrapped = TerminalText.wrapped(
          TerminalText.safe(summary), columns: style.width - indent)
        let isLong = TerminalText.width(name) + 2 > indent
        if isLong { lines.append(style.paint(name, .action)) }
        for (index, line) in wrapped.enumerated() {
          let label = index == 0 && !isLong ? name : ""
          let gap = String(repeating: " ", count: indent - TerminalText.width(label))
          lines.append(style.paint(label, .action) + gap + line)
        }
      }
    }
    table("hypotheses", entry.file.hypotheses)
    table("mitigations", entry.file.mitigations)
    table("causes", entry.file.causes)
    return lines.map { $0 + "\n" }.joined()
  }
}
