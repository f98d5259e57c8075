import Experiments
import Reports

extension CommandSpecification {
  static let sweep = CommandSpecification(
    name: "sweep",
    purpose: "run a scenario over many values of its parameters, here or on a cluster",
    details: """
      A sweep is a file, or a scenario with axes: PATH=1,2,3 for values, PATH=lo..hi/N for N values from \
      one end to the other, PATH=lo..hi/N/log for equal factors, PATH=lo..hi for a design that is no \
      grid; values have their units. mitigation=none,a,a+b,all, hypothesis=a,b and scenario=a.json,b.json \
      are axes too. Every point has the same seeds.
      The folder of results keeps each finished run in a journal: what is interrupted or killed goes on \
      with --resume, and more values and seeds can be added. results.csv and results.jsonl have one row \
      per point, seed and metric. 'sweep merge' puts together what shards have run.
      --cliff, --phase, --hysteresis and --sensitivity are questions of another kind: they choose their \
      points by what they have seen, print what they found and keep no folder; at scale 1/1000 unless \
      --scale says otherwise.
      """,
    arguments: "SWEEP.json | SCENARIO | merge DIR…", arity: .any,
    options: [
      OptionSpecification(
        "axis", "PATH=VALUES", "vary a parameter, 'mitigation', 'hypothesis' or 'scenario'",
        isRepeatable: true),
      OptionSpecification(
        "design", among: SweepDesign.Kind.allCases.map(\.rawValue),
        "which points of the axes; default: grid, all combinations"),
      OptionSpecification("points", "N", "points of a design that is no grid"),
      OptionSpecification(
        "design-seed", "N", "decides where the points of a design lie; default: 1"),
      OptionSpecification(
        "seeds", "N",
        "seeds of every point, one after the other; default: 20, with --sensitivity 1"),
      OptionSpecification("seed", "N", "the first seed; default: the scenario's"),
      OptionSpecification(
        "until-halfwidth", "SHARE",
        "add seeds to each point until its user-minutes lost are known to within this share of their "
          + "mean, --seeds at most (default then: 200)"),
      OptionSpecification("jobs", "N", "runs at a time; default: one per processor"),
      OptionSpecification("out", "DIR", "folder of the results; default: NAME.sweep"),
      OptionSpecification(
        flag: "resume",
        "go on from what the folder holds of this sweep; begin where there is nothing"),
      OptionSpecification(
        "shard", "K/N",
        "run only the points whose number is K modulo N, K from 0; with auto/N, K is "
          + "SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX"),
      OptionSpecification(
        "emit", among: SweepEmission.Target.allCases.map(\.rawValue),
        "run nothing; print a script or manifest that runs the shards of --shard auto/N"),
      OptionSpecification(
        flag: "dry-run",
        "run nothing but one point once; print points, seeds, shards and an estimate"),
      OptionSpecification(
        flag: "partial", "with merge: write the tables although runs are missing"),
      OptionSpecification(
        "set", "PATH=VALUE", "change a parameter at every point", isRepeatable: true),
      OptionSpecification(
        "mitigation", "NAME", "apply a mitigation at every point", isRepeatable: true),
      OptionSpecification(
        "hypothesis", "NAME", "the hypothesis of every point", isRepeatable: true),
      OptionSpecification(
        "scale", "SHARE", "share of the users and capacities to simulate, such as 1/100"),
      OptionSpecification(
        "until", "TIME", "end every run at a clock time; default: the scenario's compare.until"),
    ] + OptionSpecification.exploring + [
      .report, .format, .json,
      OptionSpecification("timings", "FILE", "write wall-clock figures to a file, as JSON"),
      OptionSpecification(
        flag: "force",
        "replace the tables of a larger sweep in the folder, and files that this command did not "
          + "make"),
    ],
    examples: [
      Example(
        "hindsight sweep scenarios/discord-2020-03-16.json --axis supervision.maxRestarts=2,3,4,5 "
          + "--seeds 5 --scale 1/1000",
        "how close was it? the outage by the restarts that are allowed"),
      Example(
        "hindsight sweep scenarios/discord-2020-03-16.json --axis mitigation=none,all "
          + "--axis announce.retryDelay=0.1s..10s/5/log --scale 1/1000 --dry-run",
        "what that would be: points, seeds and how long it takes"),
      Example(
        "hindsight sweep scenarios/discord-2020-03-16.json --axis supervision.maxRestarts=1..20 "
          + "--axis announce.retryDelay=0.1s..10s --design sobol --points 256 "
          + "--shard auto/16 --emit slurm",
        "a script that runs 256 points as a job array of 16"),
      Example(
        "hindsight sweep scenarios/discord-2020-03-16.json --cliff etcd.listTimePerEntry",
        "how far it is to the edge: where an outage becomes likelier than not"),
    ],
    exitCodes: [
      (.held, "every run of the sweep, or of the shard, is there; or a question is answered"),
      (.usage, "usage or scenario error, or a folder of another sweep or of a larger one"),
      (
        .incomplete,
        "runs are missing, and the shards are listed; or a point needs more seeds, or a question more "
          + "runs, than it may have"
      ),
      (.nondeterminism, "the same run stands in two journals, and is not the same"),
      (.tryAgain, "the disk is full or away: try again; what is finished is kept"),
      (.interrupted, "interrupted; what is finished is kept"),
    ],
    run: { arguments, console async throws(CommandFailure) in
      do throws(CommandFailure) {
        if arguments.values.first == "merge" {
          return try SweepMerge(arguments).run(on: &console)
        }
        if let question = ExploreCommand(arguments) { return try await question.run(on: &console) }
        try ExploreCommand.checkIdle(arguments)
        return try await SweepCommand(arguments).run(on: &console)
      } catch {
        // Standard output and the file of the figures lie on disks as journals do.
        guard case .inputOutput(let problem) = error else { throw error }
        throw SweepFolder.failure(problem)
      }
    })
}
