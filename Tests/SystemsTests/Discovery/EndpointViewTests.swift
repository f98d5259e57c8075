import Testing

@testable import Systems

@Suite("EndpointView")
struct EndpointViewTests {
  @Test("A view is a set: it agrees with one through thousands of changes")
  func isASet() {
    var view = EndpointView()
    var model: Set<UInt16> = []
    var dice = Dice(seed: 1, "view")
    for _ in 0..<5_000 {
      let number = UInt16(dice.roll(200)) * 300
      if dice.roll(2) == 0 {
        view.insert(APINodeID(number))
        model.insert(number)
      } else {
        view.remove(APINodeID(number))
        model.remove(number)
      }
      #expect(view.count == model.count && view.isEmpty == model.isEmpty)
      #expect(view.contains(APINodeID(number)) == model.contains(number))
    }
    #expect((0..<view.count).map { view[$0].rawValue } == model.sorted())
  }
}
