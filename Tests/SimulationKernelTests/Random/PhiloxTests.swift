import SimulationKernel
import Testing

@Suite("Philox")
struct PhiloxTests {
  struct Answer: Sendable {
    let rounds: Int
    let first: UInt64
    let second: UInt64
    let key: UInt64
    let expected: [UInt64]
  }

  /// The authors' known answers for two words of 64 bits; the third input is digits of π.
  static let answers = [
    Answer(
      rounds: 7, first: .max, second: .max, key: .max,
      expected: [0xa469_6cc0_4462_015d, 0x7247_82da_e171_69e9]),
    Answer(
      rounds: 7, first: 0x243f_6a88_85a3_08d3, second: 0x1319_8a2e_0370_7344,
      key: 0xa409_3822_299f_31d0, expected: [0x98ed_1534_392b_f372, 0x6752_8b15_6888_2fd5]),
    Answer(
      rounds: 10, first: 0, second: 0, key: 0,
      expected: [0xca00_a045_9843_d731, 0x66c2_4222_c9a8_45b5]),
    Answer(
      rounds: 10, first: .max, second: .max, key: .max,
      expected: [0x65b0_21d6_0cd8_310f, 0x4d02_f322_2f86_df20]),
    Answer(
      rounds: 10, first: 0x243f_6a88_85a3_08d3, second: 0x1319_8a2e_0370_7344,
      key: 0xa409_3822_299f_31d0, expected: [0x0a5e_742c_2997_341c, 0xb0f8_83d3_8000_de5d]),
  ]

  @Test("Gives its authors' known answers", arguments: answers)
  func givesKnownAnswers(answer: Answer) {
    let words = Philox.words(answer.first, answer.second, key: answer.key, rounds: answer.rounds)
    #expect([words.first, words.second] == answer.expected)
  }

  @Test("A stream draws with seven rounds, the entity first")
  func streamIsPhilox() {
    let stream = RandomStream(key: 0xa409_3822_299f_31d0)
    let drawn = stream.bits(for: 0x243f_6a88_85a3_08d3, draw: 0x1319_8a2e_0370_7344)
    #expect(drawn == 0x98ed_1534_392b_f372)
  }
}
