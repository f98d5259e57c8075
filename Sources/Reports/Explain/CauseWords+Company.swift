import Experiments
import Observation
import SimulationKernel
import Systems

extension CauseWords {
  /// What is told of nobody in particular, or better of what was done than of whom it was done to; nil
  /// for all else.
  func companySentence(_ occurrence: Occurrence) -> String? {
    let detail = occurrence.detail
    let name = names.name(occurrence.subject)
    switch occurrence.kind {
    case .restartRequested: return "operators had up to \(nodes(detail)) restarted"
    case .connectionsDropped: return "\(percent(detail, of: 1_000)) of the connections closed"
    case .apiResized: return "the autoscaler decided on \(grouped(detail)) API nodes"
    case .apiNodesKilled: return "\(nodes(detail)) of the API vanished without a word"
    case .utilisationMeasured: return "the utilisation of the API was measured"
    case .autoscalerLooked:
      return "the autoscaler saw \(percent(detail, of: 1_000_000)) of the API's workers busy"
    case .monitoringLooked: return "the monitoring looked at the company"
    case .started: return "the day began"
    case .trafficCounted: return "the ordinary traffic was counted"
    case .throttleSet:
      return detail == Occurrence.detailMax
        ? "the throttle was taken off" : "the throttle was set to \(grouped(detail))/s"
    case .connectionsRaised:
      return "etcd's limit of connections was set to \(grouped(detail))"
    case .entryCorrupted: return "etcd stored a value for \(name) that is not whole"
    case .entryWritten: return "etcd stored the entry of \(name)"
    case .entryDeleted: return "etcd took out the entry of \(name)"
    case .cutRejected:
      return "etcd rejected the cut announce of \(name): the entry stayed as it was"
    default: return nil
    }
  }

  func grouped(_ count: UInt32) -> String { NumberText.grouped(UInt64(count)) }
  func nodes(_ count: UInt32) -> String { count == 1 ? "1 node" : "\(grouped(count)) nodes" }
  func percent(_ parts: UInt32, of whole: Double) -> String {
    NumberText.trimmed(Double(parts) / whole * 100, digits: 1) + "%"
  }
}
