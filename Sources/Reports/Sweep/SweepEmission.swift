import Observation
import Scenarios

/// A sweep as something that runs its shards elsewhere: a script, a manifest, a workflow.
///
/// Each form runs `hindsight sweep … --shard auto/N --resume` once per shard, all into one folder that
/// every shard sees (or, on GitHub, one that is gathered), tries a shard again that ends with exit code
/// 75 (GNU parallel: any that fails), and merges what all shards have written.
public struct SweepEmission: Sendable {
  public enum Target: String, CaseIterable, Sendable {
    case slurm, kubernetes, parallel, github

    /// Shards that the service takes at most; nil: it is its administrator who decides.
    public var shardsMax: Int? {
      switch self {
      // Jobs of a matrix.
      case .github: 256
      // With more completions, a Job that counts failures by index has other limits.
      case .kubernetes: 100_000
      case .slurm, .parallel: nil
      }
    }
  }

  /// What may keep the target from taking so many shards, in words; nil: nothing.
  public static func warning(shards: Int, _ target: Target) -> String? {
    guard target == .slurm, shards > slurmArrayUsual else { return nil }
    return "an array of \(shards) tasks needs a MaxArraySize of \(shards) in slurm.conf; "
      + "by default it is \(slurmArrayUsual)"
  }

  /// Slurm's MaxArraySize where nobody has set it: one more than the last number of a task.
  private static let slurmArrayUsual = 1_001

  let name: String
  /// Words of the command without `--shard`, `--out` and what only concerns this machine; the first is
  /// `hindsight`.
  let words: [String]
  let folder: String
  let shards: Int
  let points: Int
  /// Runs at a time in each shard; nil: one, or on GitHub one per processor of its machine.
  let jobs: Int?

  /// - Parameters:
  ///   - name: Of the sweep; letters, digits, `-`, `_` and `.`.
  ///   - words: Of the command, not quoted, without what decides shard and folder.
  ///   - folder: Of the results.
  ///   - shards: How many.
  ///   - points: Of the sweep.
  ///   - jobs: Runs at a time in each shard, which has as many processors; nil: as the target has it.
  public init(
    name: String, words: [String], folder: String, shards: Int, points: Int, jobs: Int? = nil
  ) {
    self.name = name
    self.words = words
    self.folder = folder
    self.shards = shards
    self.points = points
    self.jobs = jobs
  }

  /// The text for a target, ending in a line break.
  public func text(for target: Target) -> String {
    switch target {
    case .slurm: slurm
    case .kubernetes: kubernetes
    case .parallel: parallel
    case .github: github
    }
  }

  /// How often a shard is tried again after exit code 75.
  static let retries = 5

  var shardWords: [String] {
    words.dropFirst() + ["--shard", "auto/\(shards)", "--resume", "--out", folder]
  }
  var mergeWords: [String] { ["sweep", "merge", folder] }

  /// A name of at most 50 characters by the rules of DNS, which both schedulers take.
  var plainName: String {
    var text = ""
    for byte in name.lowercased().utf8 {
      let isPlain = byte &- 0x61 < 26 || byte &- 0x30 < 10
      text.append(isPlain ? Character(Unicode.Scalar(byte)) : "-")
    }
    let trimmed = text.prefix(41).drop { $0 == "-" }
    return "hindsight" + (trimmed.isEmpty ? "" : "-\(trimmed)").trimmingDashes()
  }

  private var summary: String {
    "\(NumberText.grouped(UInt64(points))) points in \(shards) shards"
  }

  // MARK: Slurm

