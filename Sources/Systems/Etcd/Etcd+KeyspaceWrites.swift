import SimulationKernel

extension Etcd.Keyspace {
  /// Creates or replaces a key.
  ///
  /// A plain set of an existing key is a new key with the same name: both indices restart and the
  /// TTL is the given one or none. Missing directories above are made.
  ///
  /// `expiration`: when the key is due; nil for never.
  ///
  /// `makesDirectory`: makes a directory and ignores `value`; a file of that name gives way.
  ///
  /// `isRefresh`: keeps the present value, whatever it is, and tells no watcher.
  ///
  /// - Throws: 102 when the key is a directory, 104 when a file stands above it, 107 for the root,
  ///   100 for the refresh of a missing key.
  @discardableResult
  public mutating func set(
    _ key: Etcd.Key, to value: Etcd.Value, expiration: Instant? = nil,
    makesDirectory: Bool = false, isRefresh: Bool = false,
    now: Instant, into output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    let old = entries[Int(key.rawValue)]
    var stored = value.rawValue
    if old.kind == .absent {
      let failure = absence(of: key)
      if isRefresh || failure.code != .keyNotFound { throw failure }
    } else if isRefresh {
      stored = old.kind == .file ? old.value : 0
    }
    var event = try place(
      key, stored, expiration, makesDirectory: makesDirectory, replaces: true, .set, now)
    event.isRefresh = isRefresh
    publish(event, into: &output)
    return event
  }

  /// Creates a key that must not exist yet.
  ///
  /// - Throws: 105 when the key exists, 104 when a file stands above it, 107 for the root.
  @discardableResult
  public mutating func create(
    _ key: Etcd.Key, value: Etcd.Value, expiration: Instant? = nil, makesDirectory: Bool = false,
    now: Instant, into output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    let event = try place(
      key, value.rawValue, expiration, makesDirectory: makesDirectory, replaces: false, .create,
      now)
    publish(event, into: &output)
    return event
  }

