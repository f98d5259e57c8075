import SimulationKernel
import Testing

@testable import Systems

@Suite("Etcd.FanOut")
struct FanOutTests {
  @Test("Watchers are told one after the other, and the server is busy with each")
  func delays() {
    let fanOut = Etcd.FanOut(base: .milliseconds(5), perWatcher: .milliseconds(2))
    #expect((1...3).map { fanOut.delay(ofWatcher: $0) } == [7, 9, 11].map { .milliseconds($0) })
    #expect(fanOut.work(telling: 3) == .milliseconds(6) && fanOut.work(telling: 0) == .zero)
  }

  @Test("The last of 10,000 watchers learns of a change when it did in the recording")
  func recorded() {
    let last = Etcd.FanOut.recorded.delay(ofWatcher: 10_000)
    #expect(last > .milliseconds(192) && last < .milliseconds(210))
  }
}
