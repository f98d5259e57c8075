/// The file of `--export-json`: what `--json` prints, beside a text for people.
enum ExportedJSON {
  /// Bytes of an existing file that are looked through for our schema.
  private static let searched = 64 << 20

  /// Fails before the run rather than after it.
  static func checkWritable(_ arguments: ParsedArguments) throws(CommandFailure) {
    try file(arguments)?.checkWritable()
  }

  /// Writes the file that the command line names, if it names one.
  ///
  /// - Parameters:
  ///   - text: What `--json` prints.
  ///   - arguments: Of the command.
  /// - Throws: That the file cannot be written.
  static func write(
    _ text: @autoclosure () -> String, _ arguments: ParsedArguments
  ) throws(CommandFailure) {
    try file(arguments)?.write(text())
  }

  private static func file(_ arguments: ParsedArguments) -> OutputFile? {
    arguments.value("export-json").map { path in
      OutputFile(
        path: path, sort: "JSON of ours", isForced: arguments.has("force"), searched: searched
      ) { bytes in
        // Keys are sorted, so that the schema may stand behind megabytes of figures.
        bytes.firstRange(of: Array(#""schema": "hindsight."#.utf8)) != nil
      }
    }
  }
}