  /// Creates a key below `directory`, named with the index of this change in 20 digits: a POST.
  @discardableResult
  public mutating func createInOrder(
    under directory: Etcd.Key, value: Etcd.Value, expiration: Instant? = nil,
    makesDirectory: Bool = false, now: Instant, into output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    let digits = Array(String(index + 1).utf8)
    let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 20 - digits.count))
    let number = paths.child(zeros + digits, of: directory.rawValue)
    growEntries()
    return try create(
      Etcd.Key(rawValue: number), value: value, expiration: expiration,
      makesDirectory: makesDirectory, now: now, into: &output)
  }

  /// Changes an existing file's value and TTL, or an existing directory's TTL.
  ///
  /// An update of a directory reports the new modified index and keeps the old one: etcd tries to
  /// write a value to it, fails silently, and moves on.
  ///
  /// - Throws: 100 when the key does not exist, 102 for a value on a directory, 107 for the root.
  @discardableResult
  public mutating func update(
    _ key: Etcd.Key, to value: Etcd.Value, expiration: Instant? = nil, isRefresh: Bool = false,
    now: Instant, into output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    if key == .root { throw rootIsReadOnly }
    let old = entries[Int(key.rawValue)]
    if old.kind == .absent { throw absence(of: key) }
    if old.kind == .directory && value != .empty {
      throw Etcd.Failure(.notAFile, .path(key), index: index)
    }
    let stored = isRefresh ? Etcd.Value(rawValue: old.value) : value
    return overwrite(key, old, stored, expiration, isRefresh, .update, now, &output)
  }

  /// Changes a file's value and TTL if its value or its modified index is as expected.
  ///
  /// `previousValue`: the expected value; nil or empty when it does not matter.
  ///
  /// `previousIndex`: the expected modified index; 0 when it does not matter.
  ///
  /// - Throws: 101 when the expectation fails, 100, 102 and 107 as for `update`.
  @discardableResult
  public mutating func compareAndSwap(
    _ key: Etcd.Key, to value: Etcd.Value, previousValue: Etcd.Value?, previousIndex: UInt64,
    expiration: Instant? = nil, isRefresh: Bool = false,
    now: Instant, into output: inout Etcd.Output
  ) throws(Etcd.Failure) -> Etcd.Event {
    if key == .root { throw rootIsReadOnly }
    let old = entries[Int(key.rawValue)]
    try compare(key, old, previousValue, previousIndex)
    let stored = isRefresh ? Etcd.Value(rawValue: old.value) : value
    return overwrite(key, old, stored, expiration, isRefresh, .compareAndSwap, now, &output)
  }

  // MARK: Shared steps

  var rootIsReadOnly: Etcd.Failure {
    Etcd.Failure(.rootIsReadOnly, .path(.root), index: index)
  }

  /// Fails unless `key` is a file with the expected value and modified index.
  func compare(
    _ key: Etcd.Key, _ entry: Entry, _ value: Etcd.Value?, _ modifiedIndex: UInt64
  ) throws(Etcd.Failure) {
    if entry.kind == .absent { throw absence(of: key) }
    if entry.kind == .directory { throw Etcd.Failure(.notAFile, .path(key), index: index) }
    let wanted = value == .empty ? nil : value
    let valueFits = wanted.map { $0.rawValue == entry.value } ?? true
    let indexFits = modifiedIndex == 0 || modifiedIndex == entry.modifiedIndex
    if valueFits && indexFits { return }
    throw Etcd.Failure(
      .compareFailed,
      .comparison(
        wantedValue: valueFits ? nil : wanted, foundValue: Etcd.Value(rawValue: entry.value),
        wantedIndex: indexFits ? nil : modifiedIndex, foundIndex: entry.modifiedIndex),
      index: index)
  }

  /// Puts a new node at `key`: the common part of set and create.
  private mutating func place(
    _ key: Etcd.Key, _ value: UInt32, _ expiration: Instant?, makesDirectory: Bool,
    replaces: Bool, _ action: Etcd.Action, _ now: Instant
  ) throws(Etcd.Failure) -> Etcd.Event {
    if key == .root { throw rootIsReadOnly }
    let nextIndex = index + 1
    let number = Int(key.rawValue)
    let old = entries[number]
    if old.kind == .absent {
      try makeParents(of: key, at: nextIndex)
      link(key.rawValue)
    } else if !replaces {
      throw Etcd.Failure(.keyExists, .path(key), index: index)
    } else if old.kind == .directory {
      throw Etcd.Failure(.notAFile, .path(key), index: index)
    }
    entries[number].kind = makesDirectory ? .directory : .file
    entries[number].value = makesDirectory ? 0 : value
    entries[number].createdIndex = nextIndex
    entries[number].modifiedIndex = nextIndex
    // Instants before the year 2000 mean "for ever" here, and only here: they come from clients
    // that sent no date at all. A TTL so large that it wraps around lands there too.
    let due = expiration?.nanoseconds ?? .max
    setExpiration(due < earliestExpiration ? .max : due, of: key.rawValue)
    index = nextIndex
    return Etcd.Event(
      action, node: Etcd.Node(key, entries[number]),
      previous: old.kind == .absent ? nil : Etcd.Node(key, old), time: now)
  }

  /// Changes a node in place: the common part of update and compare-and-swap.
  private mutating func overwrite(
    _ key: Etcd.Key, _ old: Entry, _ value: Etcd.Value, _ expiration: Instant?,
    _ isRefresh: Bool, _ action: Etcd.Action, _ now: Instant, _ output: inout Etcd.Output
  ) -> Etcd.Event {
    index += 1
    let number = Int(key.rawValue)
    if old.kind == .file {
      entries[number].value = value.rawValue
      entries[number].modifiedIndex = index
    }
    setExpiration(expiration?.nanoseconds ?? .max, of: key.rawValue)
    var changed = Etcd.Node(key, entries[number])
    changed.modifiedIndex = index
    var event = Etcd.Event(action, node: changed, previous: Etcd.Node(key, old), time: now)
    event.isRefresh = isRefresh
    publish(event, into: &output)
    return event
  }

  /// 1 January 2000 on the run's clock.
  private var earliestExpiration: Int64 {
    let (instant, overflow) = Int64(946_684_800_000_000_000).subtractingReportingOverflow(
      configuration.unixTimeAtOrigin)
    return overflow ? .min : instant
  }

  /// When a TTL given in seconds runs out.
  ///
  /// etcd's arithmetic wraps around for TTLs beyond 292 years, and so does this; exactly the Unix
  /// epoch means "never".
  public func expiration(ttl seconds: UInt64, now: Instant) -> Instant? {
    let span = Int64(bitPattern: seconds) &* 1_000_000_000
    let unix = configuration.unixTimeAtOrigin &+ now.nanoseconds &+ span
    if unix == 0 { return nil }
    let (due, overflow) = unix.subtractingReportingOverflow(configuration.unixTimeAtOrigin)
    if overflow { return Instant(nanoseconds: unix < 0 ? .min : .max - 1) }
    return Instant(nanoseconds: min(due, .max - 1))
  }
}
