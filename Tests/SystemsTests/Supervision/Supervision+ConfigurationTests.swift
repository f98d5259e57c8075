import SimulationKernel
import Testing

@testable import Systems

@Suite("Supervision.Configuration")
struct SupervisionConfigurationTests {
  @Test("What OTP refuses is refused with the level's number")
  func refusesBadFlags() {
    let good = Supervision.Level()
    func error(
      _ levels: [Supervision.Level], delay: Duration = .zero
    ) -> Supervision.ConfigurationError? {
      do throws(Supervision.ConfigurationError) {
        _ = try Supervision.Configuration(
          levels: levels, workers: [.permanent], restartDelay: delay)
        return nil
      } catch { return error }
    }
    #expect(error([good]) == nil)
    #expect(error([]) == .noLevels)
    #expect(error([good, .init(intensity: -1)]) == .intensityNegative(level: 1))
    #expect(error([good, good, .init(period: 0)]) == .periodNotPositive(level: 2))
    let negative = Duration(nanoseconds: -1)
    #expect(error([good], delay: negative) == .restartDelayNegative(negative))
  }

  @Test("Extreme but legal numbers neither trap nor give up")
  func extremes() throws {
    let configuration = try Supervision.Configuration(
      levels: [.init(intensity: .max, period: .max)], workers: [.permanent])
    var tree = Supervision.Tree(configuration, clockPhase: Duration(nanoseconds: .min))
    _ = tree.settle(tree.start(at: .start), at: .start)
    for time in [Instant.start, Instant(nanoseconds: .max)] {
      let log = tree.end(0, at: time)
      #expect(log.contains(.workerStarting(try #require(tree.liveChild(of: 0)))))
    }
  }

  @Test("A tree without workers starts and stays up")
  func noWorkers() throws {
    let configuration = try Supervision.Configuration(levels: [.init(), .init()], workers: [])
    var tree = Supervision.Tree(configuration, clockPhase: .zero)
    let log = tree.start(at: .start)
    #expect(
      log == [
        .supervisorStarting(level: 0), .supervisorStarting(level: 1),
        .supervisorStarted(level: 1), .supervisorStarted(level: 0),
      ])
    #expect(tree.isUp)
  }
}
