import Scenarios
import Testing

@Suite("SimilarNames")
struct SimilarNamesTests {
  static let names = [
    "supervision.maxRestarts", "supervision.maxSeconds", "clients.timeout", "clients.heartbeat",
    "clients.backoff.base", "clients.backoff.cap", "scylla.guilds.nodes", "single-segment",
  ]

  @Test(
    "The name that was meant is found",
    arguments: [
      ("maxRestarts", "supervision.maxRestarts"), ("maxrestarts", "supervision.maxRestarts"),
      ("maxRestrats", "supervision.maxRestarts"),
      ("supervison.maxRestarts", "supervision.maxRestarts"),
      ("client.timeout", "clients.timeout"), ("clients.timout", "clients.timeout"),
      ("timeout", "clients.timeout"), ("elixir.maxSeconds", "supervision.maxSeconds"),
      ("singlesegment", "single-segment"), ("Single-Segment", "single-segment"),
      ("heart", "clients.heartbeat"), ("single", "single-segment"),
      ("bsae", "clients.backoff.base"),
    ])
  func finds(name: String, expected: String) {
    #expect(SimilarNames.nearest(to: name, among: Self.names) == expected)
  }

  @Test(
    "Nothing is suggested for what is like nothing, or like too much",
    arguments: [
      "", "x", "zzzzzzzz", "clients", "completely.different", String(repeating: "a", count: 10_000),
    ])
  func staysSilent(name: String) {
    #expect(SimilarNames.nearest(to: name, among: Self.names) == nil)
  }

  @Test("The first of two equally near names wins, whatever the process")
  func isDeterministic() {
    #expect(SimilarNames.nearest(to: "nodex", among: ["noder", "nodes"]) == "noder")
  }
}
