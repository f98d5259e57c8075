import SimulationKernel
import Testing

/// Recorded bits: the same on every machine, in debug and in release, and with the C library told to
/// use other code (`GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2 swift test --filter Golden`).
///
/// A change here changes every run there ever was; the commit says why.
@Suite("Golden draws")
struct GoldenDrawsTests {
  /// Folds words into one, each step losing nothing: an odd multiple of the last, and a rotation.
  struct Fold {
    var value: UInt64 = 0

    mutating func add(_ word: UInt64) {
      let next = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
      value = next << 29 | next >> 35
    }
    mutating func add(_ number: Double) { add(number.bitPattern) }
    mutating func add(_ span: Duration) { add(UInt64(bitPattern: span.nanoseconds)) }
  }

  /// Thousands of results of each kind, folded into one word.
  static let kinds: [(name: String, golden: UInt64, run: @Sendable (inout Fold) -> Void)] = [
    (
      "log", 0x051B_F70D_AE1B_AB8A,
      { fold in
        for index in 0..<4_000 { fold.add(KernelMath.log(Double(index * index) * 0.37 + 1e-3)) }
      }
    ),
    (
      "exp", 0x68D5_5ED8_B984_E36E,
      { fold in
        for index in 0..<4_000 { fold.add(KernelMath.exp(Double(index - 2_000) * 0.3707)) }
      }
    ),
    (
      "pow", 0x8E51_351F_18F0_2D54,
      { fold in
        for index in 0..<4_000 {
          fold.add(KernelMath.pow(Double(index) * 0.01 + 0.003, Double(index % 61 - 30) * 0.77))
        }
      }
    ),
    (
      "normal quantile", 0xD741_F196_85D3_D829,
      { fold in
        for index in 1..<4_000 { fold.add(KernelMath.normalQuantile(Double(index) / 4_000)) }
      }
    ),
    (
      "differences", 0xD155_4F90_239B_56CD,
      { fold in
        for index in 1..<2_000 {
          fold.add(KernelMath.log1p(Double(index) * 1e-5))
          fold.add(KernelMath.expm1(Double(index) * -1e-4))
        }
      }
    ),
    (
      "bits", 0x8428_F654_0E48_D581,
      { fold in
        for seed in 0..<UInt64(10) {
          let stream = RandomStream(seed: seed, name: "golden.\(seed)")
          for draw in 0..<UInt64(100) { fold.add(stream.bits(for: seed, draw: draw)) }
        }
      }
    ),
    (
      "integers", 0x56BC_4A68_4591_CDE1,
      { fold in
        let stream = RandomStream(seed: 1, name: "golden")
        for draw in 0..<UInt64(500) {
          fold.add(stream.integer(below: draw + 1, for: 1, draw: draw))
          fold.add(stream.integer(below: 3 << 62, for: 1, draw: draw))
          fold.add(stream.chance(1, in: 3, for: 1, draw: draw) ? 1 : 2 as UInt64)
          fold.add(stream.uniform(upTo: .seconds(1), for: 1, draw: draw))
        }
      }
    ),
    (
      "spans", 0xF3F2_35E1_FD96_6D32,
      { fold in
        let stream = RandomStream(seed: 2, name: "golden")
        for draw in 0..<UInt64(500) {
          for distribution in DistributionTests.samples {
            fold.add(distribution.duration(from: stream, for: 1, draw: draw))
          }
          fold.add(stream.gamma(shape: 100, mean: .seconds(1), for: 2, draw: draw))
        }
      }
    ),
    (
      "orders", 0x3E2C_00E5_EDD1_72FA,
      { fold in
        let stream = RandomStream(seed: 3, name: "golden")
        for index in stream.shuffled(0..<200, for: 0, draw: 0) { fold.add(UInt64(index)) }
        for index in stream.sample(50, of: 1_000, for: 0, draw: 1) { fold.add(UInt64(index)) }
        for count in [50, 500] {
          let order = KeyedPermutation(stream, count: count)
          for index in 0..<count { fold.add(UInt64(order[index])) }
        }
        if let zipf = Zipf(count: 10_000, exponent: 1.07) {
          for draw in 0..<UInt64(1_000) {
            fold.add(UInt64(zipf.rank(from: stream, for: 1, draw: draw)))
          }
        }
      }
    ),
  ]

  @Test("Results are the recorded bits", arguments: kinds.indices)
  func resultsAreRecorded(index: Int) {
    let kind = Self.kinds[index]
    var fold = Fold()
    kind.run(&fold)
    #expect(fold.value == kind.golden, "\(kind.name) is 0x\(String(fold.value, radix: 16))")
  }

  @Test("Single draws are the recorded ones")
  func singleDrawsAreRecorded() {
    let stream = RandomStream(seed: 42, name: "clients.backoff")
    #expect(stream.key == 0xCC10_8493_B68A_BEC4)
    #expect(stream.bits(for: 0, draw: 0) == 0xFE6C_711B_4B85_BA1B)
    #expect(stream.bits(for: 1, draw: 0) == 0x4965_23DD_1A79_8C78)
    #expect(stream.bits(for: 0, draw: 1) == 0x0835_1D1A_F566_8040)
    #expect(stream.exponential(mean: .seconds(1), for: 0, draw: 0).nanoseconds == 6_176_847)
    #expect(KernelMath.log(2).bitPattern == 0x3FE6_2E42_FEFA_39EF)
    #expect(KernelMath.exp(1).bitPattern == 0x4005_BF0A_8B14_5769)
    #expect(KernelMath.pow(2, 0.5).bitPattern == 0x3FF6_A09E_667F_3BCD)
  }
}
