import Observation
import SimulationKernel

/// An announce that is under way, and what etcd makes of it.
struct OpenAnnounce: Sendable {
  var span: TraceSpan
  var write: TraceSpan?
  /// Whether it is traced however many it is for: it met a fault, or changed something.
  var isKept = false
  /// Watchers that etcd tells of it, or passes over because it repeats what they know.
  var recipients = 1
}

/// The last two values that were written to each key, by whom: what a notification is of.
struct KeyWrites: Sendable {
  struct Write: Sendable {
    let value: Etcd.Value?
    let context: TraceSpan.Context
    let at: Instant
    let recipients: Int
  }

  private var writes: [UInt32: [Write]] = [:]
  /// The last value that no watcher can read.
  private(set) var corrupt: TraceSpan.Context?

  mutating func add(_ write: Write, to key: Etcd.Key, isCorrupt: Bool) {
    writes[key.rawValue, default: []].append(write)
    if let count = writes[key.rawValue]?.count, count > 2 { writes[key.rawValue]?.removeFirst() }
    if isCorrupt { corrupt = write.context }
  }

  func last(of value: Etcd.Value?, to key: Etcd.Key) -> Write? {
    writes[key.rawValue]?.last { $0.value == value }
  }
}

// Announces: from the API node through the network to etcd, and back.
extension OutageTracer {
  mutating func follow(_ event: Network.Event, at now: Instant, _ world: OutageWorld) {
    switch event {
    case .connectionOpened(let announcement): open(announcement, at: now, world)
    case .responseSent(let announcement, let status):
      announces[announcement.traceKey]?.write?.end = now
      announces[announcement.traceKey]?.write?.note(
        "http.response.status_code", .whole(Int(status)))
    case .linkChanged, .deregistrationSent: break
    }
  }

  private mutating func open(
    _ announcement: Announcement, at now: Instant, _ world: OutageWorld
  ) {
    let (node, number) = (UInt64(announcement.node.rawValue), UInt64(announcement.number))
    var fault: TraceSpan.Context?
    if world.network.hits.count > before.hits, let hit = world.network.hits.last {
      let context = keys.context(.fault, UInt64(hit.slot), UInt64(world.network.hits.count))
      let name = world.faults.injection(hit.slot)?.id ?? "\(hit.slot)"
      let rank = keys.rank(TraceRank.frame, .fault, UInt64(hit.slot))
      end(begin("faults.\(name)", context, on: .faults, "faults", at: now, rank: rank), at: now)
      fault = context
    }
    let context = keys.context(.announce, node, number, in: fault)
    let rank = keys.rank(
      fault == nil ? TraceRank.message : TraceRank.frame, .announce, node | number << 16)
    var span = begin(
      announcement.isRefresh ? "refresh" : "announce", context, by: fault, kind: .producer,
      on: .api, "api-\(node)", at: now, rank: rank)
    span.note("announce.number", .whole(Int(number)))
    if announcement.isFirst { span.note("announce.first", .flag(true)) }
    announces[announcement.traceKey] = OpenAnnounce(span: span, isKept: fault != nil)
  }

  mutating func follow(_ event: EtcdCluster.Event, at now: Instant, _ world: OutageWorld) {
    switch event {
    case .announceArrived(let announcement), .announceCut(let announcement, _):
      store(announcement, at: now, world)
    case .deregistered(let node): delete(node, at: now, world)
    case .listRequested, .watchRequested, .watchCancelled, .sweepDue, .faultBegan, .faultEnded:
      break
    }
  }

