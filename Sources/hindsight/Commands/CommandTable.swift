/// Every command that there is, in the order of the help.
enum CommandTable {
  static let commands: [CommandSpecification] = [
    .replay, .compare, .sweep, .fork, .explain, .check, .conform, .cases, .list, .schema, .format,
    .completions, .man,
  ]
}
