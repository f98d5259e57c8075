#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Something that the operating system refused.
struct FileProblem: Error, Sendable, Equatable {
  let path: String
  let code: Int32

  init(path: String, code: Int32 = errno) {
    self.path = path
    self.code = code
  }

  var isMissing: Bool { code == ENOENT || code == ENOTDIR }
  var isFolder: Bool { code == EISDIR }

  /// Whether the same may work at another time: the disk is full, a server is away.
  var isTemporary: Bool {
    [ENOSPC, EDQUOT, ESTALE, EAGAIN, EMFILE, ENFILE, ENOMEM, ETIMEDOUT].contains(code)
  }

  /// In the system's words.
  var reason: String {
    switch code {
    case ENOENT: "there is no such file"
    case EISDIR: "is a folder"
    case EEXIST: "exists already"
    case EFBIG: "is too large"
    default: String(cString: strerror(code))
    }
  }
}

/// Reading files and folders.
enum FileSystem {
  /// The bytes of a file, or of standard input for `-`, but no more than `limit` of them.
  ///
  /// A caller that refuses long files asks for one byte more than it takes.
  static func read(_ path: String, limit: Int) throws(FileProblem) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileProblem(path: path) }
    defer { if path != "-" { _ = close(descriptor) } }
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let wanted = min(limit - bytes.count, 1 << 16)
      var count = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
        repeat {
          #if canImport(Glibc)
          count = Glibc.read(descriptor, buffer.baseAddress, wanted)
          #elseif canImport(Musl)
          count = Musl.read(descriptor, buffer.baseAddress, wanted)
          #else
          count = Darwin.read(descriptor, buffer.baseAddress, wanted)
          #endif
        } while count < 0 && errno == EINTR
        initialized = max(0, count)
      }
      guard count >= 0 else { throw FileProblem(path: path) }
      guard count > 0 else { break }
      bytes += chunk
    }
    return bytes
  }

  /// Whether a path is a folder; false when it is nothing.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether files can be made in a folder; `errno` says why not.
  static func isWritableFolder(_ path: String) -> Bool {
    guard access(path, W_OK | X_OK) == 0 else { return false }
    guard isFolder(path) else {
      errno = ENOTDIR
      return false
    }
    return true
  }

  /// What keeps a path from being read as a file, in words; nil for a file, a folder, and nothing.
  ///
  /// Opening a pipe waits for somebody who writes to it, and a device may have no end. What a shell makes
  /// of `<(…)` is a pipe too, and one that is written to.
  static func obstacle(at path: String) -> String? {
    guard path != "-", path != "/dev/stdin", !path.hasPrefix("/dev/fd/") else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else {
      return isLink(path) ? "is a link that leads nowhere" : nil
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFDIR: return nil
    case S_IFIFO: return "is a pipe"
    case S_IFSOCK: return "is a socket"
    default: return "is a device"
    }
  }

  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// What tells a file from all others of the machine.
  struct Identity: Hashable {
    let device: UInt64
    let number: UInt64
  }

  /// nil: there is nothing.
  static func identity(of path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev),
      number: UInt64(truncatingIfNeeded: status.st_ino))
  }

  /// The path from the root, links followed; nil: there is nothing.
  static func absolute(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Bytes of a file; zero when there is none.
  static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Makes a folder in one that is there; none is made when it is there itself.
  static func makeFolder(_ path: String) throws(FileProblem) {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw FileProblem(path: path)
  }

  /// Makes a folder and those above it that are not there.
  static func makeFolders(_ path: String) throws(FileProblem) {
    guard !isFolder(path) else { return }
    let parent = split(path).folder
    if parent != path, !exists(parent) { try makeFolders(parent) }
    guard mkdir(path, 0o777) != 0, !(errno == EEXIST && isFolder(path)) else { return }
    throw FileProblem(path: path, code: errno == EEXIST ? ENOTDIR : errno)
  }

  /// Adds to the end of a file, which is made when it is not there.
  static func append(_ text: String, to path: String) throws(FileProblem) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileProblem(path: path) }
    defer { _ = close(descriptor) }
    try ByteStream.write(Array(text.utf8), to: descriptor, name: path)
  }

  /// Whether there is something at a path, a link that leads nowhere included.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Names in a folder, sorted by their bytes, hidden ones left out.
  static func names(in folder: String) throws(FileProblem) -> [String] {
    guard let stream = opendir(folder) else { throw FileProblem(path: folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The folder of a path, `.` for a bare name, and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
  }
}
