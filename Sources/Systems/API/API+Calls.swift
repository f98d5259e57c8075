import SimulationKernel

// Calls of the chat services: a worker is held until the databases have answered.
extension API {
  mutating func accept<P: Ports>(
    _ call: RemoteCall, at node: APINodeID, _ ports: inout P
  ) {
    totals.calls += 1
    guard nodes[node.index].status == .serving else {
      totals.wrongNode += 1
      ports.callAnswered(call, ok: false)
      return
    }
    switch pool.arrive(call, at: ports.now) {
    case .refused:
      totals.refused += 1
      ports.callAnswered(call, ok: false)
    case .queued: break
    case .started: begin(call, &ports)
    }
  }

  mutating func begin<P: Ports>(_ call: RemoteCall, _ ports: inout P) {
    let step: ScyllaClusterID = call.kind == .session ? .sessions : .guilds
    let index: UInt32
    if let free = freeSlots.popLast() {
      index = free
      slots[Int(free)].call = call
      slots[Int(free)].step = step
    } else {
      index = UInt32(slots.count)
      slots.append(Slot(call: call, generation: 0, step: step, retries: 0, left: 0))
    }
    beginStep(index, after: serviceTime(of: call), &ports)
  }

  /// How long a worker works on a call itself: exponential, by the call's class.
  private func serviceTime(of call: RemoteCall) -> Duration {
    let mean =
      call.kind == .session ? configuration.sessionServiceTime : configuration.guildServiceTime
    return serviceTimes.exponential(mean: mean, for: call.entity, draw: UInt64(call.number))
  }

  private mutating func beginStep<P: Ports>(
    _ index: UInt32, after delay: Duration = .zero, _ ports: inout P
  ) {
    slots[Int(index)].retries = 0
    var reads = readCount(of: slots[Int(index)])
    if coalesce, slots[Int(index)].call.kind == .session, slots[Int(index)].step == .guilds {
      let own = readsInFlight.begin(ClientID(slots[Int(index)].call.subject))
      slots[Int(index)].ownGuilds = own
      reads = readsInFlight.reads(of: reads, own: own)
    }
    slots[Int(index)].left = UInt16(reads)
    read(index, after: delay, &ports)
  }

  /// Asks for the next batch of the step's reads.
  private mutating func read<P: Ports>(
    _ index: UInt32, after delay: Duration = .zero, _ ports: inout P
  ) {
    let slot = slots[Int(index)]
    let reads = min(Int(slot.left), configuration.readBatch)
    // What a call writes it writes once, however small the batches are: a session to its own cluster.
    let isFirstBatch = Int(slot.left) == readCount(of: slot)
    let writes =
      switch (slot.call.kind, slot.step) {
      case (.session, .sessions): identifyWrites
      case (.session, .guilds): 0
      case (.guild, _): guildLoadWrites
      }
    retryCredit = min(retryCreditMax, retryCredit + configuration.retryBudget)
    ports.read(
      ScyllaDB.Read(
        slot: index, key: key(of: slot), generation: slot.generation, deadline: slot.call.deadline,
        reads: UInt8(reads), writes: isFirstBatch ? UInt8(writes) : 0),
      from: slot.step, after: delay)
    ports.readTimeOutDue(
      slot: index, generation: slot.generation, after: delay + configuration.readTimeout)
  }

  /// Numbers the draws of the slot's next read by what it is for, whichever slot it got.
  ///
  /// Two reads of a run may have one number: then they have the same luck, and nothing else.
  private func key(of slot: Slot) -> UInt32 {
    var purpose = UInt64(slot.call.number)
    // What is left tells the batches of a step apart.
    purpose |= UInt64(slot.left) << 16 | UInt64(slot.retries) << 32
    purpose |= UInt64(slot.step.rawValue) << 40
    return UInt32(truncatingIfNeeded: readKeys.bits(for: slot.call.entity, draw: purpose))
  }

  private func readCount(of slot: Slot) -> Int {
    if slot.call.kind == .guild { return guildLoadReads }
    let ofSessions = Int(Double(identifyReads) * configuration.sessionReadsShare + 0.5)
    if slot.step == .sessions { return max(1, ofSessions) }
    return max(1, identifyReads - ofSessions)
  }

  mutating func advance<P: Ports>(
    _ index: UInt32, _ generation: UInt16, _ ok: Bool, _ ports: inout P
  ) {
    guard slots[Int(index)].generation == generation else { return }
    slots[Int(index)].generation &+= 1
    guard ok else { return finish(index, ok: false, &ports) }
    slots[Int(index)].left -= min(slots[Int(index)].left, UInt16(configuration.readBatch))
    let isSession = slots[Int(index)].call.kind == .session
    if slots[Int(index)].left > 0 {
      slots[Int(index)].retries = 0
      read(index, &ports)
    } else if isSession && slots[Int(index)].step == .sessions {
      slots[Int(index)].step = .guilds
      beginStep(index, &ports)
    } else {
      finish(index, ok: true, &ports)
    }
  }

  mutating func timeOut<P: Ports>(
    _ index: UInt32, _ generation: UInt16, _ ports: inout P
  ) {
    guard slots[Int(index)].generation == generation else { return }
    slots[Int(index)].generation &+= 1
    totals.readTimeouts += 1
    if Int(slots[Int(index)].retries) < configuration.readRetries, takesRetry() {
      slots[Int(index)].retries += 1
      read(index, &ports)
    } else {
      finish(index, ok: false, &ports)
    }
  }

  /// Whether the budget has a retry left, which is then used up; at 100% it is no limit.
  private mutating func takesRetry() -> Bool {
    guard configuration.retryBudget < 1 else { return true }
    guard retryCredit >= 1 else { return false }
    retryCredit -= 1
    return true
  }

  private mutating func finish<P: Ports>(_ index: UInt32, ok: Bool, _ ports: inout P) {
    let call = slots[Int(index)].call
    if slots[Int(index)].ownGuilds != 0 {
      readsInFlight.end(ClientID(call.subject), own: slots[Int(index)].ownGuilds)
      slots[Int(index)].ownGuilds = 0
    }
    freeSlots.append(index)
    if ok { totals.succeeded += 1 } else { totals.failed += 1 }
    if let next = pool.release(at: ports.now) { begin(next.job, &ports) }
    ports.callAnswered(call, ok: ok)
  }
}
