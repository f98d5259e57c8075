extension Etcd {
  /// The fields of a request: those of its body first, then those of its query.
  ///
  /// Where a field occurs twice, the first one counts; so the body wins over the query.
  ///
  /// - Note: Source: Go 1.19 `net/url` and `net/http`, `Request.ParseForm`.
  public struct Form: Equatable, Sendable {
    public struct Field: Equatable, Sendable {
      public let name: [UInt8]
      public let value: [UInt8]
    }

    public private(set) var fields: [Field] = []
    /// What was wrong with the first malformed pair, in Go's words; the others are kept.
    public private(set) var error: String?

    public init() {}

    /// Reads `name=value&…`, as in a query or in a form body.
    public init(parsing text: some Collection<UInt8>) {
      for pair in Array(text).split(separator: UInt8(ascii: "&")) {
        if pair.contains(UInt8(ascii: ";")) {
          if error == nil { error = "invalid semicolon separator in query" }
          continue
        }
        let (name, value) = ByteText.cut(pair, at: UInt8(ascii: "=")) ?? (pair, [])
        do throws(EscapeError) {
          fields.append(
            Field(name: try Self.unescaped(name), value: try Self.unescaped(value)))
        } catch {
          if self.error == nil { self.error = error.description }
        }
      }
    }

    /// The fields of a body followed by those of a query.
    public init(body: Form, query: Form) {
      fields = body.fields + query.fields
      error = body.error ?? query.error
    }

    /// A query's fields behind a `value` that is no field of a form.
    init(value: [UInt8], query: Form) {
      fields = [Field(name: Array("value".utf8), value: value)] + query.fields
      error = query.error
    }

    /// The first value of a field; nil when the field is missing.
    public subscript(_ name: String) -> [UInt8]? {
      fields.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// A `%` that is not followed by two hexadecimal digits.
    struct EscapeError: Error, CustomStringConvertible {
      let escape: [UInt8]
      var description: String { "invalid URL escape \(ByteText.quoted(escape))" }
    }

    /// Undoes percent escapes, and in fields also `+` for a space.
    static func unescaped(
      _ text: ArraySlice<UInt8>, plusIsSpace: Bool = true
    ) throws(EscapeError) -> [UInt8] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(text.count)
      var place = text.startIndex
      while place < text.endIndex {
        let byte = text[place]
        if byte == UInt8(ascii: "%") {
          guard place + 2 < text.endIndex, let high = ByteText.hexDigit(text[place + 1]),
            let low = ByteText.hexDigit(text[place + 2])
          else { throw EscapeError(escape: Array(text[place...].prefix(3))) }
          bytes.append(high << 4 | low)
          place += 3
        } else {
          bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? ByteText.space : byte)
          place += 1
        }
      }
      return bytes
    }
  }
}
