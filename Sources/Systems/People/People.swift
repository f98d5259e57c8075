import SimulationKernel

/// The people on call: alert rules, pages, escalation, and what operators do and when.
///
/// Modelled: rules on measures with an evaluation period and a *for* duration, pages as an alert's
/// severity says, their acknowledgement and escalation, actions at times, after an alert or on a condition. What operators decided is input; when an alert fires is not.
public struct People: Sendable {
  /// What people do to the world around them.
  public protocol Ports {
    var now: Instant { get }
    mutating func lookDue(after delay: Duration)
    mutating func stepDue(_ step: UInt16, after delay: Duration)
    mutating func escalationDue(_ alert: UInt16, level: UInt8, after delay: Duration)
    mutating func nodesRestarted(count: Int)
    /// Connections per second; nil takes the throttle off.
    mutating func throttleSet(rate: Double?)
    mutating func repairSet(_ cluster: ScyllaClusterID, running: Bool)
    /// The rate of major compactions is cut by this share.
    mutating func compactionThrottled(_ cluster: ScyllaClusterID, by share: Double)
    mutating func connectionsRaised(to count: Int)
    /// The settings of a step are put into the running systems.
    mutating func deployed(_ step: UInt16)
    /// What a step has deployed is undone.
    mutating func rolledBack(_ step: UInt16)
  }

  public enum Event: BitwiseCopyable, Sendable {
    case lookDue
    case stepDue(UInt16)
    case escalationDue(UInt16, level: UInt8)
  }

  /// How an alert stands.
  public struct Alert: Sendable {
    public var since: Instant?
    public var firedAt: Instant?
    /// When it fired for the last time.
    public var lastFiredAt: Instant?
    public var clearedAt: Instant?
    public var isFiring = false
    /// When this firing was paged for the first time; nil while it is not.
    public var pagedAt: Instant?
    /// When the alert was ever paged for the first time.
    public var firstPagedAt: Instant?
    public var acknowledgedAt: Instant?
    /// The highest tier that this firing has been paged to.
    public var level: UInt8 = 0
    /// Tiers that were paged, over all firings.
    public var pages = 0
    /// Firings that are over and missed their severity's targets.
    var acknowledgedLate = 0
    var resolvedLate = 0
  }

  public private(set) var configuration: Configuration
  public private(set) var alerts: [Alert]
  /// When each step was taken; nil while it was not.
  public private(set) var takenAt: [Instant?]
  /// Whether the occasion of each step has come, or its time is known.
  public private(set) var isScheduled: [Bool]

  init(configuration: Configuration) {
    self.configuration = configuration
    alerts = Array(repeating: Alert(), count: configuration.alerts.count)
    takenAt = Array(repeating: nil, count: configuration.steps.count)
    isScheduled = Array(repeating: false, count: configuration.steps.count)
  }

  public var firstAlertAt: Instant? { alerts.compactMap(\.firedAt).min() }
  public var isAnyAlertFiring: Bool { alerts.contains(where: \.isFiring) }
  /// When the last alert cleared, unless one still fires or none ever did.
  public var allClearedAt: Instant? {
    isAnyAlertFiring ? nil : alerts.compactMap(\.clearedAt).max()
  }

  /// Schedules the steps that have a time.
  ///
  /// Before anything else of the run is, so that a step comes first among the events of its instant.
  mutating func scheduleSteps<P: Ports>(through ports: inout P) {
    for index in configuration.steps.indices {
      guard case .at(let instant) = configuration.steps[index].occasion, instant >= ports.now
      else { continue }
      isScheduled[index] = true
      ports.stepDue(configuration.steps[index].slot, after: instant - ports.now)
    }
  }

  /// Begins to watch.
  mutating func start<P: Ports>(through ports: inout P) {
    ports.lookDue(after: configuration.evaluationPeriod)
  }

  func index(ofSlot slot: UInt16) -> Int? {
    configuration.steps.firstIndex { $0.slot == slot }
  }

  /// Takes up another plan; the steps that are in both, by their slots, stand as they stood.
  ///
  /// Events of steps that are gone or have another time are the caller's to take back.
  mutating func adopt(_ steps: [Step], since start: Instant) {
    let old = self
    configuration.steps = steps
    takenAt = steps.map { step in old.index(ofSlot: step.slot).flatMap { old.takenAt[$0] } }
    isScheduled = steps.map { step in
      if case .at(let instant) = step.occasion { return instant >= start }
      guard let index = old.index(ofSlot: step.slot) else { return false }
      return old.configuration.steps[index].occasion == step.occasion && old.isScheduled[index]
    }
  }

