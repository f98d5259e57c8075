import Observation
import Testing

@Suite("TraceSampling")
struct TraceSamplingTests {
  @Test(
    "The share falls with the recipients: all of one, 10 % of 100, 0.1 % of 10,000 and more",
    arguments: [
      (0, 1), (1, 1), (4, 0.5), (100, 0.1), (1_000, 0.01), (10_000, 0.001), (5_000_000, 0.001),
    ] as [(Int, Double)])
  func share(recipients: Int, share: Double) {
    #expect(abs(TraceSampling.fanOut.share(of: recipients) - share) < 1e-12)
    #expect(TraceSampling.all.share(of: recipients) == 1)
  }

  @Test("More recipients never have a larger share")
  func falls() {
    let shares = (1...20_000).map { TraceSampling.fanOut.share(of: $0) }
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(shares.allSatisfy { $0 > 0 && $0 <= 1 })
  }

  @Test("Each step of rank holds half as many, and never reaches the next kind")
  func ranks() {
    #expect(TraceRank.rank(TraceRank.node, .max) == 64)
    #expect(TraceRank.rank(TraceRank.node, 1 << 62) == 65)
    #expect(TraceRank.rank(TraceRank.node, 0) == 127)
    #expect(TraceRank.rank(TraceRank.frame, 0) < TraceRank.end)
  }
}
