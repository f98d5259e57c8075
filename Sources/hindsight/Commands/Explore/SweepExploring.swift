extension CommandSpecification {
  /// Stands in until there are sweeps over given points.
  static let sweep = CommandSpecification(
    name: "sweep", purpose: "explore parameters in batch", details: "", arguments: "SCENARIO",
    arity: .exactly(1),
    options: OptionSpecification.exploring + [
      OptionSpecification("axis", "PATH=LOW..HIGH[/N]", "an axis", isRepeatable: true),
      OptionSpecification("seeds", "N", "seeds of every point"),
      OptionSpecification("seed", "N", "the first seed; default: the scenario's"),
      OptionSpecification("jobs", "N", "runs at a time; default: one per processor"),
      OptionSpecification("set", "PATH=VALUE", "change a parameter", isRepeatable: true),
      OptionSpecification("mitigation", "NAME", "apply a mitigation", isRepeatable: true),
      OptionSpecification("hypothesis", "NAME", "use a hypothesis", isRepeatable: true),
      OptionSpecification("scale", "SHARE", "share of the users and capacities to simulate"),
      OptionSpecification("until", "TIME", "end every run at a clock time"),
      .format, .json,
      OptionSpecification("timings", "FILE", "write wall-clock figures to a file, as JSON"), .force,
    ],
    examples: [], exitCodes: [],
    run: { arguments, console async throws(CommandFailure) in
      guard let command = ExploreCommand(arguments) else {
        throw .usage(UsageError("nothing to explore"))
      }
      return try await command.run(on: &console)
    })
}
