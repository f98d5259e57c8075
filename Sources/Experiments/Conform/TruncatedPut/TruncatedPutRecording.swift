import Scenarios

/// Recorded fates of PUTs that did not arrive whole.
public struct TruncatedPutRecording: Sendable {
  public var requests: [CutRequest] = []
  public var middleboxes: [MiddleboxRecord] = []
  public var goHandlers: [GoHandlerRecord] = []
  public var sendCalls: [PythonSendRecord] = []
  public var exceptions: [PythonExceptionRecord] = []

  public init() {}

  /// Reads all that was recorded of truncated PUTs, or what one of the recorders wrote: a list of
  /// requests, or what was seen of Python's client.
  ///
  /// - Throws: Every error of the recording, each with its place.
  public init(reading source: SourceText) throws(ScenarioErrors) {
    var reader = RecordingReader()
    switch try RecordingText.read(source) {
    case .lines(let values):
      try RecordingShape.check(values.first, is: .truncatedPut)
      for value in values { read(value, &reader) }
    case .whole(let value):
      try RecordingShape.check(
        value.elements == nil ? value : value.elements?.first, is: .truncatedPut)
      read(value, &reader)
    }
    reader.checkNames(reader.names)
    guard reader.errors.isEmpty else { throw ScenarioErrors(reader.errors) }
  }

  private mutating func read(_ value: DocumentValue, _ reader: inout RecordingReader) {
    if let records = value.elements {
      for record in records { read(record: record, &reader) }
    } else if RecordingShape.isRecord(value) {
      read(record: value, &reader)
    } else {
      readSections(value, &reader)
    }
  }

  /// Every kind of record by itself says which it is.
  private mutating func read(record: DocumentValue, _ reader: inout RecordingReader) {
    if record["middlebox"] != nil {
      middleboxes += [reader.middlebox(record)].compactMap(\.self)
    } else if record["handler"] != nil {
      goHandlers += [reader.goHandler(record)].compactMap(\.self)
    } else {
      requests.append(reader.cutRequest(record))
    }
  }

  private mutating func readSections(
    _ value: DocumentValue, _ reader: inout RecordingReader
  ) {
    let (box, go) = ("middlebox_between_python_http_client_and_etcd", "go_net_http_handlers")
    reader.close(
      value,
      known: [
        "description", "etcd", box, go, "python_http_client", "python", "send_calls", "exceptions",
      ])
    reader.expectNoNulls(value)
    _ = reader.optionalText(value, "description")
    if reader.field(value, "etcd") != nil {
      requests = reader.filledList(value, "etcd").map { reader.cutRequest($0) }
    }
    if reader.field(value, box) != nil {
      middleboxes = reader.filledList(value, box).compactMap { reader.middlebox($0) }
    }
    if reader.field(value, go) != nil {
      goHandlers = reader.filledList(value, go).compactMap { reader.goHandler($0) }
    }
    let python = reader.field(value, "python_http_client")
    if let python { reader.close(python, known: ["python", "send_calls", "exceptions"]) }
    if let part = python ?? (value["python"] == nil ? nil : value) {
      _ = reader.text(part, "python")
      reader.expect(part, ["send_calls", "exceptions"])
      reader.expectNoNulls(part)
    }
    for part in [value, python].compactMap(\.self) {
      if reader.field(part, "send_calls") != nil {
        sendCalls += reader.filledList(part, "send_calls").compactMap { reader.sendCall($0) }
      }
      if reader.field(part, "exceptions") != nil {
        let entries = reader.filledList(part, "exceptions")
        exceptions += entries.compactMap { reader.pythonException($0) }
      }
    }
  }
}
