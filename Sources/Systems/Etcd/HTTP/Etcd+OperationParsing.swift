extension Etcd.Operation {
  /// Makes an operation of a request's method, path and fields: etcd's `parseKeyRequest`.
  ///
  /// The checks come in etcd's order, so that a request with two faults gets etcd's error.
  /// `path` is the part after `/v2/keys`.
  ///
  /// - Throws: 201, 202, 203, 209, 211 or 212, with index 0: the store was not asked.
  public init(
    _ method: Method, path: some Collection<UInt8>, form: Etcd.Form,
    for keyspace: inout Etcd.Keyspace
  ) throws(Etcd.Failure) {
    func flag(_ name: String, quoted: Bool = true) throws(Etcd.Failure) -> Bool? {
      guard let text = form[name] else { return nil }
      guard let flag = Self.flag(text) else {
        throw Etcd.Failure(
          .invalidField, .text("invalid value for " + (quoted ? "\"\(name)\"" : name)), index: 0)
      }
      return flag
    }
    func number(_ name: String, _ code: Etcd.Failure.Code) throws(Etcd.Failure) -> UInt64? {
      guard let text = form[name] else { return nil }
      guard let number = ByteText.decimal(text) else {
        throw Etcd.Failure(code, .text("invalid value for \"\(name)\""), index: 0)
      }
      return number
    }

    self.init(method, keyspace.intern(path: path))
    previousIndex = try number("prevIndex", .indexNotANumber) ?? 0
    waitIndex = try number("waitIndex", .indexNotANumber) ?? 0
    isRecursive = try flag("recursive") ?? false
    isSorted = try flag("sorted") ?? false
    waits = try flag("wait") ?? false
    isDirectory = try flag("dir") ?? false
    _ = try flag("quorum")
    isStream = try flag("stream") ?? false
    if waits && method != .get {
      throw Etcd.Failure(
        .invalidField, .text("\"wait\" can only be used with GET requests"), index: 0)
    }
    if let expected = form["prevValue"] {
      if expected.isEmpty {
        throw Etcd.Failure(
          .previousValueRequired, .text("\"prevValue\" cannot be empty"), index: 0)
      }
      previousValue = keyspace.intern(value: expected)
    }
    omitsNodes = try flag("noValueOnSuccess") ?? false
    // An empty ttl is no ttl.
    if form["ttl"]?.isEmpty == false { ttl = try number("ttl", .ttlNotANumber) }
    previousExists = try flag("prevExist", quoted: false)
    isRefresh = try flag("refresh", quoted: false) ?? false
    let text = form["value"] ?? []
    if isRefresh && !text.isEmpty {
      throw Etcd.Failure(.valueOnRefresh, .text("A value was provided on a refresh"), index: 0)
    }
    if isRefresh && ttl == nil {
      throw Etcd.Failure(.ttlRequiredOnRefresh, .text("No TTL value set"), index: 0)
    }
    value = keyspace.intern(value: text)
  }

  /// The spellings of a truth value that Go's `strconv.ParseBool` takes.
  public static func flag(_ text: [UInt8]) -> Bool? {
    switch ByteText.string(text) {
    case "1", "t", "T", "TRUE", "true", "True": true
    case "0", "f", "F", "FALSE", "false", "False": false
    default: nil
    }
  }
}