  private mutating func store(
    _ announcement: Announcement, at now: Instant, _ world: OutageWorld
  ) {
    guard var open = announces[announcement.traceKey], open.write == nil else { return }
    let node = announcement.node
    let isTold = world.etcd.totals.fanOuts > before.fanOuts
    let value = world.etcd.value(ofKeyOf: node)
    let isCorrupt = isTold && world.etcd.isCorrupt(value, of: node)
    if isTold && !open.isKept {
      open.span.rank = keys.rank(TraceRank.node, .announce, UInt64(node.rawValue))
    }
    open.isKept = open.isKept || isTold
    open.recipients = max(1, before.recipients)
    let context = keys.context(
      .write, UInt64(node.rawValue), UInt64(announcement.number), in: open.span.context)
    var write = begin(
      "PUT api-\(node.rawValue)", context, by: open.span.context, kind: .server, on: .etcd, "etcd",
      at: now, rank: open.span.rank)
    write.note("watchers", .whole(open.recipients))
    if isTold { write.note("watchers.told", .flag(true)) }
    if isCorrupt { write.outcome = .failed("stored a value that its node did not announce") }
    open.write = write
    announces[announcement.traceKey] = open
    guard isTold, node.index < world.etcd.keys.count else { return }
    writes.add(
      KeyWrites.Write(value: value, context: context, at: now, recipients: open.recipients),
      to: world.etcd.keys[node.index], isCorrupt: isCorrupt)
  }

  private mutating func delete(_ node: APINodeID, at now: Instant, _ world: OutageWorld) {
    guard world.etcd.totals.fanOuts > before.fanOuts, node.index < world.etcd.keys.count else {
      return
    }
    let context = keys.context(
      .deregistration, UInt64(node.rawValue), UInt64(bitPattern: now.nanoseconds))
    let rank = keys.rank(TraceRank.node, .announce, UInt64(node.rawValue))
    var span = begin(
      "DELETE api-\(node.rawValue)", context, kind: .server, on: .etcd, "etcd", at: now, rank: rank)
    span.note("watchers", .whole(before.recipients))
    end(span, at: now)
    writes.add(
      KeyWrites.Write(
        value: nil, context: context, at: now, recipients: max(1, before.recipients)),
      to: world.etcd.keys[node.index], isCorrupt: false)
  }

  /// The node has its answer, or has given up.
  mutating func settle(_ announcement: Announcement, _ outcome: AnnounceOutcome, at now: Instant) {
    guard let open = announces.removeValue(forKey: announcement.traceKey) else { return }
    let node = UInt64(announcement.node.rawValue)
    guard
      open.isKept || outcome != .stored
        || keeps(.announce, node, UInt64(announcement.number), of: open.recipients)
    else { return }
    end(open.span, at: now, outcome == .stored ? .ok : .failed("\(outcome)"))
    if let write = open.write { end(write, at: write.end, .ok) }
  }

  /// A watcher is told of a change.
  ///
  /// What crashes it is always traced. What caused it is the notification, or the write where that is not traced; nil where nobody is
  /// known to have written it.
  mutating func notify(
    _ watcher: EtcdCluster.WatcherID, of key: Etcd.Key, _ value: Etcd.Value?, isBad: Bool,
    at now: Instant, _ world: OutageWorld
  ) -> TraceSpan.Context? {
    guard watcher.service == 0, let write = writes.last(of: value, to: key) else { return nil }
    let context = keys.context(
      .notification, watcher.word, write.context.span, in: write.context)
    guard
      isBad
        || keeps(.notification, watcher.entity, write.context.span, of: write.recipients)
    else { return write.context }
    let name = value == nil ? "key is gone" : "key has changed"
    let rank = keys.rank(
      isBad ? TraceRank.node : TraceRank.message, isBad ? .node : .notification,
      UInt64(watcher.node.rawValue))
    var span = begin(
      name, context, by: write.context, kind: .consumer, on: .elixir,
      world.elixir.name(of: watcher.node), at: write.at, rank: rank)
    span.note("recipients", .whole(write.recipients))
    end(span, at: now, isBad ? .failed("cannot be parsed") : .ok)
    return context
  }
}

extension Announcement {
  /// A node has one announce of a number under way.
  fileprivate var traceKey: UInt64 { UInt64(node.rawValue) | UInt64(number) << 16 }
}
