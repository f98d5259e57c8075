/// The files that paths of a command line stand for.
enum ScenarioFiles {
  /// The `.json` files at each path, those in folders below it included, each once.
  static func files(at paths: [String]) throws(CommandFailure) -> [String] {
    var files: [String] = []
    var seen: Set<FileSystem.Identity> = []
    for path in paths {
      for file in try self.files(at: path) {
        // What is not there is found out when it is read.
        let identity = FileSystem.identity(of: file)
        if identity.map({ seen.insert($0).inserted }) ?? true { files.append(file) }
      }
    }
    return files
  }

  private static func files(at path: String) throws(CommandFailure) -> [String] {
    guard FileSystem.isFolder(path) else { return [path] }
    let names: [String]
    do throws(FileProblem) {
      names = try FileSystem.names(in: path)
    } catch {
      throw .inputOutput(error)
    }
    var files: [String] = []
    for name in names {
      let child = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      if FileSystem.isFolder(child) {
        // A link to a folder above would lead round in circles.
        if !FileSystem.isLink(child) { files += try self.files(at: child) }
      } else if name.hasSuffix(".json") {
        files.append(child)
      }
    }
    return files
  }
}
