import Scenarios
import Systems
import Testing

@testable import Experiments

@Suite("Assumptions as an experiment varies them")
struct AssumptionTests {
  private func set(_ sets: [String] = [], _ text: String = ComparisonFixture.text) throws
    -> AssumptionSet
  {
    let file = try ComparisonFixture.file(text)
    let document = try file.resolve(sets.map { .set($0) }).document
    return AssumptionSet(of: try OutageScenario(document), in: file)
  }

  private func assumption(_ path: String, _ sets: [String] = []) throws -> Assumption {
    try #require(try set(sets).assumptions.first { $0.path == path })
  }

  private func omission(_ path: String, in set: AssumptionSet) -> Assumption.Omission? {
    set.omitted.first { $0.path == path }?.reason
  }

  @Test("Every value that one can take by itself is one that the scenario accepts")
  func isReadable() throws {
    let file = try ComparisonFixture.file()
    var set = try set()
    let before = set.assumptions.count
    var known: [String: [String]] = [:]
    func problems(_ text: String) -> [String] {
      if let problems = known[text] { return problems }
      do throws(ScenarioErrors) {
        _ = try OutageScenario(file.resolve([.set(text)]).document)
        known[text] = []
      } catch {
        known[text] = error.errors.map(\.message)
      }
      return known[text] ?? []
    }
    set.narrow(places: MorrisScreening.places()) { problems($0).isEmpty }
    #expect(set.assumptions.count > 80)
    #expect(set.assumptions.count + set.omitted.count { $0.reason == .refused } == before)
    for (index, assumption) in set.assumptions.enumerated() {
      #expect(!assumption.ends.isEmpty && !assumption.ends.contains(assumption.value))
      // Reading takes long in a debug build: the places between the ends of every fourth will do.
      let between = index % 4 == 0 ? MorrisScreening.places().map(assumption.text) : []
      for text in assumption.ends + between {
        #expect(problems("\(assumption.path)=\(text)") == [], "\(assumption.path)=\(text)")
      }
    }
  }

  @Test("A narrow range is walked from end to end, and a wide one around the value")
  func ends() throws {
    #expect(try assumption("clients.timeout").ends == ["5s", "20s"])
    #expect(try assumption("clients.timeout").text(at: 0.5) == "12.5s")
    // 100 to 10 million is no belief.
    #expect(try assumption("gateway.concurrency").ends == ["30000", "120000"])
    #expect(try assumption("guilds.skew").ends == ["0", "0.9"])
  }

  @Test("An end that is refused is taken back to where it is not")
  func narrows() throws {
    let timeout = try assumption("clients.timeout")
    let narrow = try timeout.narrowed(places: []) { text in text == "5s" || text < "15" }
    #expect(narrow.isNarrowed && !timeout.isNarrowed)
    #expect(narrow.ends[0] == "5s")
    #expect(narrow.ends[1].hasPrefix("14.9"), "\(narrow.ends)")
    #expect(throws: Assumption.Omission.refused) {
      try timeout.narrowed(places: []) { _ in false }
    }
    let jitter = try assumption("clients.backoff.jitter")
    #expect(try jitter.narrowed(places: []) { $0 != "decorrelated" }.ends == ["none"])
    // Of the clusters' numbers those between the ends must do, too.
    let nodes = try assumption("elixir.clusters.sessions")
    #expect(throws: Assumption.Omission.refused) {
      try nodes.narrowed(places: MorrisScreening.places()) { $0 == "100" || $0 == "400" }
    }
  }

  @Test("Of a choice every word is met, and both ends are others than the present one")
  func words() throws {
    let jitter = try assumption("clients.backoff.jitter")
    #expect(Set([0, 0.3, 0.6, 1].map(jitter.text)) == ["none", "equal", "full", "decorrelated"])
    #expect(jitter.ends == ["none", "decorrelated"])
    #expect(try assumption("clients.silentLoss").ends == ["true"])
  }

  @Test("What is the account's, chosen, counted in nothing or set by a hypothesis is not varied")
  func leavesOut() throws {
    let text = ComparisonFixture.text.replacing(
      #""faults":"#,
      with: """
        "operators": { "help": { "at": "00:20:00", "action": "restartNodes" } },
        "alerts": { "down": { "when": "users.served < 90%" } },
        "faults":
        """)
    let set = try set(["clients.timeout=7s"], text)
    let paths = Set(set.assumptions.map(\.path))
    #expect(!paths.contains("clients.heartbeat") && paths.contains("announce.interval"))
    #expect(omission("announce.retryDelay", in: set) == .hypothesis)
    // Where hypotheses are no settings, what they set is an assumption like all others.
    let file = try ComparisonFixture.file(text)
    let all = AssumptionSet(
      of: try OutageScenario(file.resolve([]).document), in: file, hypotheses: .assumption)
    #expect(all.assumptions.contains { $0.path == "announce.retryDelay" })
    #expect(omission("clients.timeout", in: set) == .chosen)
    #expect(omission("operators.help.delay", in: set) == .plan)
    #expect(omission("operators.help.perMinute", in: set) == .plan)
    #expect(omission("alerts.down.for", in: set) == .plan)
    #expect(omission("scylla.sessions.nodesDown", in: set) == .nothing)
    #expect(!paths.contains { $0.hasPrefix("operators.") || $0.hasPrefix("alerts.") })
  }
}
