extension CommandSpecification {
  static let check = CommandSpecification(
    name: "check",
    purpose: "check invariants and facts of scenarios on many seeds, as a CI gate",
    details: """
      Runs every scenario in files and folders on many seeds and judges its invariants and facts in \
      each. A failure names the smallest seed that fails, the instant, the values, and the command that \
      shows it. Every tenth run is done twice and has to be the same. What was never put to the test \
      (a fault that changed nothing, a throttle that never bound, an invariant without an occasion, a \
      mitigation that altered no event) is a warning. Without --set, --mitigation, --hypothesis and \
      --until, a run with the scenario's own seed is compared with the one recorded in 'golden' beside \
      the scenario; where it differs, the first different event of both is printed if the scenario is \
      what has changed, or with --recorded-by. In GitHub Actions, files are annotated and the step gets a summary.
      """,
    arguments: "PATH…", arity: .atLeast(1),
    options: [
      OptionSpecification(
        "seeds", "N", "seeds of each scenario, one after the other; default: 20"),
      OptionSpecification("seed", "N", "the first seed; default: each scenario's"),
      OptionSpecification("jobs", "N", "runs at a time; default: one per processor"),
      OptionSpecification("junit", "FILE", "write the cases as JUnit XML"),
      OptionSpecification(flag: "strict", "warnings are failures"),
      OptionSpecification(
        flag: "update", "record the golden digests anew, and say what has changed"),
      OptionSpecification(
        "recorded-by", "EXECUTABLE",
        "an older hindsight, to be run where a digest has drifted, to print its first different "
          + "event"),
      OptionSpecification(
        "budget-minutes", "M",
        "stop after so many minutes; runs that are missing then are exit code 3"),
      OptionSpecification(
        "set", "PATH=VALUE", "change a parameter in every run", isRepeatable: true),
      OptionSpecification(
        "mitigation", "NAME", "apply a mitigation of every scenario, or several: 'a+b'",
        isRepeatable: true),
      OptionSpecification(
        "hypothesis", "NAME", "use another hypothesis of every scenario", isRepeatable: true),
      OptionSpecification(
        "scale", "SHARE", "share of the users and capacities to simulate, such as 1/100"),
      OptionSpecification("until", "TIME", "end every run at a clock time such as 14:30"),
      .format, .json,
      OptionSpecification("timings", "FILE", "write wall-clock figures to a file, as JSON"),
      .force,
    ],
    examples: [
      Example("hindsight check scenarios", "all scenarios of a folder, on 20 seeds each"),
      Example(
        "hindsight check scenarios --seeds 5 --scale 1/1000 --strict --junit check.xml",
        "a gate in a pipeline"),
      Example(
        "hindsight check scenarios/quiet-day.json --update",
        "record what this version does, after a change that is meant"),
      Example(
        "hindsight check scenarios --recorded-by ../before/.build/release/hindsight",
        "find the first event that an older version does otherwise"),
    ],
    exitCodes: [
      (.held, "everything held in every seed"),
      (.failed, "an invariant, a fact or a golden digest failed; with --strict a warning"),
      (.usage, "usage or scenario error"),
      (.incomplete, "runs are missing, or did not come to an end"),
      (.nothingSelected, "no scenario there"),
      (.nondeterminism, "the same run twice was not the same"),
      (.interrupted, "interrupted; what was finished is printed"),
    ],
    run: { arguments, console async throws(CommandFailure) in
      try await CheckCommand(arguments).run(on: &console)
    })
}
