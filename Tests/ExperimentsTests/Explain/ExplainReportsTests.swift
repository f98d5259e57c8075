import Foundation
import GoldenTexts
import Observation
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments
@testable import Reports

@Suite("Reports of explain")
struct ExplainReportsTests {
  private func text(
    _ words: [String], options: Explain.Options = .init()
  ) throws -> String {
    ExplainText(
      try ExplainRuns.explanation(words, options: options),
      style: TextStyle(width: 100),
      reproduce: ["hindsight", "explain", "a.json"] + words
    ).text
  }

  @Test(
    "The text is the stored one",
    arguments: [
      ("node", []), ("fault", ["fault", "first-announce-cut"]), ("fact", ["watchers-crash"]),
    ] as [(String, [String])])
  func golden(name: String, words: [String]) throws {
    #expect(
      try GoldenText.difference(text(words), from: "Reports/explain-\(name).txt") == nil)
  }

  @Test("A client's text and a narrow one with effects are the stored ones")
  func narrow() throws {
    let at = try #require(Instant(parsing: "14:19:30"))
    let log = try ExplainRuns.log(of: .discord, Brief.nodes).log
    let client = try #require(log.first { Occurrence($0).kind == .connectionLost }).subject
    #expect(
      try GoldenText.difference(
        text(["client", "\(client)"], options: .init(seed: 5, at: at)),
        from: "Reports/explain-client.txt") == nil)
    let narrow = ExplainText(
      try ExplainRuns.usual.get(), style: TextStyle(width: 60, hasUnicode: false),
      reproduce: ["hindsight", "explain"]
    ).text
    #expect(try GoldenText.difference(narrow, from: "Reports/explain-60-ascii.txt") == nil)
    #expect(
      narrow.split(separator: "\n").dropLast().allSatisfy { $0.unicodeScalars.count <= 60 })
    #expect(narrow.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("JSON is the stored one, and has every event of the chain")
  func json() throws {
    let explanation = try ExplainRuns.usual.get()
    let text = ExplainJSON.text(of: explanation)
    #expect(try GoldenText.difference(text, from: "Reports/explain.json") == nil)
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(root["schema"] as? String == "hindsight.explain/1")
    let chain = try #require(root["chain"] as? [[String: Any]])
    #expect(chain.count == explanation.chain?.links.count)
    #expect(chain.last?["kind"] as? String == "nodeStopped")
    #expect(root["firstCause"] as? String != nil)
  }

  @Test("DOT is the stored one, well-formed, and Graphviz takes it")
  func dot() throws {
    let explanation = try ExplainRuns.usual.get()
    let text = ExplainDOT.text(of: explanation)
    #expect(try GoldenText.difference(text, from: "Reports/explain.dot") == nil)
    let graph = try DOTChecker.check(text)
    #expect(graph.nodes.count > 5 && graph.edges.count >= graph.nodes.count - 1)
    for path in ["/usr/bin/dot", "/usr/local/bin/dot"]
    where FileManager.default.isExecutableFile(atPath: path) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = ["-Tsvg", "-o", "/dev/null"]
      let input = Pipe()
      process.standardInput = input
      try process.run()
      try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      return
    }
    print("left out: there is no dot here to read the graph")
  }

  @Test("Hostile names stay text in every format")
  func hostile() throws {
    let evil = "a\"];x->y[label=\"\u{1B}[2J<script>\\N"
    // The same name in JSON.
    let escaped = #"a\"];x->y[label=\"\u001b[2J<script>\\N"#
    let sets =
      Brief.nodes + [
        "faults={\"first-announce-cut\":null,\"\(escaped)\":{\"kind\":\"fin\",\"at\":\"14:18:00\","
          + "\"target\":\"newNodes\",\"afterSegment\":1}}"
      ]
    let explanation = try ExplainRuns.explanation([], sets)
    #expect(explanation.names.faultNames.contains(evil))
    #expect(explanation.chain?.faults.count == 1)
    let hostile = Explanation(
      scenario: evil, title: evil, seed: 1, version: "test", patches: [evil], scale: "1/10000",
      scaleFraction: 0.0001, start: explanation.start, reached: explanation.reached, events: 1,
      digest: explanation.digest, names: explanation.names, question: explanation.question,
      chain: explanation.chain, effects: nil)
    let text = ExplainText(
      hostile, style: TextStyle(width: 100), reproduce: ["hindsight", evil]
    ).text
    #expect(!text.contains("\u{1B}"))
    let graph = try DOTChecker.check(ExplainDOT.text(of: hostile))
    #expect(graph.nodes.allSatisfy { $0.hasPrefix("n") })
    #expect(ExplainDOT.text(of: hostile).contains("x->y"))
    #expect(!ExplainJSON.text(of: hostile).contains("\u{1B}"))
  }

  @Test("Every kind has words, alone and merged, and no two the same kind of sentence")
  func words() throws {
    let words = CauseWords(names: CauseNames(try Incident.discord.scenario(Brief.nodes)))
    for kind in Occurrence.Kind.allCases {
      let occurrence = Occurrence(kind, .init(.client, 1))
      let sentence = words.sentence(occurrence)
      #expect(sentence.count > 12, "\(kind)")
      #expect(
        (words.companySentence(occurrence) != nil) != sentence.hasPrefix("client 1 "), "\(kind)")
      #expect(!CauseWords.merged(kind).isEmpty)
    }
    for trigger in Occurrence.Trigger.allCases {
      #expect(
        words.sentence(
          Occurrence(.watcherCrashed, .init(.elixirNode, 17), detail: trigger.rawValue)
        ).hasPrefix("sessions-17 "))
    }
  }
}