  private var slurm: String {
    """
    #!/usr/bin/env bash
    # The sweep \(name): \(summary).
    #
    #   bash THIS_FILE      submits the array, and a job that merges when all of it is done
    #   sbatch THIS_FILE    submits the array alone
    #
    # Submit it from the folder that the scenario's path starts from, on a disk that all nodes share.
    # HINDSIGHT names the executable, where it is not in PATH. Time and memory are asked for with
    # sbatch's own options, or here. A shard that ends with exit code 75 is queued again.\(
      Self.warning(shards: shards, .slurm).map { "\n#\n# Careful: \($0)." } ?? "")
    #SBATCH --job-name=\(plainName)
    #SBATCH --array=0-\(shards - 1)
    #SBATCH --requeue
    #SBATCH --open-mode=append
    #SBATCH --ntasks=1\(jobs.map { "\n#SBATCH --cpus-per-task=\($0)" } ?? "")
    # shellcheck disable=SC1003,SC2016
    set -euo pipefail

    hindsight=${HINDSIGHT:-hindsight}

    # Not the job's number: whoever works within an allocation has one too.
    if [ -z "${SLURM_ARRAY_TASK_ID-}" ]; then
      # What the allocation says of its own tasks is not meant for these.
      unset SLURM_CPUS_PER_TASK SLURM_RESTART_COUNT
      array=$(sbatch --parsable "$@" "$0")
      merge=$(printf '%q ' "$hindsight" \(Self.shell(mergeWords)))
      sbatch --job-name=\(plainName)-merge --dependency="afterok:${array%%;*}" \\
        --kill-on-invalid-dep=yes --wrap "exec $merge"
      exit
    fi

    code=0
    "$hindsight" \(Self.shell(shardWords)) \\
      --jobs "${SLURM_CPUS_PER_TASK:-1}" || code=$?
    if [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt \(Self.retries) ]; then
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
      # Slurm ends this task before it queues it again.
      sleep 60
    fi
    exit "$code"

    """
  }

  // MARK: GNU parallel

  private var parallel: String {
    let command = (["hindsight"] + shardWords + ["--jobs", "\(jobs ?? 1)"])
    let places = jobs.map { $0 == 1 ? "" : " --jobs \"$((($(nproc) + \($0 - 1)) / \($0)))\"" } ?? ""
    return """
      #!/usr/bin/env bash
      # The sweep \(name): \(summary), one run per processor of this machine. A shard that fails is tried
      # again. The command comes in a variable, so that nothing in it is taken for a replacement string.
      # shellcheck disable=SC1003,SC2016
      set -euo pipefail
      export HINDSIGHT_SWEEP=\(ShellWords.quoted(Self.shell(command)))
      seq 0 \(shards - 1) | parallel\(places) --retries \(Self.retries) --halt soon,fail=1 \\
        'JOB_COMPLETION_INDEX={} bash -c "$HINDSIGHT_SWEEP"'
      hindsight \(Self.shell(mergeWords))

      """
  }

  // MARK: Kubernetes

  private var kubernetes: String {
    let jobs = self.jobs ?? 1
    // Of the node's processors the pod has so many: what it takes by itself would be all of them.
    let words = shardWords + ["--jobs", "\(jobs)"]
    let arguments = words.map { "            - \(Self.yaml($0.escapingForKubernetes()))\n" }
      .joined()
    let merge = mergeWords.map { Self.yaml($0.escapingForKubernetes()) }.joined(separator: ", ")
    return """
      # The sweep \(name): \(summary).
      #
      #   kubectl apply -f THIS_FILE
      #   kubectl wait --for=condition=complete --timeout=-1s job/\(plainName)
      #
      # and then the same container once with args: [\(merge)]
      #
      # To be set for your cluster: the image, which holds the executable, and the volume, which all nodes
      # can write (ReadWriteMany) and which holds the scenario. A shard that ends with exit code 75, is
      # killed (137, such as for its memory) or whose node goes away is tried again and goes on from what
      # it has finished; any other failure is that shard's end.
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(plainName)
        labels:
          app.kubernetes.io/name: hindsight
      spec:
        completionMode: Indexed
        completions: \(shards)
        parallelism: \(shards)
        backoffLimitPerIndex: \(Self.retries)
        podFailurePolicy:
          rules:
            - action: Ignore
              onPodConditions:
                - type: DisruptionTarget
                  status: "True"
            - action: Count
              onExitCodes:
                containerName: hindsight
                operator: In
                values: [75, 137]
            - action: FailIndex
              onExitCodes:
                containerName: hindsight
                operator: NotIn
                values: [75, 137]
        template:
          metadata:
            labels:
              app.kubernetes.io/name: hindsight
          spec:
            restartPolicy: Never
            containers:
              - name: hindsight
                image: hindsight:latest
                workingDir: /sweep
                command: ["hindsight"]
                args:
      \(arguments.dropLast())
                resources:
                  requests: { cpu: "\(jobs)", memory: \(256 * jobs)Mi }
                  limits: { cpu: "\(jobs)", memory: \(jobs)Gi }
                volumeMounts:
                  - name: sweep
                    mountPath: /sweep
            volumes:
              - name: sweep
                persistentVolumeClaim:
                  claimName: hindsight-sweep

      """
  }

