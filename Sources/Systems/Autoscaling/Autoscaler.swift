import Scenarios
import SimulationKernel

/// Decides how many API nodes there should be, from reported utilisation.
///
/// Two policies: a managed instance group (sized for the peak of the stabilisation period, rounded
/// away from under-provision) and the Kubernetes horizontal pod autoscaler (ceil of the ratio, with
/// a tolerance, step limits up and a stabilisation window down).
public struct Autoscaler: Sendable {
  /// What the autoscaler asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    /// How many nodes there should be, those that boot included.
    mutating func resized(to nodes: Int)
  }

  public enum Policy: String, CaseIterable, Sendable {
    case managedGroup, horizontalPod, off
  }

  public enum Event: BitwiseCopyable, Sendable {
    /// Mean utilisation in millionths, seen after the metric's lag: of `settled` nodes and of
    /// `fresh` ones that still initialise; `size` counts those booting too.
    case utilisationReported(parts: UInt32, settled: UInt16, fresh: UInt16, size: UInt16)
  }

  /// Parameters (`autoscaler.*`, `api.nodes.min`, `api.nodes.max`).
  public struct Configuration: Sendable {
    public var policy: Policy
    public var target: Double
    public var lag: Duration
    public var interval: Duration
    public var initialisation: Duration
    public var stabilisation: Duration
    public var tolerance: Double
    public var downStabilisation: Duration
    public var nodesMin: Int
    public var nodesMax: Int
    public var scaleInMax: Int
    public var scaleInWindow: Duration

    public init(reading reader: inout ParameterReader) {
      policy = reader.choice(
        "autoscaler.policy", default: .managedGroup,
        .postmortem("google cloud managed instance group autoscaler"), "Who sizes the API cluster")
      target = reader.share(
        "autoscaler.target", default: 0.6, in: 0.1...0.95, .assumption(),
        "Utilisation that the cluster is sized for")
      lag = reader.duration(
        "autoscaler.lag", default: .seconds(60), in: .zero ... .minutes(10), .assumption(),
        "Age of the utilisation that the autoscaler sees")
      interval = reader.duration(
        "autoscaler.interval", default: .seconds(15), in: .seconds(1) ... .minutes(10),
        .derived("Kubernetes: the pod autoscaler's sync period"), "How often it decides")
      initialisation = reader.duration(
        "autoscaler.initialisation", default: .seconds(60), in: .zero ... .minutes(30),
        .assumption(), "How long a new node's utilisation does not count")
      stabilisation = reader.duration(
        "autoscaler.stabilisation", default: .seconds(600), in: .zero ... .hours(2),
        .derived("Compute Engine: stabilization period of managed instance groups"),
        "Period whose peak a managed group is sized for")
      tolerance = reader.share(
        "autoscaler.tolerance", default: 0.1, in: 0...1,
        .derived("Kubernetes: the pod autoscaler's tolerance"),
        "Deviation from the target that a pod autoscaler leaves alone")
      downStabilisation = reader.duration(
        "autoscaler.downStabilisation", default: .seconds(300), in: .zero ... .hours(2),
        .derived("Kubernetes: the pod autoscaler's downscale stabilization"),
        "Period whose highest wish a pod autoscaler follows downwards")
      nodesMin = reader.integer(
        "api.nodes.min", default: 100, in: 1...20_000, unit: "nodes", .assumption(),
        "Fewest API nodes")
      nodesMax = reader.integer(
        "api.nodes.max", default: 1_000, in: 1...20_000, unit: "nodes", .assumption(),
        "Most API nodes")
      if nodesMin > nodesMax {
        reader.conflict(
          ["api.nodes.min", "api.nodes.max"],
          "'api.nodes.min' is \(nodesMin), above 'api.nodes.max', \(nodesMax)")
      }
      scaleInMax = reader.integer(
        "autoscaler.scaleIn.max", default: 0, in: 0...20_000, unit: "nodes", .assumption(),
        "Most nodes taken away within the scale-in window; 0 is no limit")
      scaleInWindow = reader.duration(
        "autoscaler.scaleIn.window", default: .minutes(10), in: .minutes(1) ... .hours(2),
        .assumption(), "Period of the scale-in limit")
    }
  }

  public internal(set) var configuration: Configuration
  public private(set) var scaleOuts = 0
  public private(set) var scaleIns = 0
  /// The size asked for last.
  private var ordered: Int?
  private var orderedAt: Instant?
  /// What earlier reports asked for, oldest first, within the stabilisation period.
  private var wishes: [Wish] = []
  private var removals: [Wish] = []
  /// What a pod autoscaler has added lately.
  private var additions: [Wish] = []

  private struct Wish: Sendable {
    let at: Instant
    let nodes: Int
  }

  init(configuration: Configuration) {
    self.configuration = configuration
  }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .utilisationReported(let parts, let settled, let fresh, let size):
      let utilisation = Double(parts) / 1_000_000
      let serving = Double(settled) + Double(fresh)
      // What a node that still initialises seems to need is not extrapolated.
      let ratio = utilisation / configuration.target
      let wish = Double(settled) * ratio + Double(fresh) * min(1, ratio)
      decide(wish: wish, ratio: serving > 0 ? wish / serving : 0, Int(size), &ports)
    }
  }

  private mutating func decide<P: Ports>(
    wish: Double, ratio: Double, _ size: Int, _ ports: inout P
  ) {
    // The metric is old, the size is not: what was ordered meanwhile counts.
    let current = ordered ?? size
    let wanted: Int
    switch configuration.policy {
    case .off: return
    case .managedGroup: wanted = managedGroup(wish, current, at: ports.now)
    case .horizontalPod: wanted = horizontalPod(wish, ratio, current, at: ports.now)
    }
    guard wanted != current else {
      ordered = wanted
      // A size that still differs when the metric is younger than the order means that nodes have
      // vanished: the group is told its size again.
      if size != wanted, let orderedAt, ports.now - orderedAt <= configuration.lag { return }
      if size != wanted { ports.resized(to: wanted) }
      return
    }
    ordered = wanted
    orderedAt = ports.now
    if wanted > current {
      scaleOuts += 1
      if configuration.policy == .horizontalPod {
        additions.append(Wish(at: ports.now, nodes: wanted - current))
      }
    } else {
      scaleIns += 1
    }
    ports.resized(to: wanted)
  }

  private mutating func managedGroup(_ wish: Double, _ size: Int, at now: Instant) -> Int {
    wishes.append(Wish(at: now, nodes: Self.roundedUp(wish)))
    wishes.removeAll { now - $0.at > configuration.stabilisation }
    let peak = wishes.reduce(0) { max($0, $1.nodes) }
    let wanted = min(max(peak, configuration.nodesMin), configuration.nodesMax)
    guard wanted < size else { return wanted }
    return size - limitedRemoval(size - wanted, at: now)
  }

  private mutating func horizontalPod(
    _ exact: Double, _ ratio: Double, _ size: Int, at now: Instant
  ) -> Int {
    var wish = size
    if ratio > 1 + configuration.tolerance || ratio < 1 - configuration.tolerance {
      wish = Self.roundedUp(exact)
    }
    wishes.append(Wish(at: now, nodes: wish))
    wishes.removeAll { now - $0.at > configuration.downStabilisation }
    let wanted = min(max(wish, configuration.nodesMin), configuration.nodesMax)
    if wanted > size {
      return min(wanted, podLimit(size, at: now))
    }
    let highest = wishes.reduce(0) { max($0, $1.nodes) }
    let kept = min(size, max(highest, wanted))
    return kept < size ? size - limitedRemoval(size - kept, at: now) : size
  }

  /// At most twice as many, or four more, per period of 15 s: whichever is more.
  ///
  /// Counted from what there was before the last period's additions, however often it is looked at.
  /// - Note: Source: Kubernetes, `pkg/controller/podautoscaler/horizontal.go`
  ///   (`calculateScaleUpLimitWithScalingRules`), default behaviour.
  private mutating func podLimit(_ size: Int, at now: Instant) -> Int {
    additions.removeAll { now - $0.at >= .seconds(15) }
    let start = size - additions.reduce(0) { $0 + $1.nodes }
    return max(size, max(start * 2, start + 4))
  }

  /// At most `scaleInMax` nodes within the window.
  private mutating func limitedRemoval(_ nodes: Int, at now: Instant) -> Int {
    guard configuration.scaleInMax > 0 else { return nodes }
    removals.removeAll { now - $0.at > configuration.scaleInWindow }
    let removed = removals.reduce(0) { $0 + $1.nodes }
    let allowed = max(0, min(nodes, configuration.scaleInMax - removed))
    if allowed > 0 { removals.append(Wish(at: now, nodes: allowed)) }
    return allowed
  }

  /// Away from under-provision: 1.5 nodes are 2, and 1.5 to give up are 1.
  ///
  /// Nine decimals are noise of the division: 15.000000001 is 15.
  static func roundedUp(_ value: Double) -> Int {
    let whole = Int(min(max(value, 0), 1e9))
    return value - Double(whole) > 1e-6 ? whole + 1 : whole
  }
}
