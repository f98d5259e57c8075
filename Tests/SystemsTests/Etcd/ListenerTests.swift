import Testing

@testable import Systems

@Suite("Etcd.Listener")
struct ListenerTests {
  private typealias Listener = Etcd.Listener<Int>

  private func accepted(by listener: inout Listener, atMost count: Int) -> [Int] {
    var clients: [Int] = []
    while clients.count < count, let client = listener.acceptNext() { clients.append(client) }
    return clients
  }

  @Test("Of a limit of 400 descriptors 250 connections are left, of a small one none")
  func descriptors() {
    #expect(Listener.limit(descriptors: 400) == 250)
    #expect(Listener.limit(descriptors: 65_536) == 65_386)
    #expect(Listener.limit(descriptors: 150) == 0 && Listener.limit(descriptors: 1) == 0)
  }

  @Test("Who comes at the limit waits, and is taken in order when others have closed")
  func order() {
    var listener = Listener(limit: 3)
    for _ in 0..<3 {
      #expect(!listener.isFull)
      listener.open()
    }
    for client in 0..<4 { listener.wait(client) }
    #expect(accepted(by: &listener, atMost: 9) == [] && listener.waitingCount == 4)
    listener.close()
    // Until the caller opens it, the connection is free for the next one.
    #expect(accepted(by: &listener, atMost: 2) == [0, 1])
    listener.open()
    #expect(accepted(by: &listener, atMost: 9) == [] && listener.waitingCount == 2)
    listener.limit = 5
    #expect(accepted(by: &listener, atMost: 9) == [2, 3] && listener.standing == 3)
  }

  @Test("The most that stood is kept, those that stood for a moment included")
  func peak() {
    var listener = Listener(limit: 9)
    listener.openBriefly()
    #expect(listener.peak == 1 && listener.standing == 0)
    for _ in 0..<3 { listener.open() }
    listener.close()
    listener.openBriefly()
    #expect(listener.peak == 3 && listener.standing == 2)
  }

  @Test("A full queue takes only those who keep trying")
  func backlog() {
    var listener = Listener(limit: 0)
    for client in 0...Listener.backlog { listener.wait(client) }
    #expect(listener.waitingCount == 4_096)
    let isKept = [listener.wait(-1), listener.wait(-2, keepsTrying: true)]
    #expect(isKept == [false, true])
    listener.limit = 1
    #expect(accepted(by: &listener, atMost: 9_999) == Array(0..<4_096) + [-2])
  }
}
