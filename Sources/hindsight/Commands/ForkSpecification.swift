extension CommandSpecification {
  static let fork = CommandSpecification(
    name: "fork",
    purpose: "change one thing in the middle of a run and see both futures",
    details: """
      Runs the scenario to an instant once, and from there on once without a change and once per \
      future, with the same randomness. A future changes settings from that instant on, and steps of \
      'operators' and 'faults' that come later; what is past cannot change. All --set and \
      --mitigation make one future, or after each --fork NAME one more. --at takes a time, or a \
      condition on a measure of the monitoring, which is looked at every second of the run; the first \
      second at which it holds counts.
      """,
    arguments: "SCENARIO", arity: .exactly(1),
    options: [
      OptionSpecification(
        "at", "TIME|CONDITION",
        "when to fork: 14:30, or a measure with <, <=, > or >= and a share, as in "
          + "'users.served < 50%'"),
      OptionSpecification(
        "set", "PATH=VALUE", "what the future changes", isRepeatable: true),
      OptionSpecification(
        "mitigation", "NAME", "a mitigation of the scenario, or several: 'a+b', from then on",
        isRepeatable: true),
      OptionSpecification(
        "fork", "NAME",
        "begin another future, which the --set and --mitigation behind it make; those before the "
          + "first hold in all futures that follow", isRepeatable: true),
      OptionSpecification(
        "mitigations", "A,B,…|all",
        "a future for each, 'a+b' for two at once; of all, those that come too late are listed with "
          + "the reason"),
      OptionSpecification(
        "given", "PATH=VALUE", "change a parameter of the whole run, in every future",
        isRepeatable: true),
      OptionSpecification(
        "hypothesis", "NAME", "use another hypothesis of the scenario", isRepeatable: true),
      OptionSpecification(
        "scale", "SHARE", "share of the users and capacities to simulate, such as 1/100"),
      OptionSpecification(
        "seed", "N", "seed of all randomness, 64 bits, decimal or 0x…; default: the scenario's"),
      OptionSpecification(
        "until", "TIME", "end of every future; default: the scenario's compare.until, or its end"),
      OptionSpecification(
        "step", "DURATION",
        "from one row of the tables and value of the series to the next; tables then show every series "
          + "that differs"),
      OptionSpecification("jobs", "N", "futures at a time; default: one per processor"),
      .report, .format, .json, .exportJSON,
      OptionSpecification("timings", "FILE", "write wall-clock figures to a file, as JSON"),
      .force,
    ],
    examples: [
      Example(
        "hindsight fork scenarios/discord-2020-03-16.json --at 14:30 "
          + "--set operators.throttle.at=14:33:00",
        "what if they had throttled ten minutes earlier"),
      Example(
        "hindsight fork scenarios/discord-2020-03-16.json --at 'users.served < 50%' "
          + "--fork repair --set repair.running=false --fork both "
          + "--set repair.running=false --set throttle.rate=2000/s",
        "two futures from the first second in which half of the users were gone"),
      Example(
        "hindsight fork scenarios/discord-2020-03-16.json --at 14:30 --mitigations all",
        "what could still have helped twelve minutes into the outage"),
    ],
    exitCodes: [
      (.held, "forked"),
      (.usage, "usage or scenario error, or a change that comes too late"),
      (.nothingSelected, "nothing to change, or the condition never held"),
      (.interrupted, "interrupted before the futures were finished"),
    ],
    run: { arguments, console async throws(CommandFailure) in
      try await ForkCommand(arguments).run(on: &console)
    })
}
