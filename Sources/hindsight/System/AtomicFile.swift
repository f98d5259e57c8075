#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files that appear whole or not at all.
///
/// The bytes go to a temporary name in the same folder, made of host, process and a random number so
/// that writers on a shared disk do not meet; it is synced and takes the final name in one step.
enum AtomicFile {
  enum Existing {
    /// An existing file is an error.
    case keep
    case replace
  }

  /// - Throws: `EEXIST` when the file is there and is to be kept, and whatever the system refuses.
  static func write(
    _ text: String, to path: String, existing: Existing
  ) throws(FileProblem) {
    // A link stays a link: its target is replaced.
    let path = existing == .replace ? FileSystem.absolute(path) ?? path : path
    let (folder, name) = FileSystem.split(path)
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary =
      "\(folder)/.\(String(name.prefix(80))).\(host).\(getpid()).\(number).partial"
    // Without this an interrupt would leave the temporary file behind.
    let mask = Interruption.blocked()
    defer { Interruption.unblock(mask) }
    let mode = permissions(of: path) ?? 0o666
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw FileProblem(path: path) }
    do throws(FileProblem) {
      try ByteStream.write(Array(text.utf8), to: descriptor, name: path)
      guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileProblem(path: path) }
    } catch {
      _ = close(descriptor)
      unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0 else {
      let problem = FileProblem(path: path)
      unlink(temporary)
      throw problem
    }
    let isPlaced = place(temporary, at: path, existing)
    let problem = FileProblem(path: path)
    unlink(temporary)
    guard isPlaced else { throw problem }
    syncFolder(folder)
  }

  /// Gives a finished file its name; a link fails where there is a file already, a rename does not.
  private static func place(_ temporary: String, at path: String, _ existing: Existing) -> Bool {
    guard existing == .keep else { return rename(temporary, path) == 0 }
    if link(temporary, path) == 0 { return true }
    // Some file systems have no links; there, looking first is the best that can be done.
    guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS,
      !FileSystem.exists(path)
    else { return false }
    return rename(temporary, path) == 0
  }

  private static var host: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "host" }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let plain = bytes.filter { $0 != UInt8(ascii: "/") && $0 > 0x20 }.prefix(64)
    return plain.isEmpty ? "host" : String(decoding: plain, as: UTF8.self)
  }

  private static func permissions(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  /// The new name survives a power cut only when its folder is on the disk too.
  private static func syncFolder(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }
}
