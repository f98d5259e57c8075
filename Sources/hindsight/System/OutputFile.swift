#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that an option names: an earlier one of ours is replaced, anything else only with `--force`.
struct OutputFile {
  let path: String
  /// What our files of this sort are, such as `file of timings`.
  let sort: String
  let isForced: Bool
  /// Whether such a file was made by us, by its first bytes.
  let isOurs: ([UInt8]) -> Bool

  /// Bytes that are looked at to tell whether a file is ours.
  private let searched: Int

  init(
    path: String, sort: String, isForced: Bool, searched: Int = 1 << 16,
    isOurs: @escaping ([UInt8]) -> Bool
  ) {
    self.path = path
    self.sort = sort
    self.isForced = isForced
    self.searched = searched
    self.isOurs = isOurs
  }

  /// Fails before the work rather than after it.
  func checkWritable() throws(CommandFailure) {
    guard !FileSystem.isFolder(path) else {
      throw .inputOutput(FileProblem(path: path, code: EISDIR))
    }
    let folder = FileSystem.split(path).folder
    guard FileSystem.isWritableFolder(folder) else {
      throw .inputOutput(FileProblem(path: folder))
    }
    guard !mayReplace, FileSystem.exists(path) else { return }
    throw .usage(
      UsageError(
        "\(ArgumentParser.quoted(path)) exists and is no \(sort)", help: "--force overwrites it"))
  }

  /// Writes the file whole, or not at all.
  func write(_ text: String) throws(CommandFailure) {
    do throws(FileProblem) {
      try AtomicFile.write(text, to: path, existing: mayReplace ? .replace : .keep)
    } catch {
      throw .inputOutput(error)
    }
  }

  private var mayReplace: Bool {
    if isForced { return true }
    guard FileSystem.exists(path),
      let bytes = try? FileSystem.read(path, limit: searched)
    else { return false }
    return isOurs(bytes)
  }
}
