import SimulationKernel
import Testing

@Suite("KeyedPermutation")
struct KeyedPermutationTests {
  @Test(
    "Every number goes to a place of its own, and back",
    arguments: [0, 1, 2, 3, 4, 5, 9, 63, 64, 65, 81, 100, 1_000])
  func isBijection(count: Int) {
    let order = KeyedPermutation(RandomStream(seed: 1, name: "order"), count: count)
    let places = (0..<count).map { order[$0] }
    #expect(places.sorted() == Array(0..<count))
    for (index, place) in places.enumerated() { #expect(order.inverse(place) == index) }
  }

  @Test("Works on counts as great as Int", arguments: [1_000_003, 1 << 40, Int.max - 1, Int.max])
  func worksOnGreatCounts(count: Int) {
    let order = KeyedPermutation(RandomStream(seed: 2, name: "order"), count: count)
    for index in [0, 1, 2, count / 2, count - 1] {
      let place = order[index]
      #expect(place >= 0 && place < count)
      #expect(order.inverse(place) == index)
    }
  }

  @Test("Every order of four and of five is equally likely", arguments: [(4, 24), (5, 120)])
  func shortOrdersAreEven(count: Int, orders: Int) {
    var counts = Array(repeating: 0, count: 3_125)
    for key in 0..<UInt64(6_000) {
      let order = KeyedPermutation(RandomStream(key: key), count: count)
      counts[(0..<count).reduce(0) { $0 * count + order[$1] }] += 1
    }
    let found = counts.filter { $0 > 0 }
    #expect(found.count == orders)
    #expect(Statistics.chiSquare(found) < Statistics.chiSquareCritical(freedom: orders - 1))
  }

  /// 65 numbers just miss the exact shuffle; 81 are an odd square, the network's hardest shape.
  @Test("Where two neighbours go is even over all pairs of places", arguments: [65, 81])
  func pairsAreEven(count: Int) {
    var counts = Array(repeating: 0, count: count * count)
    for key in 0..<UInt64(20_000) {
      let order = KeyedPermutation(RandomStream(key: key), count: count)
      counts[order[0] * count + order[1]] += 1
    }
    let pairs = counts.indices.filter { $0 / count != $0 % count }.map { counts[$0] }
    #expect(pairs.reduce(0, +) == 20_000)
    #expect(Statistics.chiSquare(pairs) < Statistics.chiSquareCritical(freedom: pairs.count - 1))
  }

  @Test("A number outside stops the run")
  func outsideStops() async {
    await #expect(processExitsWith: .failure) {
      _ = KeyedPermutation(RandomStream(key: 1), count: 3)[3]
    }
    await #expect(processExitsWith: .failure) {
      _ = KeyedPermutation(RandomStream(key: 1), count: 0).inverse(0)
    }
  }
}
