import SimulationKernel

/// Waiting and admission, shared by every modelled system that serves requests.
public enum Queueing {
  /// Who is served next among those who wait.
  public enum Discipline: Hashable, Sendable, BitwiseCopyable {
    /// Who came first.
    case fifo
    /// Who came last: under overload the newest are served in time and the oldest starve.
    case lifo
    /// Who came first, after dropping those who kept the queue standing above `target`.
    ///
    /// RFC 8289: dropping starts when every job of an `interval` waited `target` or longer.
    case codel(target: Duration, interval: Duration)
  }

  /// What became of a job that arrived.
  public enum Arrival: UInt8, Hashable, Sendable, BitwiseCopyable {
    /// A server was idle; draw its service time now.
    case started
    case queued
    /// The waiting room was full.
    case refused
  }

  /// A job with the instant of its arrival.
  public struct Waiting<Job: BitwiseCopyable & Sendable>: Sendable, BitwiseCopyable {
    public let job: Job
    public let arrival: Instant

    public init(job: Job, arrival: Instant) {
      self.job = job
      self.arrival = arrival
    }
  }
}

extension Queueing.Waiting: Equatable where Job: Equatable {}
extension Queueing.Waiting: Hashable where Job: Hashable {}
