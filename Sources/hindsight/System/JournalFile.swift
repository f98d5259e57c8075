import Experiments

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file of this process that only grows.
///
/// Each piece is handed to the system at once, in one write: a process that is killed loses nothing
/// that was appended. It is synced to the disk once a second at most and at the end: a machine that
/// loses its power loses a second at most.
final class JournalFile {
  let path: String
  /// Bytes so far.
  private(set) var size = 0
  private let descriptor: Int32
  private var synced = ContinuousClock.now
  private var isDirty = false

  /// - Throws: `EEXIST` when the file is there, and whatever the system refuses.
  init(creating path: String) throws(FileProblem) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileProblem(path: path) }
  }

  deinit { _ = close(descriptor) }

  /// Adds a piece, all of it or, after an error, nothing.
  func append(_ bytes: [UInt8]) throws(FileProblem) {
    do throws(FileProblem) {
      try ByteStream.write(bytes, to: descriptor, name: path)
    } catch {
      // A part of the piece may have found room.
      _ = ftruncate(descriptor, off_t(size))
      throw error
    }
    size += bytes.count
    isDirty = true
    if ContinuousClock.now - synced > .seconds(SweepJournalWriter.syncSeconds) { try sync() }
  }

  /// Puts everything on the disk.
  func sync() throws(FileProblem) {
    guard isDirty else { return }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileProblem(path: path) }
    isDirty = false
    synced = .now
  }
}

/// A file that is read here and there.
final class RandomAccessFile {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(FileProblem) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileProblem(path: path) }
  }

  deinit { _ = close(descriptor) }

  /// The bytes at a place; fewer at the end of the file.
  func read(at offset: Int, count: Int) throws(FileProblem) -> [UInt8] {
    var failure: FileProblem?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...])
        let length = pread(
          descriptor, rest.baseAddress, count - initialized, off_t(offset + initialized))
        if length < 0 {
          if errno == EINTR { continue }
          failure = FileProblem(path: path)
          return
        }
        guard length > 0 else { return }
        initialized += length
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
