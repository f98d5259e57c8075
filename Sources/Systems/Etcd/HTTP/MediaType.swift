/// What a Content-Type header says, as far as form parsing cares.
///
/// - Note: Source: Go 1.19 `mime.ParseMediaType`, which `Request.ParseForm` asks; an error there is
///   an error of the form, even when the type itself was understood.
struct MediaType: Equatable, Sendable {
  /// `application/x-www-form-urlencoded`: the only type whose body is read.
  var isForm: Bool
  /// Go's complaint; nil when the header is well-formed.
  var error: String?

  /// No header: the body is not looked at.
  static let none = MediaType(isForm: false, error: nil)

  init(isForm: Bool, error: String?) {
    self.isForm = isForm
    self.error = error
  }

  init(parsing header: ArraySlice<UInt8>) {
    guard !header.isEmpty else {
      self = .none
      return
    }
    let parts = ByteText.cut(header, at: UInt8(ascii: ";"))
    let type = ByteText.lowercased(ByteText.trimmed(parts?.before ?? header))
    if let error = Self.typeError(type[...]) {
      self = MediaType(isForm: false, error: error)
      return
    }
    isForm = type.elementsEqual("application/x-www-form-urlencoded".utf8)
    error = parts.flatMap { Self.parameterError($0.after) }
  }

  private static func typeError(_ type: ArraySlice<UInt8>) -> String? {
    let halves = ByteText.cut(type, at: UInt8(ascii: "/"))
    let major = halves?.before ?? type
    guard !major.isEmpty else { return "mime: no media type" }
    guard ByteText.isToken(major) else { return "mime: expected slash after first token" }
    guard let halves else { return nil }
    if halves.after.isEmpty || !ByteText.isTokenByte(halves.after[halves.after.startIndex]) {
      return "mime: expected token after slash"
    }
    return ByteText.isToken(halves.after) ? nil : "mime: unexpected content after media subtype"
  }

  /// Checks `; name=value` pairs; their values do not matter here.
  private static func parameterError(_ text: ArraySlice<UInt8>) -> String? {
    var rest = text
    var names: [[UInt8]] = []
    while true {
      rest = ByteText.trimmed(rest)
      guard !rest.isEmpty else { return nil }
      let name = rest.prefix { ByteText.isTokenByte($0) }
      guard !name.isEmpty, rest.dropFirst(name.count).first == UInt8(ascii: "=") else {
        // A lone semicolon at the end is forgiven.
        return rest.elementsEqual(";".utf8) ? nil : "mime: invalid media parameter"
      }
      let lowered = ByteText.lowercased(name)
      if names.contains(lowered) { return "mime: duplicate parameter name" }
      names.append(lowered)
      guard let after = valueEnd(rest.dropFirst(name.count + 1)) else {
        return "mime: invalid media parameter"
      }
      rest = ByteText.trimmed(after)
      guard let separator = rest.first else { return nil }
      guard separator == UInt8(ascii: ";") else { return "mime: invalid media parameter" }
      rest = rest.dropFirst()
    }
  }

  /// What follows a token or a quoted string; nil when there is neither.
  private static func valueEnd(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard text.first == UInt8(ascii: "\"") else {
      let token = text.prefix { ByteText.isTokenByte($0) }
      return token.isEmpty ? nil : text.dropFirst(token.count)
    }
    var rest = text.dropFirst()
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return rest }
      if byte == UInt8(ascii: "\\") { rest = rest.dropFirst() }
    }
    return nil
  }
}
