#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writing to a file descriptor.
enum ByteStream {
  /// Writes all bytes.
  ///
  /// - Throws: What the system refused; `EPIPE` when the reader is gone.
  static func write(
    _ bytes: [UInt8], to descriptor: Int32, name: String
  ) throws(FileProblem) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { buffer in
        #if canImport(Glibc)
        Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
        Musl.write(descriptor, buffer.baseAddress, buffer.count)
        #else
        Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileProblem(path: name)
      }
      rest = rest.dropFirst(count)
    }
  }
}
