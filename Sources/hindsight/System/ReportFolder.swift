import Reports

/// The folder of `--report`: one page that stands by itself.
///
/// A folder that is not there is made, an earlier report of ours is replaced; any other folder that holds
/// something is a stranger's and is left alone, unless `--force` says otherwise.
struct ReportFolder {
  static let pageName = "index.html"

  let path: String
  let isForced: Bool

  /// - Returns: Nil where the command line asks for no report.
  init?(_ arguments: ParsedArguments) {
    guard let path = arguments.value("report") else { return nil }
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    isForced = arguments.has("force")
  }

  private var page: String { path == "/" ? "/\(Self.pageName)" : "\(path)/\(Self.pageName)" }

  private var file: OutputFile {
    OutputFile(path: page, sort: "report", isForced: isForced) { Self.isOurs($0) }
  }

  /// Whether a page was made by us, by its first bytes.
  private static func isOurs(_ bytes: [UInt8]) -> Bool {
    let head = String(decoding: bytes.prefix(1 << 12), as: UTF8.self)
    return head.contains("<meta name=\"hindsight-report\" content=\"hindsight.report/")
  }

  /// Fails before the work rather than after it.
  func checkWritable() throws(CommandFailure) {
    guard !path.isEmpty else {
      throw .usage(
        UsageError("'--report' takes a folder", help: "write --report DIR; it is made"))
    }
    guard FileSystem.exists(path) else { return try checkParent() }
    let names: [String]
    do throws(FileProblem) {
      names = try FileSystem.names(in: path)
    } catch {
      throw .inputOutput(error)
    }
    guard isForced || names.isEmpty || names.contains(Self.pageName) else {
      throw .usage(
        UsageError(
          "\(ArgumentParser.quoted(path)) holds something else than a report",
          help: "name a folder that is not there, or write into this one with --force"))
    }
    try file.checkWritable()
  }

  /// The nearest folder that is there has to take another one.
  private func checkParent() throws(CommandFailure) {
    var folder = FileSystem.split(path).folder
    while !FileSystem.exists(folder), FileSystem.split(folder).folder != folder {
      folder = FileSystem.split(folder).folder
    }
    guard FileSystem.isWritableFolder(folder) else {
      throw .inputOutput(FileProblem(path: folder))
    }
  }

  /// Writes the page whole, or not at all, and says where it is.
  func write(_ text: String, on console: Console) throws(CommandFailure) {
    do throws(FileProblem) {
      try FileSystem.makeFolders(path)
    } catch {
      throw .inputOutput(error)
    }
    try file.write(text)
    console.reportDefused("report: \(TerminalText.safe(page))\n")
  }
}

extension OptionSpecification {
  static let report = OptionSpecification(
    "report", "DIR",
    "write a page with linked charts and tables to DIR/index.html: one file that needs no network")
}
