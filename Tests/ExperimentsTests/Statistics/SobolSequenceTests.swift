import Experiments
import SimulationKernel
import Testing

@Suite("Sobol's sequence and designs")
struct SobolSequenceTests {
  private let stream = RandomStream(seed: 12, name: "test.designs")

  @Test("Points are scipy's, bit for bit")
  func reference() {
    let sequence = SobolSequence(dimensions: SobolSequence.dimensionsMax)
    for row in StatisticsReference.sobolPoints {
      #expect(sequence.point(Int(row[0]))[Int(row[1])] == row[2], "\(row)")
    }
    #expect(SobolSequence.dimensionsMax == 128)
  }

  @Test("Scrambled or not, 64 points have one in each of 64 slices of every dimension")
  func stratified() {
    for sequence in [
      SobolSequence(dimensions: 20), SobolSequence(dimensions: 20, scrambledBy: stream),
    ] {
      let points = (0..<64).map(sequence.point)
      for dimension in 0..<20 {
        #expect(Set(points.map { Int($0[dimension] * 64) }).count == 64)
      }
    }
  }

  @Test("Scrambled, the first two dimensions keep one point in every elementary box")
  func net() {
    let points = UnitDesign.sobol(count: 64, dimensions: 2, by: stream)
    for columns in [1, 2, 4, 8, 16, 32, 64] {
      let boxes = Set(
        points.map { Int($0[0] * Double(columns)) * 64 + Int($0[1] * Double(64 / columns)) })
      #expect(boxes.count == 64)
    }
  }

  @Test("Scrambling makes each point uniform over the seeds, and keyed by them")
  func scrambling() {
    let values = (0..<400 as Range<UInt64>).map { seed in
      SobolSequence(dimensions: 3, scrambledBy: RandomStream(seed: seed, name: "s")).point(5)[2]
    }
    let mean = values.reduce(0, +) / 400
    #expect((mean - 0.5).magnitude < 4 * (1.0 / 12 / 400).squareRoot())
    #expect(Set(values).count == 400)
    #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test("Scrambled points integrate far better than random ones")
  func integration() {
    func error(_ points: [[Double]]) -> Double {
      let sum = points.reduce(0) { $0 + $1.reduce(1) { $0 * (0.5 + $1) } }
      return sum / Double(points.count) - 1
    }
    var sobol = 0.0
    var random = 0.0
    for seed in 0..<10 as Range<UInt64> {
      let stream = RandomStream(seed: seed, name: "test.integral")
      let even = error(UnitDesign.sobol(count: 256, dimensions: 5, by: stream))
      let uneven = error(UnitDesign.random(count: 256, dimensions: 5, by: stream))
      sobol += even * even
      random += uneven * uneven
    }
    #expect(sobol < random / 50, "mean squares \(sobol) and \(random)")
  }

  @Test("A Latin hypercube has one point per slice", arguments: [1, 7, 100])
  func latinHypercube(count: Int) {
    let points = UnitDesign.latinHypercube(count: count, dimensions: 6, by: stream)
    for dimension in 0..<6 {
      let slices = points.map { Int($0[dimension] * Double(count)) }
      #expect(slices.sorted() == Array(0..<count))
    }
    if count == 100 {
      #expect(points.map { $0[0] } != points.map { $0[1] }, "each dimension has its own order")
    }
  }

  @Test("A grid has every combination, the last axis running fastest")
  func grid() {
    #expect(
      UnitDesign.grid(levels: [2, 3]) == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]])
    #expect(UnitDesign.grid(levels: []) == [[]])
  }

  @Test("Impossible sizes are refused")
  func refused() async {
    await #expect(processExitsWith: .failure) { _ = SobolSequence(dimensions: 129) }
    await #expect(processExitsWith: .failure) { _ = UnitDesign.grid(levels: [3, 0]) }
    await #expect(processExitsWith: .failure) {
      _ = UnitDesign.grid(levels: [1 << 40, 1 << 40])
    }
  }
}
