import SimulationKernel

extension EtcdCluster {
  /// Which keys hold something else than what their nodes announce, and since when.
  struct Corruption: Sendable {
    /// By the number of the API node; nil while its key is sound, or not there.
    private var since: [Instant?] = []
    private(set) var standing = 0
    private var longest = Duration.zero

    mutating func began(on node: Int, at now: Instant) {
      while since.count <= node { since.append(nil) }
      guard since[node] == nil else { return }
      since[node] = now
      standing += 1
    }

    /// - Returns: Whether the key was corrupt until now.
    mutating func ended(on node: Int, at now: Instant) -> Bool {
      guard node < since.count, let began = since[node] else { return false }
      longest = max(longest, now - began)
      since[node] = nil
      standing -= 1
      return true
    }

    func lifetimeLongest(at now: Instant) -> Duration {
      since.reduce(longest) { longest, began in began.map { max(longest, now - $0) } ?? longest }
    }
  }

  /// Keeps track of how long a value stands that is not what its node announces.
  mutating func note(_ event: Etcd.Event, at now: Instant) {
    guard event.key.rawValue < nodesByKey.count,
      let node = nodesByKey[Int(event.key.rawValue)]
    else { return }
    let isCorrupt = !event.action.isRemoval && event.node.value != values[node.index]
    if isCorrupt && !event.isRefresh {
      totals.corruptWritten += 1
      totals.corruptEndedAt = nil
      corruption.began(on: node.index, at: now)
    } else if !isCorrupt, corruption.ended(on: node.index, at: now), corruption.standing == 0 {
      totals.corruptEndedAt = now
    }
  }

  /// How long the key that was corrupt the longest has been so; one that still is counts up to now.
  public func corruptLifetime(at now: Instant) -> Duration { corruption.lifetimeLongest(at: now) }
}
