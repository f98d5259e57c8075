import SimulationKernel

extension People {
  /// How bad an alert is: who is paged for it, and by when it is to be acknowledged and resolved.
  ///
  /// Source: the operations overview, "Incident Severity Levels" and "Alert Hierarchy". Critical: L1
  /// and L2 at once. Major: L1, with L2 standing by. Minor: L1 in business hours. Information is a
  /// ticket, for which nobody is paged.
  public struct Severity: Sendable, Hashable {
    /// The highest tier that is paged at once; 0 for nobody.
    public var tier: UInt8
    /// Whether the page waits for business hours.
    public var waitsForBusinessHours: Bool
    /// From the page to its acknowledgement; nil without a page.
    public var acknowledgeTarget: Duration?
    /// From the alert to its end.
    public var resolveTarget: Duration?
  }

  /// The hours of the day in which minor alerts are paged; over midnight where `to` is before `from`.
  public struct BusinessHours: Sendable, Hashable {
    public var from: Instant
    public var to: Instant

    func contains(_ now: Instant) -> Bool {
      let day = Duration.days(1).nanoseconds
      let time = Instant(nanoseconds: now.nanoseconds % day)
      if from == to { return true }
      return from < to ? time >= from && time < to : time >= from || time < to
    }
  }

  /// Alerts that were acknowledged after their severity's target, or are still not though it is over.
  public func acknowledgedLate(at now: Instant) -> Int {
    alerts.indices.reduce(0) {
      $0 + alerts[$1].acknowledgedLate + (isAcknowledgementLate($1, at: now) ? 1 : 0)
    }
  }

  /// Alerts that lasted longer than their severity's target, or have by now.
  public func resolvedLate(at now: Instant) -> Int {
    alerts.indices.reduce(0) {
      $0 + alerts[$1].resolvedLate + (isResolutionLate($1, at: now) ? 1 : 0)
    }
  }

  func severity(of alert: Int) -> Severity {
    // Severities are read as 1 to 4.
    configuration.severities[configuration.alerts[alert].severity - 1]
  }

  /// Whether the firing that goes on now has waited too long for an acknowledgement.
  func isAcknowledgementLate(_ index: Int, at now: Instant) -> Bool {
    guard alerts[index].isFiring, let paged = alerts[index].pagedAt,
      let acknowledged = alerts[index].acknowledgedAt,
      let target = severity(of: index).acknowledgeTarget
    else { return false }
    return min(acknowledged, now) - paged > target
  }

  func isResolutionLate(_ index: Int, at now: Instant) -> Bool {
    guard alerts[index].isFiring, let fired = alerts[index].lastFiredAt,
      let target = severity(of: index).resolveTarget
    else { return false }
    return now - fired > target
  }
}
