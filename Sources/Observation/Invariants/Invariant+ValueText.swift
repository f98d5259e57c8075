import SimulationKernel

extension Invariant {
  /// Values as people read them.
  enum ValueText {
    /// `4,321,000`, `43.2%`, `250ms`, `4,000/s`; with as many more digits as tell it from `bound`.
    static func text(
      _ value: Double, _ dimension: Dimension, apartFrom bound: Double = .nan
    ) -> String {
      var digits = 0
      var text = text(value, dimension, digits: digits)
      while digits < 6, value != bound, bound.isFinite,
        text == Self.text(bound, dimension, digits: digits)
      {
        digits += 1
        text = Self.text(value, dimension, digits: digits)
      }
      return text
    }

    private static func text(_ value: Double, _ dimension: Dimension, digits: Int) -> String {
      switch (dimension.thing, dimension.seconds) {
      case (.none, 0): return NumberText.trimmed(value * 100, digits: digits + 1) + "%"
      case (.none, 1): return time(value, digits: digits)
      case (_, 0): return NumberText.short(value, digits)
      case (_, -1): return NumberText.short(value, digits) + "/s"
      default: return NumberText.short(value, digits)
      }
    }

    private static func time(_ seconds: Double, digits: Int) -> String {
      switch seconds.magnitude {
      case 0: "0s"
      case ..<1e-3: NumberText.short(seconds * 1e6, digits) + "us"
      case ..<1: NumberText.short(seconds * 1e3, digits) + "ms"
      case ..<600: NumberText.short(seconds, digits) + "s"
      default: NumberText.short(seconds / 60, digits) + "m"
      }
    }
  }
}
