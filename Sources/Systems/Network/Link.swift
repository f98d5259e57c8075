import SimulationKernel

/// A way between two systems of the data centre that messages take.
public enum Link: String, CaseIterable, Sendable, BitwiseCopyable {
  case apiToEtcd, watchersToEtcd, gatewayToSessions, sessionsToAPI, apiToScylla

  @inline(__always) var index: Int {
    switch self {
    case .apiToEtcd: 0
    case .watchersToEtcd: 1
    case .gatewayToSessions: 2
    case .sessionsToAPI: 3
    case .apiToScylla: 4
    }
  }
}

/// What breaks on a link, for as long as the fault lasts.
public enum LinkFault: Hashable, Sendable, BitwiseCopyable {
  /// Every message takes longer.
  case delay(Duration)
  /// This many of a million messages are lost each time one is sent, and TCP sends them again.
  case loss(parts: UInt32)
  /// Messages vanish, both ways.
  case partition
  /// Requests arrive, answers vanish.
  case halfOpen
  /// Every request arrives twice, and is carried out twice.
  case duplicate

  var word: UInt64 {
    switch self {
    case .delay(let extra): UInt64(bitPattern: extra.nanoseconds) & 0xFFFF_FFFF_FFFF
    case .loss(let parts): 1 << 48 | UInt64(parts)
    case .partition: 2 << 48
    case .halfOpen: 3 << 48
    case .duplicate: 4 << 48
    }
  }
}

/// What faults do to a link at the moment; those that overlap add up.
struct LinkState: Sendable {
  private(set) var extraDelay = Duration.zero
  /// What each fault loses, in millionths.
  private var losses: [UInt32] = []
  /// What all of them lose together, in millionths.
  private(set) var loss: UInt64 = 0
  private var partitions = 0
  private var halfOpens = 0
  private var duplicates = 0

  /// Requests are lost, answers are lost, requests come twice.
  var isCut: Bool { partitions > 0 }
  var losesAnswers: Bool { partitions + halfOpens > 0 }
  var duplicatesRequests: Bool { duplicates > 0 }
  var isSound: Bool {
    extraDelay == .zero && losses.isEmpty && partitions + halfOpens + duplicates == 0
  }

  /// Adds a fault to those that are there, or takes it away again.
  mutating func change(_ fault: LinkFault, isOver: Bool) {
    let step = isOver ? -1 : 1
    switch fault {
    case .delay(let extra): extraDelay = isOver ? extraDelay - extra : extraDelay + extra
    case .loss(let parts): change(loss: parts, isOver: isOver)
    case .partition: partitions += step
    case .halfOpen: halfOpens += step
    case .duplicate: duplicates += step
    }
  }

  private mutating func change(loss parts: UInt32, isOver: Bool) {
    if !isOver {
      losses.append(parts)
    } else if let index = losses.firstIndex(of: parts) {
      losses.remove(at: index)
    }
    let million: UInt64 = 1_000_000
    loss = million - losses.reduce(million) { $0 * (million - UInt64($1)) / million }
  }
}
