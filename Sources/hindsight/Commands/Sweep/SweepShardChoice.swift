import Experiments

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which shard a command is to run: by its option, and by the variables of a job array.
///
/// How many shards there are stands in the option alone: what a scheduler says is how many tasks it
/// runs, which are fewer when only some are run again.
struct SweepShardChoice {
  enum Asked: Equatable {
    case given(SweepShard)
    /// The environment says which.
    case automatic(count: Int)
  }

  /// nil: everything.
  let asked: Asked?
  private let environment: [(name: String, value: String)]

  /// Variables that hold the number of a task.
  static let variables = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"]

  init(
    _ arguments: ParsedArguments, environment: (String) -> String? = Self.variable
  ) throws(CommandFailure) {
    self.environment = Self.variables.compactMap { name in environment(name).map { (name, $0) } }
    guard let text = arguments.value("shard") else {
      asked = nil
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, parts[0] == "auto", let count = Int(parts[1]),
      (1...SweepShard.countMax).contains(count), "\(count)" == parts[1]
    {
      asked = .automatic(count: count)
    } else if let shard = SweepShard(text) {
      asked = .given(shard)
    } else {
      let isLast = parts.count == 2 && parts[0] == parts[1]
      throw .usage(
        UsageError(
          "'--shard' takes K/N, not \(ArgumentParser.quoted(text))",
          help: isLast
            ? "shards are counted from 0: the last of \(parts[1]) is one less"
            : "0/8 is the first of eight shards; auto/8 takes the number from "
              + Self.variables.joined(separator: " or ")))
    }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The shard to run.
  ///
  /// - Throws: That option and environment disagree, or that neither says which shard.
  func shard(on console: Console) throws(CommandFailure) -> SweepShard {
    guard let asked else {
      if let found = environment.first {
        console.warn(
          "\(found.name) is set, but without --shard auto/N every task runs all points")
      }
      return .whole
    }
    let numbers = try environment.map { variable throws(CommandFailure) -> Int in
      guard let number = Int(variable.value), number >= 0, "\(number)" == variable.value else {
        throw .usage(
          UsageError(
            "\(variable.name) is \(ArgumentParser.quoted(variable.value)), which is no shard"))
      }
      return number
    }
    if let first = numbers.first, let place = numbers.firstIndex(where: { $0 != first }) {
      throw .usage(
        UsageError(
          "\(environment[0].name) is \(first), and \(environment[place].name) is \(numbers[place])",
          help: "say which shard with --shard K/N, and unset one of them"))
    }
    switch asked {
    case .given(let shard):
      guard let number = numbers.first, number != shard.index else { return shard }
      throw .usage(
        UsageError(
          "'--shard' says \(shard.index), and \(environment[0].name) says \(number)",
          help: "--shard auto/\(shard.count) takes the number from the environment"))
    case .automatic(let count):
      guard let number = numbers.first else {
        throw .usage(
          UsageError(
            "'--shard auto/\(count)' needs the number of the task, and neither "
              + Self.variables.joined(separator: " nor ") + " is set",
            help: "say which shard with --shard 0/\(count)"))
      }
      guard number < count else {
        throw .usage(
          UsageError(
            "\(environment[0].name) is \(number), and the last of \(count) shards is \(count - 1)",
            help: "shards are counted from 0; an array of \(count) tasks is 0-\(count - 1)"))
      }
      return SweepShard(index: number, count: count)
    }
  }
}
