import SimulationKernel

/// Where the journals of a sweep hold each finished run: keys and places, none of the figures.
public struct SweepIndex: Sendable {
  /// A line of a journal, without its line break.
  public struct Place: Sendable, Equatable {
    /// Of the index's files.
    public let file: Int
    public let offset: Int
    public let length: Int
    let check: UInt64
  }

  /// A journal, and what reading it showed.
  public struct File: Sendable {
    public let name: String
    /// As its header says; nil when it has none yet.
    public internal(set) var shard: String?
    /// The sweep that it belongs to, as its header says.
    public internal(set) var sweep: SweepKey?
    public internal(set) var runs = 0
    /// Numbers of lines, counted from 1, that are damaged and not the last.
    public internal(set) var damaged: [Int] = []
    /// Whether its last line is torn: whoever wrote it was killed, or is writing now.
    public internal(set) var isTorn = false
  }

  public internal(set) var files: [File] = []
  /// Lists of metrics by their fingerprint.
  var names: [UInt64: [String]] = [:]
  /// A run that stands in several journals: all places behind the first.
  public private(set) var duplicates: [(first: Place, other: Place)] = []
  private var places: [SweepKey: Place] = [:]

  public init() {}

  public var runCount: Int { places.count }

  public func place(of key: SweepKey) -> Place? { places[key] }

  mutating func add(_ key: SweepKey, at place: Place) {
    if let first = places[key] {
      duplicates.append((first, place))
    } else {
      places[key] = place
    }
    files[place.file].runs += 1
  }

  /// Adds a run that this process has just written to a journal.
  ///
  /// - Parameters:
  ///   - line: Its line, without the line break.
  ///   - file: The journal.
  ///   - offset: Where the line begins.
  public mutating func add(written line: ArraySlice<UInt8>, to file: Int, at offset: Int) {
    line.withUnsafeBytes { bytes in
      guard case .run(let key, _, let check)? = SweepJournalLine(bytes) else {
        preconditionFailure("a line that was made just now can be read")
      }
      add(key, at: Place(file: file, offset: offset, length: bytes.count, check: check))
    }
  }

  /// Adds a list of names that this process has just written.
  public mutating func add(namesOf outcome: RunOutcome) {
    let list = SweepRecord.metrics(of: outcome).all.map(\.name)
    let id = SweepJournalLine.fingerprint(of: list)
    if names[id] == nil { names[id] = list }
  }

  /// A journal to add to.
  ///
  /// - Returns: Its number.
  public mutating func addFile(_ name: String) -> Int {
    files.append(File(name: name))
    return files.count - 1
  }

  /// The record that a line holds.
  ///
  /// - Returns: nil when it is not what the index remembers of the place.
  public func record(_ line: [UInt8]) -> SweepRecord? { SweepRecord(line: line, names: names) }
}

/// Reads one journal from its start to its end into an index.
public struct SweepJournalScanner: Sendable {
  private let file: Int
  /// What was read of a line that is not whole yet.
  private var rest: [UInt8] = []
  /// Where `rest` begins.
  private var offset = 0
  private var line = 0
  /// Numbers of damaged lines.
  private var damaged: [Int] = []
  private var known: Set<UInt64> = []

  /// - Parameter file: The journal's number in the index.
  public init(file: Int) {
    self.file = file
  }

  /// Takes the bytes that follow those so far.
  public mutating func feed(_ chunk: [UInt8], to index: inout SweepIndex) {
    let bytes = rest.isEmpty ? chunk : rest + chunk
    var start = 0
    bytes.withUnsafeBytes { buffer in
      var position = rest.count
      while position < buffer.count {
        if buffer[position] == 0x0A {
          take(
            UnsafeRawBufferPointer(rebasing: buffer[start..<position]), at: offset + start,
            to: &index)
          start = position + 1
        }
        position += 1
      }
    }
    rest = Array(bytes[start...])
    offset += start
  }

  private mutating func take(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, to index: inout SweepIndex
  ) {
    line += 1
    switch SweepJournalLine(bytes) {
    case .header(let sweep, _, let shard)?:
      index.files[file].sweep = sweep
      index.files[file].shard = shard
    case .names(let id, let list)?:
      known.insert(id)
      index.names[id] = list
    case .run(let key, let names, let check)? where known.contains(names):
      index.add(
        key,
        at: .init(file: file, offset: offset, length: bytes.count, check: check))
    default: damaged.append(line)
    }
  }

  /// Ends the journal: what has no line break is torn, and so is a damaged last line.
  public mutating func finish(_ index: inout SweepIndex) {
    let isTorn = !rest.isEmpty || damaged.last == line && line > 0
    if rest.isEmpty, isTorn { damaged.removeLast() }
    index.files[file].isTorn = isTorn
    index.files[file].damaged = damaged
  }
}
