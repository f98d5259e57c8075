import Observation

/// Numbers of an axis.
enum AxisText {
  /// As short as it can be, such as `10 M` or `2.5 k`.
  static func text(_ value: Double, _ unit: MetricUnit) -> String {
    switch unit {
    case .share: return SVGNumber.text(value * 100, digits: 1) + "%"
    case .seconds: return value == 0 ? "0" : SVGNumber.text(value, digits: value < 1 ? 3 : 1) + " s"
    case .users, .userMinutes, .minutes, .nodes, .count, .clusters, .ratio, .clock, .perSecond:
      for (size, name) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value.magnitude >= size {
        return SVGNumber.text(value / size, digits: 2) + " " + name
      }
      return SVGNumber.text(value, digits: 2)
    }
  }

  /// What the script is to write behind a value.
  static func unit(_ unit: MetricUnit) -> String {
    switch unit {
    case .share: "share"
    case .seconds: "s"
    case .perSecond: "/s"
    case .users, .userMinutes, .minutes, .nodes, .count, .clusters, .ratio, .clock: ""
    }
  }

  /// Decimals that values keep in the page.
  static func digits(_ unit: MetricUnit) -> Int {
    switch unit {
    case .share: 4
    case .seconds: 3
    case .perSecond, .ratio, .minutes: 1
    case .users, .userMinutes, .nodes, .count, .clusters, .clock: 0
    }
  }
}
