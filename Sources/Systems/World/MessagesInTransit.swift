/// Messages that faults of their links hold up.
struct MessagesInTransit: Sendable {
  /// By the number that stands for a message in events; nil where a number is free.
  private var late: [OutageEvent?] = []
  private var free: [UInt32] = []
  /// Those that wait for their link to heal, in the order of their coming.
  private(set) var held: [OutageEvent] = []

  /// The number of a message that comes later.
  mutating func add(_ message: OutageEvent) -> UInt32 {
    if let number = free.popLast() {
      late[Int(number)] = message
      return number
    }
    late.append(message)
    return UInt32(late.count - 1)
  }

  /// - Precondition: The message is on its way.
  mutating func remove(_ number: UInt32) -> OutageEvent {
    guard let message = late[Int(number)] else {
      preconditionFailure("a message that arrives is on its way: \(number)")
    }
    late[Int(number)] = nil
    free.append(number)
    return message
  }

  /// The message of a number that is on its way.
  subscript(number: UInt32) -> OutageEvent? {
    Int(number) < late.count ? late[Int(number)] : nil
  }

  mutating func hold(_ message: OutageEvent) { held.append(message) }

  mutating func releaseHeld() -> [OutageEvent] {
    defer { held = [] }
    return held
  }
}
