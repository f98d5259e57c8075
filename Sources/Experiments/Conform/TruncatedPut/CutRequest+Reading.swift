import Scenarios

extension RecordingReader {
  mutating func cutRequest(_ value: DocumentValue) -> CutRequest {
    let request = unnamedCutRequest(value)
    name(value, request.id, key: request.key)
    return request
  }

  private mutating func unnamedCutRequest(_ value: DocumentValue) -> CutRequest {
    let isCounted = field(value, "counts") != nil
    close(
      value,
      known: isCounted
        ? ["server", "case", "content_type", "counts"]
        : [
          "server", "case", "content_type", "query", "content_length", "steps",
          "preexisting_value", "response", "response_end", "interim", "stored",
        ])
    expect(
      value,
      ["content_type"]
        + (isCounted ? [] : ["preexisting_value", "response", "response_end", "interim"]))
    let name = caseName(value)
    let (server, route) = server(value)
    var request = CutRequest(
      route: route, server: server, name: name,
      contentType: optionalText(value, "content_type"),
      query: isCounted ? "" : text(value, "query"),
      contentLength: Int64(CutRequest.fullBody.utf8.count), steps: [],
      hasValueBefore: hasValueBefore(value), outcome: .counted([]))
    if isCounted {
      request.steps = repeatedSteps(name, value)
      request.outcome = .counted(counts(value, of: name))
      return request
    }
    request.contentLength = integer(value, "content_length", in: 0...Self.numberMax)
    request.steps = filledList(value, "steps").compactMap { step($0) }
    request.outcome = .observed(
      response: field(value, "response").map { response($0) },
      end: optionalText(value, "response_end"),
      interim: field(value, "interim") == nil
        ? [] : list(value, "interim").compactMap { asText($0, "interim") },
      stored: required(value, "stored").map { stored($0, beside: request.hasValueBefore) }
        ?? CutRequest.Stored())
    return request
  }

  /// A name decides what was sent, so that of a case that is not known says nothing.
  private mutating func caseName(_ value: DocumentValue) -> String {
    let name = text(value, "case")
    if !CutRequest.families.contains(where: { name.hasPrefix($0) }),
      let place = field(value, "case"),
      place.string != nil
    {
      unknown(name, at: place.location, among: CutRequest.families, called: "case")
    }
    return name
  }

  /// The only value that the recorder ever puts before a case.
  private mutating func hasValueBefore(_ value: DocumentValue) -> Bool {
    guard let form = optionalText(value, "preexisting_value") else { return false }
    if form != CutRequest.formBefore, let place = field(value, "preexisting_value") {
      wrong(place, "preexisting_value", "'\(CutRequest.formBefore)' or null")
    }
    return true
  }

  // MARK: What the client did

  private static var stepNames: [String] {
    [
      "headers", "half_headers", "headers_minus_final_crlf", "body", "headers+body", "sleep", "fin",
      "rst", "close", "recv", "recv_interim",
    ]
  }

  private mutating func step(_ value: DocumentValue) -> CutRequest.Step? {
    guard let words = value.elements, let first = words.first else {
      report(
        .wrongType, "a step is a list that begins with its name, not \(value.summary)",
        at: value.location)
      return nil
    }
    guard let name = asText(first, "step") else { return nil }
    let rest = words.dropFirst()
    let limit =
      switch name {
      case "body": 2
      case "sleep", "recv": 1
      default: 0
      }
    guard rest.count <= limit else {
      report(
        .wrongType, "the step '\(name)' has at most \(limit) numbers", at: value.location)
      return nil
    }
    switch name {
    case "headers": return .headers
    case "half_headers": return .halfHeaders
    case "headers_minus_final_crlf": return .headersWithoutEnd
    case "body":
      let bounds = rest.map { bound($0) }
      // As Python's `slice`: one number is the end.
      return bounds.count == 1
        ? .body(from: nil, to: bounds[0])
        : .body(from: bounds.first ?? nil, to: bounds.last ?? nil)
    case "headers+body": return .headersAndBody
    case "sleep": return .sleep(seconds(rest.first) ?? 0)
    case "fin": return .finish
    case "rst": return .reset
    case "close": return .close
    case "recv": return .receive(seconds(rest.first) ?? 1.5)
    case "recv_interim": return .receiveInterim
    default:
      unknown(name, at: first.location, among: Self.stepNames, called: "step")
      return nil
    }
  }

  private mutating func bound(_ value: DocumentValue) -> Int? {
    if value.isNull { return nil }
    return asInteger(value, "body", in: -Self.numberMax...Self.numberMax).map { Int($0) }
  }

