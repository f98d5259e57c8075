import Testing

@testable import Systems

@Suite("Queueing.Ring")
struct RingTests {
  @Test("Gives what an array would", arguments: 0..<200 as Range<UInt64>)
  func agreesWithArray(seed: UInt64) {
    var dice = Dice(seed: seed)
    var ring = Queueing.Ring<Int64>()
    var array: [Int64] = []
    let bias = dice.roll(2...8)
    for step in 0..<300 as Range<Int64> {
      switch dice.roll(0...9) {
      case 0..<bias:
        ring.append(step)
        array.append(step)
      case 9:
        let last = ring.popLast()
        #expect(last == array.popLast(), "seed \(seed)")
      default:
        let first = ring.popFirst()
        #expect(first == (array.isEmpty ? nil : array.removeFirst()), "seed \(seed)")
      }
      let held = (0..<ring.count).map { ring[$0] }
      #expect(held == array, "seed \(seed)")
    }
  }

  @Test("Equal by what is held, not by how it came there")
  func equality() {
    var straight = Queueing.Ring<Int64>()
    var turned = Queueing.Ring<Int64>()
    for element in 0..<7 as Range<Int64> { turned.append(element) }
    for _ in 0..<5 { _ = turned.popFirst() }
    for element in [5, 6] as [Int64] { straight.append(element) }
    #expect(straight == turned)
    _ = turned.popLast()
    #expect(straight != turned)
  }

  @Test("A copy goes its own way")
  func copies() {
    var ring = Queueing.Ring<Int64>()
    for element in 0..<3 as Range<Int64> { ring.append(element) }
    var branch = ring
    _ = branch.popFirst()
    branch.append(9)
    #expect((0..<3).map { ring[$0] } == [0, 1, 2])
    #expect((0..<3).map { branch[$0] } == [1, 2, 9])
  }
}
