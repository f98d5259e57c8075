import Observation
import Systems

/// What the series of a run are for other tools.
public enum SeriesCatalogue {
  /// One sentence for people; empty of a series that is no signal.
  static func help(of series: String) -> String {
    OutageSignals.catalogue.signals.first { $0.name == series }?.summary ?? ""
  }

  /// Whether it is summed up from the start of the run, and never falls.
  static func isCounter(_ series: String) -> Bool {
    OutageObserver.Quantity.allCases.first { $0.series.name == series }?.isCounter ?? false
  }

  /// The system that tells of it.
  static func system(of series: String) -> TraceSystem {
    let prefixes: [(String, TraceSystem)] = [
      ("users.", .clients), ("clients.", .clients), ("elixir.", .elixir), ("guilds.", .guilds),
      ("api.", .api), ("announce.", .api), ("autoscaler.", .api), ("etcd.", .etcd),
      ("gateway.", .gateway), ("throttle.", .gateway), ("scylla.guilds.", .guildsDatabase),
      ("scylla.", .sessionsDatabase), ("alerts.", .people),
    ]
    return prefixes.first { series.hasPrefix($0.0) }?.1 ?? .clients
  }
}