  private mutating func seconds(_ value: DocumentValue?) -> Double? {
    value.flatMap { asNumber($0, "seconds", in: 0...1_000_000) }
  }

  /// The steps behind the repeated cases, whose records keep only counts.
  private mutating func repeatedSteps(_ name: String, _ value: DocumentValue) -> [CutRequest.Step] {
    let known: KeyValuePairs<String, [CutRequest.Step]> = [
      "iii_headers_then_rst_immediate": [.headers, .reset],
      "ix_single_send_then_rst_immediate": [.headersAndBody, .reset],
      "ix_two_sends_then_rst_immediate": [.headers, .body(from: nil, to: nil), .reset],
    ]
    if let found = known.first(where: { name.hasPrefix($0.key + "_x") }) { return found.value }
    unknown(
      name, at: field(value, "case")?.location ?? value.location,
      among: known.map { $0.key + "_x12" }, called: "repeated case")
    return []
  }

  /// The outcomes that occurred; their counts must add up to the number in the case's name.
  private mutating func counts(_ value: DocumentValue, of name: String) -> [String] {
    guard let counts = required(value, "counts") else { return [] }
    guard let members = counts.members else {
      wrong(counts, "counts", "an object")
      return []
    }
    let outcomes = ["absent", "empty", "full"]
    close(counts, known: outcomes)
    let found = members.map { member in
      (member.key, asInteger(member.value, member.key, in: 0...Self.numberMax) ?? 0)
    }
    let total = found.reduce(0) { $0 + $1.1 }
    if let mark = name.lastIndex(of: "x"), Int64(name[mark...].dropFirst()) != total {
      report(
        .conflict,
        "'counts' tells of \(total) requests, and the case is called '\(name.prefix(60))'",
        at: Self.start(of: counts))
    }
    return found.filter { $0.1 > 0 }.map(\.0)
  }

  // MARK: What came of it

  private mutating func response(_ value: DocumentValue) -> CutRequest.Response {
    close(value, known: ["status", "connection_close", "body", "interim"])
    var response = CutRequest.Response()
    if field(value, "interim") != nil {
      response.interim = Int64(list(value, "interim").count)
      // Nothing but `100 Continue` came.
      if field(value, "status") == nil, field(value, "body") == nil { return response }
    }
    response.status = integer(value, "status", in: 100...999)
    response.closesConnection = flag(value, "connection_close")
    response.body = required(value, "body").flatMap { body($0) }
    return response
  }

  private mutating func body(_ value: DocumentValue) -> CutRequest.Body? {
    if let text = value.string { return .text(text) }
    guard value.members != nil else {
      wrong(value, "body", "an object or a text")
      return nil
    }
    if field(value, "errorCode") != nil {
      close(value, known: ["errorCode", "message", "cause"])
      return .failure(
        code: integer(value, "errorCode", in: 0...100_000), message: text(value, "message"),
        cause: optionalText(value, "cause"))
    }
    if field(value, "message") != nil {
      close(value, known: ["message"])
      return .message(text(value, "message"))
    }
    close(value, known: ["action", "value", "ttl", "prev_value"])
    expect(value, ["value", "ttl", "prev_value"])
    return .change(
      action: text(value, "action"), value: optionalText(value, "value"),
      ttl: optionalInteger(value, "ttl", in: 0...Self.numberMax),
      previous: optionalText(value, "prev_value"))
  }

  private mutating func stored(
    _ value: DocumentValue, beside hasValueBefore: Bool
  ) -> CutRequest.Stored {
    close(
      value,
      known: [
        "written", "errorCode", "value", "value_field_present", "ttl",
        "createdIndex_eq_modifiedIndex", "preexisting_overwritten",
      ])
    var stored = CutRequest.Stored()
    stored.isWritten = flag(value, "written")
    let found = ["value", "value_field_present", "ttl", "createdIndex_eq_modifiedIndex"]
    let isFound = stored.isWritten || found.contains { value[$0] != nil }
    expect(
      value,
      (isFound ? found : ["errorCode"]) + (hasValueBefore ? ["preexisting_overwritten"] : []))
    stored.errorCode = optionalInteger(value, "errorCode", in: 0...100_000)
    stored.value = optionalText(value, "value")
    stored.hasValue = optionalFlag(value, "value_field_present")
    stored.ttl = optionalInteger(value, "ttl", in: 0...Self.numberMax)
    stored.isNew = optionalFlag(value, "createdIndex_eq_modifiedIndex")
    stored.isOverwritten = optionalFlag(value, "preexisting_overwritten")
    return stored
  }
}
