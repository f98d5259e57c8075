import SimulationKernel
import Testing

@Suite("Choices, samples and shuffles")
struct RandomOrderingTests {
  let stream = RandomStream(seed: 31, name: "ordering")

  @Test("Every order of four is equally likely, and a shuffle keeps its elements")
  func shufflesAreEven() {
    var counts = Array(repeating: 0, count: 256)
    for draw in 0..<UInt64(12_000) {
      let order = stream.shuffled(0..<4, for: 0, draw: draw)
      #expect(order.sorted() == [0, 1, 2, 3])
      counts[order.reduce(0) { $0 * 4 + $1 }] += 1
    }
    let orders = counts.filter { $0 > 0 }
    #expect(orders.count == 24)
    #expect(Statistics.chiSquare(orders) < Statistics.chiSquareCritical(freedom: 23))
  }

  @Test("Shuffles take slices, and nothing")
  func shufflesSlices() {
    var slice = [9, 1, 2, 3, 9][1...3]
    stream.shuffle(&slice, for: 1, draw: 1)
    #expect(slice.sorted() == [1, 2, 3])
    var empty: [Int] = []
    stream.shuffle(&empty, for: 1, draw: 1)
    #expect(empty.isEmpty)
  }

  @Test("Every element is chosen equally often")
  func choicesAreEven() {
    var counts = Array(repeating: 0, count: 5)
    for draw in 0..<UInt64(10_000) {
      counts[stream.choice(of: 0..<5, for: 0, draw: draw) ?? 0] += 1
    }
    #expect(Statistics.chiSquare(counts) < Statistics.chiSquareCritical(freedom: 4))
    #expect(stream.choice(of: [Int](), for: 0, draw: 0) == nil)
  }

  @Test("Every subset of three out of six is equally likely")
  func samplesAreEven() {
    var counts = Array(repeating: 0, count: 64)
    for draw in 0..<UInt64(10_000) {
      let sample = stream.sample(3, of: 6, for: 0, draw: draw)
      #expect(sample.count == 3 && sample == sample.sorted() && Set(sample).count == 3)
      counts[sample.reduce(0) { $0 | 1 << $1 }] += 1
    }
    let subsets = counts.filter { $0 > 0 }
    #expect(subsets.count == 20)
    #expect(Statistics.chiSquare(subsets) < Statistics.chiSquareCritical(freedom: 19))
  }

  @Test("Samples of nothing, of all and of more than all")
  func samplesAtTheEdges() {
    #expect(stream.sample(0, of: 5, for: 0, draw: 0) == [])
    #expect(stream.sample(-1, of: 5, for: 0, draw: 0) == [])
    #expect(stream.sample(5, of: 5, for: 0, draw: 0) == [0, 1, 2, 3, 4])
    #expect(stream.sample(9, of: 3, for: 0, draw: 0) == [0, 1, 2])
    #expect(stream.sample(3, of: 0, for: 0, draw: 0) == [])
    #expect(stream.sample(2, of: .max, for: 0, draw: 0).count == 2)
  }
}
