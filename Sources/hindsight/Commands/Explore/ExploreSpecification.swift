extension OptionSpecification {
  /// The options of `sweep` by which it chooses its own points.
  static let exploring: [OptionSpecification] = [
    OptionSpecification(
      "cliff", "PATH[=LOW..HIGH]",
      "find the value at which an outage becomes likelier than not; without a range, from a tenth to "
        + "ten times the scenario's"),
    OptionSpecification(
      flag: "phase",
      "draw where in the plane of two --axis an outage is likelier than not, by trying most where "
        + "that changes"),
    OptionSpecification(
      flag: "hysteresis",
      "find the --trigger from which on runs fall and stay down, and the --push that brings them back"
    ),
    OptionSpecification(
      flag: "sensitivity",
      "screen every assumption, and share the variance out among the few that matter"),
    OptionSpecification(
      "outage-with", among: ["more", "less"],
      "with --cliff and --hysteresis: which way an outage lies; default: found from the ends"),
    OptionSpecification(
      "tolerance", "SHARE", "with them: stop when the interval is this narrow; default: 5%"),
    OptionSpecification(
      "budget", "N", "with them and --phase: runs at most; default: 600, for --phase no limit"),
    OptionSpecification(
      "trigger", "PATH[=LOW..HIGH]", "with --hysteresis: what makes a run fall"),
    OptionSpecification(
      "trigger-size", "VALUE",
      "with --hysteresis: come back from this trigger; default: the least that was shown to make runs "
        + "fall"),
    OptionSpecification(
      "push", "PATH[=LOW..HIGH]", "with --hysteresis: what brings it back"),
    OptionSpecification(
      "push-at", "TIME",
      "with --hysteresis: when the push comes; default: it stands in the scenario from the start"),
    OptionSpecification(
      "most", "N", "with --sensitivity: how many assumptions get indices; default: 4"),
    OptionSpecification(
      "trajectories", "N", "with --sensitivity: walks of the screening; default: 6"),
    OptionSpecification(
      "base-points", "N",
      "with --sensitivity: size of the design, best a power of two; default: 64"),
  ]
}
