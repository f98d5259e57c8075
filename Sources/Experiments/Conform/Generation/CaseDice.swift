import SimulationKernel

/// The random choices of one generated case, in the order in which they are made.
struct CaseDice {
  private let stream: RandomStream
  private let number: UInt64
  private var count: UInt64 = 0

  /// `number`: of the case, so that every case can be made by itself.
  init(_ stream: RandomStream, case number: Int) {
    self.stream = stream
    self.number = UInt64(number)
  }

  /// - Precondition: the range is not empty.
  mutating func roll(_ range: Range<Int>) -> Int {
    defer { count += 1 }
    return stream.integer(in: range, for: number, draw: count)
  }

  mutating func chance(_ percent: UInt64) -> Bool {
    defer { count += 1 }
    return stream.chance(percent, in: 100, for: number, draw: count)
  }

  /// - Precondition: there is an element.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[roll(0..<elements.count)]
  }
}
