import Testing

@testable import Systems

@Suite("ByteSum")
struct ByteSumTests {
  @Test(
    "It counts every entry once, on both sides of a block's end",
    arguments: [0, 1, 239, 240, 241, 480, 5_003])
  func sums(count: Int) {
    #expect(ByteSum.of(count) { _ in 1 } == count)
    #expect(ByteSum.of(count) { _ in 0 } == 0)
    #expect(ByteSum.of(count) { $0 % 3 == 0 ? 1 : 0 } == (count + 2) / 3)
  }
}