/// Reads the part of DOT that explanations use, strictly.
enum DOTChecker {
  struct Malformed: Error {
    let what: String
  }

  /// - Returns: Declared nodes, and edges between them.
  static func check(_ text: String) throws -> (nodes: [String], edges: [(String, String)]) {
    var tokens = try tokens(text)[...]
    func fail(_ what: String) -> Malformed { Malformed(what: "\(what): \(tokens.prefix(4))") }
    func take(_ token: String) throws {
      guard tokens.popFirst() == token else { throw fail("not \(token)") }
    }
    func attributes() throws {
      try take("[")
      while tokens.first != "]" {
        _ = tokens.popFirst()
        try take("=")
        _ = tokens.popFirst()
        if tokens.first == "," { _ = tokens.popFirst() }
      }
      try take("]")
    }
    try take("digraph")
    guard tokens.popFirst()?.hasPrefix("\"") == true else { throw fail("a name is quoted") }
    try take("{")
    var nodes: [String] = []
    var edges: [(String, String)] = []
    while let token = tokens.popFirst(), token != "}" {
      if tokens.first == "->" {
        try take("->")
        guard let end = tokens.popFirst(), nodes.contains(token), nodes.contains(end) else {
          throw fail("an edge joins declared nodes")
        }
        edges.append((token, end))
      } else {
        try attributes()
        if token != "graph" && token != "node" { nodes.append(token) }
      }
      try take(";")
    }
    guard tokens.isEmpty else { throw fail("nothing follows the graph") }
    return (nodes, edges)
  }

  private static func tokens(_ text: String) throws -> [String] {
    var tokens: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if first == "\"" {
        var token = "\""
        rest.removeFirst()
        while let character = rest.popFirst(), character != "\"" {
          token.append(character)
          if character == "\\", let escaped = rest.popFirst() { token.append(escaped) }
          if rest.isEmpty { throw Malformed(what: "a string ends") }
        }
        tokens.append(token)
      } else if rest.hasPrefix("->") {
        tokens.append("->")
        rest.removeFirst(2)
      } else if first.isLetter || first.isNumber || first == "_" {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        tokens.append(String(word))
        rest = rest.dropFirst(word.count)
      } else if "{}[]=,;".contains(first) {
        tokens.append(String(first))
        rest.removeFirst()
      } else {
        throw Malformed(what: "a character that stands for nothing: \(first)")
      }
    }
    return tokens
  }
}
