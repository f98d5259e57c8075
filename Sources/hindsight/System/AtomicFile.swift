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
    // Without this an interrupt would leave the temporary file behind.
    let mask = Interruption.blocked()
    defer { Interruption.unblock(mask) }
    let writer = try Writer(path, existing: existing)
    try writer.write(Array(text.utf8))
    try writer.commit()
  }

  /// A file that is written piece by piece, and takes its name when it is whole.
  ///
  /// Without a `commit` nothing is left of it.
  final class Writer {
    private let path: String
    private let folder: String
    private let existing: Existing
    private let temporary: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferLength = 1 << 18

    /// - Throws: Whatever the system refuses.
    init(_ path: String, existing: Existing) throws(FileProblem) {
      // A link stays a link: its target is replaced.
      self.path = existing == .replace ? FileSystem.absolute(path) ?? path : path
      self.existing = existing
      let (folder, name) = FileSystem.split(self.path)
      self.folder = folder
      temporary = "\(folder)/.\(String(name.prefix(80))).\(AtomicFile.processName()).partial"
      let mode = AtomicFile.permissions(of: self.path) ?? 0o666
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      guard descriptor >= 0 else { throw FileProblem(path: path) }
    }

    deinit { discard() }

    /// - Throws: Whatever the system refuses.
    func write(_ bytes: [UInt8]) throws(FileProblem) {
      buffer += bytes
      if buffer.count >= Self.bufferLength { try flush() }
    }

    private func flush() throws(FileProblem) {
      try ByteStream.write(buffer, to: descriptor, name: path)
      buffer.removeAll(keepingCapacity: true)
    }

    /// Syncs the file, and gives it its name.
    ///
    /// - Throws: `EEXIST` when a file is there that is to be kept, and whatever the system refuses.
    func commit() throws(FileProblem) {
      try flush()
      guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileProblem(path: path) }
      let isClosed = close(descriptor) == 0
      descriptor = -1
      let isPlaced = isClosed && AtomicFile.place(temporary, at: path, existing)
      let problem = FileProblem(path: path)
      unlink(temporary)
      guard isPlaced else { throw problem }
      AtomicFile.syncFolder(folder)
    }

    private func discard() {
      guard descriptor >= 0 else { return }
      _ = close(descriptor)
      descriptor = -1
      unlink(temporary)
    }
  }

  /// Takes away what killed processes of this machine have left in a folder.
  static func removeStale(in folder: String) {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let parts = name.split(separator: ".")
      guard name.hasPrefix("."), parts.count > 3, parts.last == "partial",
        name.contains(".\(host)."), let process = pid_t(parts[parts.count - 3]), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      unlink("\(folder)/\(name)")
    }
  }

  /// Tells this process's files from those of all others on a shared disk: host, process and a random
  /// number.
  static func processName() -> String {
    "\(host).\(getpid()).\(String(UInt64.random(in: .min ... .max), radix: 36))"
  }

  /// Gives a finished file its name; a link fails where there is a file already, a rename does not.
  fileprivate static func place(_ temporary: String, at path: String, _ existing: Existing) -> Bool
  {
    guard existing == .keep else { return rename(temporary, path) == 0 }
    if link(temporary, path) == 0 { return true }
    // Some file systems have no links; there, looking first is the best that can be done.
    guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS,
      !FileSystem.exists(path)
    else { return false }
    return rename(temporary, path) == 0
  }

  static var host: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "host" }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let plain = bytes.filter { $0 != UInt8(ascii: "/") && $0 > 0x20 }.prefix(64)
    return plain.isEmpty ? "host" : String(decoding: plain, as: UTF8.self)
  }

  fileprivate static func permissions(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  /// The new name survives a power cut only when its folder is on the disk too.
  static func syncFolder(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }
}
