extension CommandSpecification {
  static let compare = CommandSpecification(
    name: "compare",
    purpose: "run mitigations against no mitigation, on the same seeds",
    details: """
      Runs the scenario without a mitigation and with each, on the same seeds: randomness belongs to \
      each client and node, so that what a mitigation does not touch happens alike. Prints each one's \
      effect with a 95 % interval, the mitigations that cannot be told apart, and the hypotheses \
      under which all this holds. Without --hypothesis every hypothesis of the scenario is run; \
      figures are those of the first.
      """,
    arguments: "SCENARIO", arity: .exactly(1),
    options: [
      OptionSpecification(
        "mitigations", "A,B,…|all",
        "mitigations to compare, 'a+b' for two at once, 'all' for each by itself; default: all"),
      OptionSpecification(
        "mitigation", "NAME", "one more mitigation to compare, or several together: 'a+b'",
        isRepeatable: true),
      OptionSpecification("seeds", "N", "seeds, one after the other; default: 20"),
      OptionSpecification(
        "until-halfwidth", "SHARE",
        "add seeds until every arm's user-minutes lost are known to within this share of the "
          + "baseline's, --seeds at most (default then: 200)"),
      OptionSpecification(
        "assumptions", "N|all",
        "also run every arm at both ends of the assumptions that matter, or of the N that do most, "
          + "found by a Morris screening; default: all, 0 for none, which is much faster"),
      OptionSpecification(
        flag: "causes",
        "take the incident apart instead: each cause's share of the lost user-minutes"),
      OptionSpecification(
        "optimise", among: ["throttle"],
        "look for the throttle that loses the fewest user-minutes instead, at scale 1/1000 unless "
          + "--scale is given; --seeds judge it (default then: 300)"),
      OptionSpecification("seed", "N", "the first seed; default: the scenario's"),
      OptionSpecification("jobs", "N", "runs at a time; default: one per processor"),
      OptionSpecification(
        "set", "PATH=VALUE", "change a parameter in every run", isRepeatable: true),
      OptionSpecification(
        "hypothesis", "NAME", "run under this hypothesis only; several hold together",
        isRepeatable: true),
      OptionSpecification(
        "scale", "SHARE", "share of the users and capacities to simulate, such as 1/100"),
      OptionSpecification(
        "until", "TIME", "end every run at a clock time; default: the scenario's compare.until"),
      .report, .format, .json, .exportJSON,
      OptionSpecification("timings", "FILE", "write wall-clock figures to a file, as JSON"),
      .force,
    ],
    examples: [
      Example(
        "hindsight compare scenarios/discord-2020-03-16.json",
        "every mitigation under every hypothesis"),
      Example(
        "hindsight compare scenarios/discord-2020-03-16.json --mitigations "
          + "bounded-queue,bounded-queue+gentle-repair --hypothesis window --seeds 30",
        "what a second mitigation adds to the first"),
      Example(
        "hindsight compare scenarios/discord-2020-03-16.json --mitigation earlier-throttle "
          + "--until-halfwidth 1%",
        "as many seeds as it takes for a difference that small"),
    ],
    exitCodes: [
      (.held, "compared"), (.failed, "the best throttle that was found breaks its constraint"),
      (.usage, "usage or scenario error"),
      (.incomplete, "stopped before intervals were narrow enough"),
      (.nothingSelected, "no mitigation to compare"),
      (.interrupted, "interrupted; what was finished is printed"),
    ],
    run: { arguments, console async throws(CommandFailure) in
      try await CompareCommand(arguments).run(on: &console)
    })
}
