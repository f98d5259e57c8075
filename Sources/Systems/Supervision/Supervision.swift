/// OTP supervision: who is restarted, who gives up, and whether the node goes down with it.
///
/// Modelled after `supervisor.erl` and `application_master.erl` of Erlang/OTP 25 and held against
/// recordings of real supervisors. Left out: `simple_one_for_one`, significant children,
/// `ignore` from a start, children added at run time, and the time that a shutdown takes.
public enum Supervision {
  /// Whom a supervisor restarts when one child ends.
  public enum Strategy: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    /// The child that ended.
    case oneForOne
    /// Every child.
    case oneForAll
    /// The child that ended and those started after it.
    case restForOne
  }

  /// When a child that ended is started again.
  public enum RestartType: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    /// Always.
    case permanent
    /// After a crash only.
    case transient
    /// Never; its sibling's restart removes it too.
    case temporary
  }

  /// Why a process ended.
  public enum ExitReason: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    case normal
    /// Also `{shutdown, Term}`.
    case shutdown
    /// Anything else.
    case crash
  }

  /// What the end of the top supervisor means for the node.
  public enum ApplicationType: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
    /// The node goes down.
    case permanent
    /// The node goes down unless the reason is `normal`, which a supervisor's end never is.
    case transient
    /// The node lives on without the application.
    case temporary
  }

  /// One process of a worker: the worker's place in the tree and which of its starts this is.
  ///
  /// A timer or message that is meant for an earlier process of the worker carries an older
  /// incarnation and is ignored.
  public struct Child: Hashable, Sendable, BitwiseCopyable {
    /// Place among the workers, in the order of starting, from zero.
    public let worker: Int32
    /// Counted from one; never zero.
    public let incarnation: UInt32

    public init(worker: Int32, incarnation: UInt32) {
      self.worker = worker
      self.incarnation = incarnation
    }
  }

  /// What happened in a tree; levels count from the top, from zero.
  public enum Occurrence: Hashable, Sendable, BitwiseCopyable {
    /// A supervisor's process began its `init`; its children come next.
    case supervisorStarting(level: Int)
    /// A supervisor is up with all its children.
    case supervisorStarted(level: Int)
    /// A supervisor's `init` failed because one of its children did not start.
    case supervisorFailedToStart(level: Int)
    /// A supervisor exceeded its restart intensity and exited with `shutdown`.
    case supervisorGaveUp(level: Int)
    /// A supervisor was told to end from outside.
    case supervisorStopped(level: Int)
    /// A worker's process was spawned; answer with `childStarted` or `startFailed`.
    case workerStarting(Child)
    /// A live worker was ended by its supervisor.
    case workerTerminated(Child)
    /// A worker ended and its restart type says that it stays so.
    case workerRetired(Child)
    /// A worker ended; `delayElapsed` is due after the configuration's restart delay.
    case restartDelayed(Child)
    /// The top supervisor is gone.
    case applicationEnded(nodeStops: Bool)
  }
}
