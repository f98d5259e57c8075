import SimulationKernel

extension Supervision {
  /// One supervisor of a tree.
  public struct Level: Hashable, Sendable, BitwiseCopyable {
    public var strategy: Strategy
    /// Restarts within a period that are still accepted.
    public var intensity: Int32
    /// Length of the period in whole seconds.
    public var period: Int32

    /// - Parameters:
    ///   - strategy: OTP's and Elixir's default is one-for-one.
    ///   - intensity: 0 or more; OTP's default is 1, Elixir's 3.
    ///   - period: Whole seconds, 1 or more; the default of both is 5.
    public init(strategy: Strategy = .oneForOne, intensity: Int32 = 1, period: Int32 = 5) {
      self.strategy = strategy
      self.intensity = intensity
      self.period = period
    }
  }

  /// What is wrong with a configuration.
  public enum ConfigurationError: Error, Hashable, Sendable {
    case noLevels
    case intensityNegative(level: Int)
    case periodNotPositive(level: Int)
    case tooManyWorkers(Int)
    case restartDelayNegative(Duration)
  }

  /// A chain of supervisors with the workers under the last one.
  public struct Configuration: Hashable, Sendable {
    /// From the top down; every supervisor but the last has the next one as its only child.
    ///
    /// That child is `permanent`, and with one child the three strategies are the same.
    public let levels: [Level]
    /// The last supervisor's children in the order of starting.
    public let workers: [RestartType]
    public let application: ApplicationType
    /// How long a worker that ended stays down before it is started again; zero in OTP.
    ///
    /// A mitigation, modelled as the wrapper that one writes for it: the supervised process owns
    /// the real worker and starts it after its own `init` returned, so the supervisor is neither
    /// held up by a slow start nor sees a failed one. When the worker ends, the wrapper waits this
    /// long and exits with the worker's reason. The supervisor sees and counts the crash only then,
    /// and restarts at once. Ends that no restart follows are passed on without waiting.
    public let restartDelay: Duration

    /// - Throws: `ConfigurationError` where OTP's `supervisor:check_flags` would refuse it too.
    public init(
      levels: [Level], workers: [RestartType], application: ApplicationType = .permanent,
      restartDelay: Duration = .zero
    ) throws(ConfigurationError) {
      guard !levels.isEmpty else { throw .noLevels }
      for (index, level) in levels.enumerated() {
        guard level.intensity >= 0 else { throw .intensityNegative(level: index) }
        guard level.period > 0 else { throw .periodNotPositive(level: index) }
      }
      guard workers.count <= Int(Int32.max) else { throw .tooManyWorkers(workers.count) }
      guard restartDelay >= .zero else { throw .restartDelayNegative(restartDelay) }
      self.levels = levels
      self.workers = workers
      self.application = application
      self.restartDelay = restartDelay
    }
  }
}

extension Supervision.RestartType {
  /// Whether a child of this type is started again after it ended so.
  public func restarts(after reason: Supervision.ExitReason) -> Bool {
    switch self {
    case .permanent: true
    case .transient: reason == .crash
    case .temporary: false
    }
  }
}
