import SimulationKernel

// Anti-entropy repair: when it runs, and who stops it.
extension ScyllaDB {
  /// Whether a repair is under way, and whether it is held.
  struct Repair: Sendable, Equatable {
    private(set) var isUnderWay: Bool
    /// An operator has stopped it; that holds for later runs too, until an operator lets them go on.
    private(set) var isHeld = false
    /// It pauses until the overload is over.
    fileprivate(set) var isPausedByItself = false
    /// Numbers the runs; the end of an earlier one is void.
    private(set) var run: UInt16 = 0

    init(isUnderWay: Bool) { self.isUnderWay = isUnderWay }

    var isRunning: Bool { isUnderWay && !isHeld && !isPausedByItself }

    fileprivate mutating func begin() {
      isUnderWay = true
      run &+= 1
    }

    mutating func end(run: UInt16) {
      guard run == self.run else { return }
      isUnderWay = false
      isPausedByItself = false
    }

    fileprivate mutating func hold() {
      isHeld = true
      isPausedByItself = false
    }

    fileprivate mutating func letGo() {
      isHeld = false
      isPausedByItself = false
      if !isUnderWay { begin() }
    }
  }

  /// An operator stops the repair, or starts it again.
  ///
  /// A scheduled start does not undo a stop: whoever stopped repair for an overload does not want it
  /// back at midnight. One that an operator starts while none was under way has no end of its own.
  mutating func setRepair(running: Bool) {
    if running { repair.letGo() } else { repair.hold() }
  }

  /// Orders the end of the repair that runs already, and the next scheduled start.
  func startRepairs<P: Ports>(through ports: inout P) {
    if repair.isUnderWay { orderEndOfRepair(&ports) }
    guard let first = configuration.repairAt else { return }
    var next = first
    while next < ports.now { next = next + configuration.repairEvery }
    ports.repairDue(cluster, after: next - ports.now)
  }

  /// A run takes its time from its start on: what a pause left undone is left to the next run.
  mutating func beginScheduledRepair<P: Ports>(_ ports: inout P) {
    repair.begin()
    ports.repairDue(cluster, after: configuration.repairEvery)
    orderEndOfRepair(&ports)
  }

  private func orderEndOfRepair<P: Ports>(_ ports: inout P) {
    guard let time = configuration.repairTime else { return }
    ports.repairOverDue(cluster, run: repair.run, after: time)
  }

  /// Starts to look at the load, where repair is to pause by itself.
  mutating func watchOverload<P: Ports>(through ports: inout P) {
    guard configuration.repairPauseOnOverload, !watchesOverload else { return }
    watchesOverload = true
    ports.overloadCheckDue(cluster, after: .seconds(10))
  }

  mutating func checkOverload<P: Ports>(_ ports: inout P) {
    guard configuration.repairPauseOnOverload else {
      // Nobody would resume it any more.
      repair.isPausedByItself = false
      watchesOverload = false
      return
    }
    let utilisation = utilisation(at: ports.now)
    if isRepairing && utilisation > 0.9 {
      repair.isPausedByItself = true
    } else if utilisation < 0.5 {
      repair.isPausedByItself = false
    }
    ports.overloadCheckDue(cluster, after: .seconds(10))
  }
}
