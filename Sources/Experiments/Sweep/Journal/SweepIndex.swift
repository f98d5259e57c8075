import SimulationKernel

/// Where the journals of a sweep hold each finished run: keys and places, none of the figures.
///
/// It takes 24 bytes per run, sorted by key: a hundred thousand runs are little beside the program.
public struct SweepIndex: Sendable {
  /// A line of a journal.
  public struct Place: Sendable, Equatable {
    /// Of the index's files.
    public let file: Int
    public let offset: Int
    /// Bytes to read there: those of the journal's longest run, without a line break.
    public let lengthMax: Int
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
    /// Bytes of the longest line of a run, without its line break.
    var longest = 0
  }

  /// A run, and in one word its file and its place in it.
  private struct Entry: Sendable, BitwiseCopyable {
    let key: SweepKey
    let location: UInt64

    static let offsetBits: UInt64 = 40

    init?(_ key: SweepKey, file: Int, offset: Int) {
      guard let file = UInt64(exactly: file), let offset = UInt64(exactly: offset),
        file < 1 << (64 - Self.offsetBits), offset < 1 << Self.offsetBits
      else { return nil }
      self.key = key
      location = file << Self.offsetBits | offset
    }

    /// By key, and of the same key in the order of reading.
    static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
      left.key == right.key ? left.location < right.location : left.key < right.key
    }
  }

  public internal(set) var files: [File] = []
  /// Lists of metrics by their fingerprint.
  var names: [UInt64: SweepNames] = [:]
  private var entries: [Entry] = []
  private var isSorted = true
  /// Finished runs, each counted once; right when sorted.
  public private(set) var runCount = 0

  public init() {}

  /// Makes what was added since the last time findable.
  public mutating func sort() {
    guard !isSorted else { return }
    entries.sort(by: Entry.isBefore)
    runCount = zip(entries, entries.dropFirst()).count { $0.key != $1.key } + 1
    isSorted = true
  }

  /// - Precondition: The index is sorted.
  public func place(of key: SweepKey) -> Place? {
    precondition(isSorted, "an index is sorted before it is asked")
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].key == key ? place(entries[low]) : nil
  }

  private func place(_ entry: Entry) -> Place {
    let file = Int(entry.location >> Entry.offsetBits)
    return Place(
      file: file, offset: Int(entry.location & (1 << Entry.offsetBits - 1)),
      lengthMax: files[file].longest)
  }

  /// Runs that stand in several places, all behind the first.
  ///
  /// - Precondition: The index is sorted.
  public var duplicates: [(first: Place, other: Place)] {
    precondition(isSorted, "an index is sorted before it is asked")
    var found: [(first: Place, other: Place)] = []
    var first = 0
    for other in entries.indices.dropFirst() {
      if entries[other].key == entries[first].key {
        found.append((place(entries[first]), place(entries[other])))
      } else {
        first = other
      }
    }
    return found
  }

  /// - Returns: Whether there is room for it: a journal has less than 2^40 bytes.
  mutating func add(_ key: SweepKey, to file: Int, at offset: Int, length: Int) -> Bool {
    guard let entry = Entry(key, file: file, offset: offset) else { return false }
    entries.append(entry)
    isSorted = false
    files[file].runs += 1
    files[file].longest = max(files[file].longest, length)
    return true
  }

  /// Adds a run that this process has just written to a journal.
  ///
  /// - Parameters:
  ///   - lines: What was written.
  ///   - file: The journal.
  ///   - offset: Where the lines begin.
  public mutating func add(_ lines: SweepJournalWriter.Lines, to file: Int, at offset: Int) {
    if let list = lines.names { names[SweepJournalLine.fingerprint(of: list)] = SweepNames(list) }
    let isAdded = add(
      lines.key, to: file, at: offset + lines.run.lowerBound, length: lines.run.count)
    precondition(isAdded, "a process writes less than 2^40 bytes")
  }

  /// A journal to add to.
  ///
  /// - Returns: Its number.
  public mutating func addFile(_ name: String) -> Int {
    files.append(File(name: name))
    return files.count - 1
  }

  /// The record at a place.
  ///
  /// - Parameter bytes: What was read there: `Place.lengthMax` of them, or all up to the end.
  /// - Returns: nil when it is not what the index remembers of the place.
  public func record(_ bytes: [UInt8]) -> SweepRecord? {
    SweepRecord(line: Self.line(of: bytes), names: names)
  }

  /// Those of the bytes at a place that are its line: up to the first line break.
  static func line(of bytes: [UInt8]) -> [UInt8] {
    bytes.firstIndex(of: 0x0A).map { Array(bytes[..<$0]) } ?? bytes
  }
}

/// Reads one journal from its start to its end into an index, which is to be sorted behind the last.
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
      if index.names[id] == nil { index.names[id] = SweepNames(list) }
    case .run(let key, let names, _)? where known.contains(names):
      if !index.add(key, to: file, at: offset, length: bytes.count) { damaged.append(line) }
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