  mutating func handle<P: Ports>(
    _ event: Event, telemetry: @autoclosure () -> Telemetry, through ports: inout P
  ) {
    switch event {
    case .lookDue: look(at: telemetry(), &ports)
    case .stepDue(let slot): if let index = index(ofSlot: slot) { take(index, &ports) }
    case .escalationDue(let alert, let level): escalate(Int(alert), level, &ports)
    }
  }

  private mutating func look<P: Ports>(at telemetry: Telemetry, _ ports: inout P) {
    for index in alerts.indices {
      evaluate(index, telemetry, &ports)
    }
    for index in configuration.steps.indices where !isScheduled[index] {
      var delay: Duration?
      switch configuration.steps[index].occasion {
      case .at: continue
      case .afterAlert(let id, let wait):
        let place = configuration.alerts.firstIndex { $0.id == id }
        if let place, alerts[place].firstPagedAt != nil { delay = wait }
      case .when(let condition, let wait):
        if condition.holds(in: telemetry) { delay = wait }
      }
      guard let delay else { continue }
      isScheduled[index] = true
      ports.stepDue(configuration.steps[index].slot, after: delay)
    }
    ports.lookDue(after: configuration.evaluationPeriod)
  }

  private mutating func evaluate<P: Ports>(
    _ index: Int, _ telemetry: Telemetry, _ ports: inout P
  ) {
    let rule = configuration.alerts[index]
    guard rule.condition.holds(in: telemetry) else {
      if alerts[index].isFiring {
        if isAcknowledgementLate(index, at: ports.now) { alerts[index].acknowledgedLate += 1 }
        if isResolutionLate(index, at: ports.now) { alerts[index].resolvedLate += 1 }
        alerts[index].clearedAt = ports.now
      }
      alerts[index].since = nil
      alerts[index].isFiring = false
      return
    }
    let since = alerts[index].since ?? ports.now
    alerts[index].since = since
    if alerts[index].isFiring { return page(index, &ports) }
    guard ports.now - since >= rule.duration else { return }
    alerts[index].isFiring = true
    alerts[index].clearedAt = nil
    alerts[index].lastFiredAt = ports.now
    if alerts[index].firedAt == nil { alerts[index].firedAt = ports.now }
    alerts[index].level = 0
    alerts[index].pagedAt = nil
    alerts[index].acknowledgedAt = nil
    page(index, &ports)
  }

  /// Pages whom the severity names, once per firing and not outside of its hours.
  private mutating func page<P: Ports>(_ index: Int, _ ports: inout P) {
    let severity = severity(of: index)
    guard alerts[index].pagedAt == nil, severity.tier > 0,
      !severity.waitsForBusinessHours || configuration.businessHours.contains(ports.now)
    else { return }
    alerts[index].pagedAt = ports.now
    alerts[index].firstPagedAt = alerts[index].firstPagedAt ?? ports.now
    alerts[index].level = severity.tier
    alerts[index].pages += Int(severity.tier)
    alerts[index].acknowledgedAt = ports.now + configuration.acknowledgeTime
    // The next tier is paged when an alert stays unacknowledged that long.
    for (level, wait) in configuration.escalations where level > severity.tier {
      ports.escalationDue(UInt16(index), level: level, after: wait)
    }
  }

  private mutating func escalate<P: Ports>(_ alert: Int, _ level: UInt8, _ ports: inout P) {
    // A timer of an earlier firing is void: this one has not lasted that long.
    guard alerts[alert].isFiring, let since = alerts[alert].pagedAt,
      let wait = configuration.escalations.first(where: { $0.level == level })?.wait,
      ports.now - since >= wait, let acknowledged = alerts[alert].acknowledgedAt,
      acknowledged > ports.now
    else { return }
    alerts[alert].level = max(alerts[alert].level, level)
    alerts[alert].pages += 1
  }

  private mutating func take<P: Ports>(_ index: Int, _ ports: inout P) {
    let slot = configuration.steps[index].slot
    takenAt[index] = takenAt[index] ?? ports.now
    switch configuration.steps[index].action {
    case .restartNodes(let perMinute):
      ports.nodesRestarted(count: perMinute)
      // The same hands go on in the next minute; nodes that are up are passed over.
      ports.stepDue(slot, after: .minutes(1))
    case .setThrottle(let rate): ports.throttleSet(rate: rate)
    case .pauseRepair(let cluster): ports.repairSet(cluster, running: false)
    case .resumeRepair(let cluster): ports.repairSet(cluster, running: true)
    case .throttleCompaction(let cluster, let share):
      ports.compactionThrottled(cluster, by: share)
    case .raiseConnections(let count): ports.connectionsRaised(to: count)
    case .deploy: ports.deployed(slot)
    case .rollBack(let name):
      if let step = configuration.steps.first(where: { $0.name == name }) {
        ports.rolledBack(step.slot)
      }
    }
  }
}
