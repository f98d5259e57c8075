import Experiments

extension CommandSpecification {
  static let explain = CommandSpecification(
    name: "explain",
    purpose: "the chain from the first cause to a finding, or from a cause to its effects",
    details: """
      Runs the scenario once more with the cause of every event remembered, and walks back from WHAT to \
      the first cause: a fault, an operator's action, a decision of the autoscaler, the start of the day. \
      WHAT is the id of a fact or invariant, or 'fact', 'invariant', 'node', 'client' or 'guild' with a \
      name or number. 'fault NAME' and 'operator NAME' tell all that came of it instead, merged where \
      the same befell many. Without WHAT it is what went wrong: a broken invariant, a fact that failed, \
      the first node that stopped, API nodes that vanished, or the first connection that was lost. The \
      events and the digest are those of a run without causes.
      """,
    arguments: "SCENARIO [WHAT]", arity: .atLeast(1),
    options: [
      OptionSpecification(
        "at", "TIME",
        "look at a node, client or guild as it is then: what last happened to it before; default: a "
          + "node's first stop, otherwise the end"),
      OptionSpecification(flag: "effects", "tell what came of the first cause, too"),
      OptionSpecification(
        "until", "TIME", "end the run early, at a clock time such as 14:30 or '1d 00:30'"),
      OptionSpecification(
        "seed", "N", "seed of all randomness, 64 bits, decimal or 0x…; default: the scenario's"),
      OptionSpecification(
        "set", "PATH=VALUE", "change a parameter; 'hindsight list parameters' names them",
        isRepeatable: true),
      OptionSpecification(
        "mitigation", "NAME", "apply a mitigation of the scenario, or several: 'a+b'",
        isRepeatable: true),
      OptionSpecification(
        "without", "CAUSE", "take a cause of the incident away", isRepeatable: true),
      OptionSpecification(
        "hypothesis", "NAME", "use another hypothesis of the scenario", isRepeatable: true),
      OptionSpecification(
        "scale", "SHARE", "share of the users and capacities to simulate, such as 1/100"),
      OptionSpecification(
        "max-events", "N",
        "remember at most so many events, 16 bytes each (exit code 3); default: 50 million"),
      OptionSpecification(
        "format", among: ["text", "json", "dot"],
        "for people, for programs, or for Graphviz: dot -Tsvg"),
      .json,
    ],
    examples: [
      Example(
        "hindsight explain scenarios/discord-2020-03-16.json node sessions-114",
        "why this node stopped"),
      Example(
        "hindsight explain scenarios/discord-2020-03-16.json client 1234 --at 14:31",
        "why this user had no service then"),
      Example(
        "hindsight explain scenarios/discord-2020-03-16.json fault first-announce-cut --until 14:20",
        "all that came of the cut announce in two minutes"),
    ],
    exitCodes: [
      (.held, "explained"), (.usage, "usage or scenario error"),
      (.incomplete, "more events than are remembered"),
      (.nothingSelected, "it did not happen, or nothing went wrong"),
    ],
    run: { arguments, console throws(CommandFailure) in
      try ExplainCommand(arguments).run(on: &console)
    })
}