  // MARK: GitHub

  private var github: String {
    let indices = (0..<shards).map(String.init)
    let lines = TerminalText.filled(indices, separator: ", ", columns: 80)
    let list = lines.joined(separator: ",\n          ")
    let words = shardWords + (jobs.map { ["--jobs", "\($0)"] } ?? [])
    let shard = Self.expressionless(Self.shell(words))
    let merge = Self.expressionless(Self.shell(mergeWords))
    let journals = Self.yaml(Self.expressionless("\(folder)/*"))
    let target = Self.yaml(Self.expressionless(folder))
    return """
      # The sweep \(name): \(summary). Goes to .github/workflows/\(plainName).yml
      name: \(plainName)
      on: workflow_dispatch
      permissions:
        contents: read
      jobs:
        build:
          runs-on: ubuntu-24.04
          container: swift:6.2-noble
          timeout-minutes: 60
          steps:
            - uses: actions/checkout@v4
            - run: swift build -c release --product hindsight --static-swift-stdlib
            - uses: actions/upload-artifact@v4
              with:
                name: hindsight
                path: .build/release/hindsight
        shard:
          needs: build
          runs-on: ubuntu-24.04
          timeout-minutes: 350
          strategy:
            fail-fast: false
            matrix:
              shard: [\(list)]
          env:
            JOB_COMPLETION_INDEX: ${{ matrix.shard }}
          steps:
            - uses: actions/checkout@v4
            - uses: actions/download-artifact@v4
              with:
                name: hindsight
                path: bin
            - shell: bash
              run: |
                chmod +x bin/hindsight
                for attempt in 1 2 3; do
                  code=0
                  bin/hindsight \(shard) || code=$?
                  if [ "$code" -ne 75 ]; then exit "$code"; fi
                  sleep $((attempt * 60))
                done
                exit "$code"
            - uses: actions/upload-artifact@v4
              if: always()
              with:
                name: shard-${{ matrix.shard }}
                path: \(journals)
        merge:
          needs: shard
          # A shard that failed is listed by the merge, with what else is missing.
          if: ${{ !cancelled() && needs.shard.result != 'skipped' }}
          runs-on: ubuntu-24.04
          timeout-minutes: 60
          steps:
            - uses: actions/download-artifact@v4
              with:
                name: hindsight
                path: bin
            - uses: actions/download-artifact@v4
              with:
                pattern: shard-*
                merge-multiple: true
                path: \(target)
            - shell: bash
              run: |
                chmod +x bin/hindsight
                bin/hindsight \(merge)
            - uses: actions/upload-artifact@v4
              if: ${{ !cancelled() }}
              with:
                name: results
                path: \(journals)

      """
  }

  // MARK: Texts

  /// Words for bash, all on one line whatever is in them.
  static func shell(_ words: [String]) -> String {
    words.map { word in
      guard word.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
        return ShellWords.quoted(word)
      }
      var text = "$'"
      for byte in word.utf8 {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7E: text.unicodeScalars.append(UnicodeScalar(byte))
        default:
          let digits = String(byte, radix: 16)
          text += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
        }
      }
      return text + "'"
    }.joined(separator: " ")
  }

  /// A scalar of YAML in double quotes, which for such texts is a string of JSON.
  static func yaml(_ text: String) -> String { JSONWriter.compact(.string(text)) }

  /// A text in which a workflow sees no expression.
  static func expressionless(_ text: String) -> String {
    text.pieces(between: "${{").joined(separator: "${{ '${{' }}")
  }
}

extension String {
  /// The text with `$` doubled: Kubernetes replaces `$(NAME)` in arguments.
  fileprivate func escapingForKubernetes() -> String {
    split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
  }

  fileprivate func trimmingDashes() -> String {
    var text = self
    while text.hasSuffix("-") { text.removeLast() }
    return text
  }

  /// What stands between occurrences of a text, by its bytes.
  fileprivate func pieces(between separator: String) -> [String] {
    let (bytes, mark) = (Array(utf8), Array(separator.utf8))
    var pieces: [String] = []
    var start = 0
    var position = 0
    while position + mark.count <= bytes.count {
      if bytes[position...].starts(with: mark) {
        pieces.append(String(decoding: bytes[start..<position], as: UTF8.self))
        position += mark.count
        start = position
      } else {
        position += 1
      }
    }
    return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
  }
}
