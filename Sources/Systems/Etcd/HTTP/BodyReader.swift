extension Etcd {
  /// Takes a request's body off the wire.
  ///
  /// - Note: Source: Go 1.19 `net/http/transfer.go` and `net/http/internal/chunked.go`.
  struct BodyReader: Equatable, Sendable {
    private enum Step: Equatable, Sendable {
      case bytes(Int)
      case chunkSize
      case chunk(Int)
      case chunkEnd
      case trailer
      case done
      case malformed(String)
    }

    private var step: Step
    private let isChunked: Bool
    /// Bytes of content so far, kept or not.
    private(set) var received = 0
    private(set) var content: [UInt8] = []
    let keepsContent: Bool

    /// A nil `length` stands for a body in chunks.
    init(length: Int?, keepsContent: Bool) {
      isChunked = length == nil
      step = length.map { $0 == 0 ? .done : .bytes($0) } ?? .chunkSize
      self.keepsContent = keepsContent
    }

    var isDone: Bool { step == .done }

    /// Bytes that are sure to be missing; for a body in chunks at least one until its end.
    var missing: Int {
      switch step {
      case .bytes(let count), .chunk(let count): count
      case .done: 0
      case .chunkSize, .chunkEnd, .trailer, .malformed: 1
      }
    }

    /// Go's error for a chunk that is not one; nil when all is well so far.
    var malformation: String? {
      if case .malformed(let text) = step { return text }
      return nil
    }

    /// Go's error when the stream ends here.
    func error(atEndOf stream: StreamState) -> String {
      if let malformation { return malformation }
      if stream == .reset { return "read tcp SERVER->CLIENT: read: connection reset by peer" }
      return step == .trailer ? "http: unexpected EOF reading trailer" : "unexpected EOF"
    }

    /// Takes from the front of `input` what belongs to the body.
    mutating func consume(_ input: inout ArraySlice<UInt8>) {
      while !input.isEmpty {
        switch step {
        case .done, .malformed: return
        case .bytes(let count):
          let taken = take(count, &input)
          step = taken == count ? .done : .bytes(count - taken)
        case .chunk(let count):
          let taken = take(count, &input)
          step = taken == count ? .chunkEnd : .chunk(count - taken)
        case .chunkSize:
          guard let line = Self.line(&input) else { return }
          step = Self.size(line)
        case .chunkEnd:
          guard input.count >= 2 else { return }
          step =
            input.starts(with: [13, 10]) ? .chunkSize : .malformed("malformed chunked encoding")
          input = input.dropFirst(2)
        case .trailer:
          guard let line = Self.line(&input) else { return }
          if line.isEmpty { step = .done }
        }
      }
    }

    private mutating func take(_ count: Int, _ input: inout ArraySlice<UInt8>) -> Int {
      let taken = min(count, input.count)
      if keepsContent { content += input.prefix(taken) }
      received += taken
      input = input.dropFirst(taken)
      return taken
    }

    /// One whole line without its end; nil until it is all there.
    private static func line(_ input: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
      guard let (line, rest) = ByteText.cut(input, at: ByteText.newline) else { return nil }
      input = rest
      return line.last == ByteText.carriageReturn ? line.dropLast() : line
    }

    private static func size(_ line: ArraySlice<UInt8>) -> Step {
      let text = ByteText.trimmed(ByteText.cut(line, at: UInt8(ascii: ";"))?.before ?? line)
      guard text.count <= 15 else { return .malformed("http chunk length too large") }
      var size = 0
      for byte in text {
        guard let digit = ByteText.hexDigit(byte) else {
          return .malformed("invalid byte in chunk length")
        }
        size = size << 4 | Int(digit)
      }
      return size == 0 ? .trailer : .chunk(size)
    }
  }
}
