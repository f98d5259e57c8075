import SimulationKernel

extension Etcd.Keyspace {
  /// The `cause` text of a failure.
  public func text(of cause: Etcd.Failure.Cause) -> String { GoText.repaired(bytes(of: cause)) }

  private func bytes(of cause: Etcd.Failure.Cause) -> [UInt8] {
    switch cause {
    case .path(let key): return paths.bytes(of: key)
    case .text(let text): return Array(text.utf8)
    case .comparison(let wantedValue, let foundValue, let wantedIndex, let foundIndex):
      var parts: [[UInt8]] = []
      if let wantedValue {
        parts.append(
          "[".utf8 + bytes(of: wantedValue) + " != ".utf8 + bytes(of: foundValue) + "]".utf8)
      }
      if let wantedIndex { parts.append(Array("[\(wantedIndex) != \(foundIndex)]".utf8)) }
      return Array(parts.joined(separator: " ".utf8))
    case .cleared(let start, let requested):
      return Array("the requested history has been cleared [\(start)/\(requested)]".utf8)
    }
  }

  /// The body of an answer as etcd writes it, without the line end.
  ///
  /// Empty for a watch that has nothing to say yet.
  public func json(of response: Etcd.Response, omitsNodes: Bool = false) -> String {
    switch response.body {
    case .changed(let event): json(of: event, omitsNodes: omitsNodes)
    case .watching(.replayed(let event)): json(of: event)
    case .watching(.waiting): ""
    case .listing(let nodes):
      "{\"action\":\"get\",\"node\":" + json(of: nodes, at: response.time) + "}"
    case .failed(let failure):
      "{\"errorCode\":\(failure.code.rawValue),\"message\":" + quoted(Array(failure.message.utf8))
        + ",\"cause\":" + quoted(bytes(of: failure.cause))
        + ",\"index\":\(failure.index)}"
    }
  }

  /// An event as etcd writes it, without the line end.
  public func json(of event: Etcd.Event, omitsNodes: Bool = false) -> String {
    var text = "{\"action\":\"\(event.action)\""
    if !omitsNodes || event.action.isRemoval {
      text += ",\"node\":{" + fields(of: event.node, at: event.time)
      text += indices(of: event.node) + "}"
      if let previous = event.previous {
        text += ",\"prevNode\":{" + fields(of: previous, at: event.time)
        text += indices(of: previous) + "}"
      }
    }
    return text + "}"
  }

  /// A listing: its first node with what is below it.
  ///
  /// Not recursive, since paths may be very deep: a node stays open until its content is written.
  private func json(of listing: [Etcd.ListedNode], at now: Instant) -> String {
    var text = ""
    var open: [(node: Etcd.Node, hasContent: Bool)] = []
    func close(to depth: Int) {
      while open.count > depth, let last = open.popLast() {
        text += (last.hasContent ? "]" : "") + indices(of: last.node) + "}"
      }
    }
    for listed in listing {
      close(to: listed.depth)
      if let above = open.indices.last {
        text += open[above].hasContent ? "," : ",\"nodes\":["
        open[above].hasContent = true
      }
      text += "{" + fields(of: listed.node, at: now)
      open.append((listed.node, false))
    }
    close(to: 0)
    return text
  }

  /// Everything of a node but its content and its indices, which come last.
  private func fields(of node: Etcd.Node, at now: Instant) -> String {
    var parts: [String] = []
    if node.key != .root { parts.append("\"key\":" + quoted(paths.bytes(of: node.key))) }
    if let value = node.value { parts.append("\"value\":" + quoted(bytes(of: value))) }
    if node.isDirectory { parts.append("\"dir\":true") }
    if let due = node.expiration {
      let (unix, overflow) = configuration.unixTimeAtOrigin.addingReportingOverflow(
        due.nanoseconds)
      if !overflow { parts.append("\"expiration\":\"\(CalendarText.utc(unix))\"") }
    }
    if let ttl = node.ttl(at: now), ttl != 0 { parts.append("\"ttl\":\(ttl)") }
    return parts.joined(separator: ",")
  }

  private func indices(of node: Etcd.Node) -> String {
    // The root was never written: etcd leaves out its zeros.
    (node.modifiedIndex == 0 ? "" : ",\"modifiedIndex\":\(node.modifiedIndex)")
      + (node.createdIndex == 0 ? "" : ",\"createdIndex\":\(node.createdIndex)")
  }

  /// A JSON string as Go writes it: `<`, `>` and `&` are escaped, each byte that is not UTF-8
  /// becomes a replacement character.
  private func quoted(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = [UInt8(ascii: "\"")]
    var input = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    while true {
      switch parser.parseScalar(from: &input) {
      case .emptyInput:
        text.append(UInt8(ascii: "\""))
        return String(decoding: text, as: UTF8.self)
      case .error(let length):
        for _ in 0..<length { text += "\\ufffd".utf8 }
      case .valid(let encoded):
        Self.append(Unicode.UTF8.decode(encoded), to: &text)
      }
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
    let hexadecimal = Array("0123456789abcdef".utf8)
    switch scalar {
    case "\"": text += "\\\"".utf8
    case "\\": text += "\\\\".utf8
    case "\n": text += "\\n".utf8
    case "\r": text += "\\r".utf8
    case "\t": text += "\\t".utf8
    case "\u{2028}": text += "\\u2028".utf8
    case "\u{2029}": text += "\\u2029".utf8
    case "<", ">", "&", "\u{0}"..<"\u{20}":
      text += "\\u00".utf8
      text += [hexadecimal[Int(scalar.value >> 4)], hexadecimal[Int(scalar.value & 15)]]
    default: text += String(scalar).utf8
    }
  }
}

/// Bytes as Go's JSON shows them.
enum GoText {
  /// The text, with a replacement character for every single byte that is not part of UTF-8: Swift
  /// puts one for a whole sequence that breaks off.
  static func repaired(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = String.UnicodeScalarView()
    var input = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    while true {
      switch parser.parseScalar(from: &input) {
      case .emptyInput: return String(text)
      case .error(let length): for _ in 0..<length { text.append("\u{FFFD}") }
      case .valid(let encoded): text.append(Unicode.UTF8.decode(encoded))
      }
    }
  }
}

/// Dates as text.
enum CalendarText {
  /// A Unix time in nanoseconds as RFC 3339 in UTC, without trailing zeros: Go's `RFC3339Nano`.
  static func utc(_ nanoseconds: Int64) -> String {
    let second: Int64 = 1_000_000_000
    var seconds = nanoseconds / second
    var fraction = nanoseconds % second
    if fraction < 0 {
      fraction += second
      seconds -= 1
    }
    var days = seconds / 86_400
    var rest = seconds % 86_400
    if rest < 0 {
      rest += 86_400
      days -= 1
    }
    // Days to a date of the Gregorian calendar, counted in eras of 400 years from March.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    var text = padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
    text += padded(rest / 3_600, 2) + ":" + padded(rest / 60 % 60, 2) + ":" + padded(rest % 60, 2)
    if fraction > 0 {
      var digits = padded(fraction, 9)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += "." + digits
    }
    return text + "Z"
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
