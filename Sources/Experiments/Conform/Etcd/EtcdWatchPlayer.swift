/// One watch of a sequence: what the model tells it is compared as it comes, and not kept.
struct EtcdWatchPlayer {
  /// Of the operation that began it.
  let step: Int
  /// What the real watcher was told; nil when that was not recorded.
  private let recorded: EtcdSequence.Watch?
  private var count = 0
  private var isCompleted = false
  /// Of the events that both have.
  private var differences = Differences()

  init(step: Int, recorded: EtcdSequence.Watch?) {
    self.step = step
    self.recorded = recorded
  }

  /// Takes an event or an answer; with `tellsAll` false, comparing ends with the first difference.
  mutating func receive(_ answer: EtcdAnswer, isLast: Bool, tellsAll: Bool) {
    if let recorded, count < recorded.events.count, tellsAll || differences.isEmpty {
      recorded.events[count].compare(with: answer, at: "events[\(count)]", into: &differences)
    }
    count += 1
    isCompleted = isCompleted || isLast
  }

  /// Whether nothing that is still to come can make it agree.
  var hasDiffered: Bool {
    guard let recorded else { return false }
    return !differences.isEmpty || count > recorded.events.count
      || (isCompleted && !recorded.isCompleted)
  }

  /// All that differs when nothing more comes.
  var differencesAtEnd: Differences {
    var all = Differences()
    guard let recorded else { return all }
    all.compare("completed", recorded.isCompleted, isCompleted)
    all.compare("events", Int64(recorded.events.count), Int64(count))
    all.add(differences)
    return all
  }
}
