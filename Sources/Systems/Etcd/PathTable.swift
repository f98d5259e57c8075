/// Paths and their numbers.
///
/// A path is stored as its last component and its parent, so that a path of n components costs
/// O(n), not O(n²), and a hostile request cannot blow up the table. Entries are never dropped:
/// a number stays valid for the whole run.
struct PathTable: Equatable, Sendable {
  private struct Step: Hashable, Sendable {
    var parent: UInt32
    var name: [UInt8]
  }

  /// Where a path stands.
  ///
  /// Apart from the names, so that walking up moves no arrays.
  struct Path: Equatable, Sendable, BitwiseCopyable {
    var parent: UInt32
    /// Number of components; 0 for the root.
    var depth: UInt32
    /// Depth of the last component that starts with `_`; 0 when there is none.
    var hiddenDepth: UInt32

    var isHidden: Bool { hiddenDepth == depth && depth > 0 }
  }

  private(set) var paths = [Path(parent: noIndex, depth: 0, hiddenDepth: 0)]
  private var names: [[UInt8]] = [[]]
  /// For look-ups only; its order is never seen.
  private var numbers: [Step: UInt32] = [:]

  var count: Int { paths.count }
  subscript(_ key: Etcd.Key) -> Path { paths[Int(key.rawValue)] }
  /// The last component of a path; empty for the root.
  func name(_ key: Etcd.Key) -> [UInt8] { names[Int(key.rawValue)] }

  mutating func child(_ name: [UInt8], of parent: UInt32) -> UInt32 {
    let step = Step(parent: parent, name: name)
    if let number = numbers[step] { return number }
    let number = UInt32(paths.count)
    precondition(number < noIndex, "a keyspace has at most \(noIndex) paths")
    let above = paths[Int(parent)]
    let depth = above.depth + 1
    let hiddenDepth = name.first == UInt8(ascii: "_") ? depth : above.hiddenDepth
    paths.append(Path(parent: parent, depth: depth, hiddenDepth: hiddenDepth))
    names.append(name)
    numbers[step] = number
    return number
  }

  /// The number of a path, cleaned as `path.Clean("/" + path)` does: no empty components, no `.`,
  /// and `..` takes back one component but never leaves the root.
  mutating func intern(_ path: some Collection<UInt8>) -> Etcd.Key {
    var current: UInt32 = 0
    var pending: [UInt32] = []
    for name in path.split(separator: UInt8(ascii: "/")) {
      if name.elementsEqual([UInt8(ascii: ".")]) { continue }
      if name.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) {
        current = pending.popLast() ?? 0
        continue
      }
      pending.append(current)
      current = child(Array(name), of: current)
    }
    return Etcd.Key(rawValue: current)
  }

  /// The full path, with a leading slash.
  func bytes(of key: Etcd.Key) -> [UInt8] {
    var components: [[UInt8]] = []
    var current = Int(key.rawValue)
    while current != 0 {
      components.append(names[current])
      current = Int(paths[current].parent)
    }
    guard !components.isEmpty else { return [UInt8(ascii: "/")] }
    var bytes: [UInt8] = []
    for component in components.reversed() {
      bytes.append(UInt8(ascii: "/"))
      bytes.append(contentsOf: component)
    }
    return bytes
  }

  /// The ancestor of `key` at `depth`, or `key` itself when it is not deeper.
  func ancestor(of key: Etcd.Key, atDepth depth: UInt32) -> Etcd.Key {
    var current = key.rawValue
    while paths[Int(current)].depth > depth { current = paths[Int(current)].parent }
    return Etcd.Key(rawValue: current)
  }

  /// Whether `key` lies strictly below `directory`.
  func isBelow(_ key: Etcd.Key, _ directory: Etcd.Key) -> Bool {
    let depth = self[directory].depth
    return self[key].depth > depth && ancestor(of: key, atDepth: depth) == directory
  }

  /// Whether the text of `prefix` begins the text of `key`, without regard to component borders.
  ///
  /// etcd compares paths as plain text here, so `/d` is also a prefix of `/dx/y`.
  func hasTextPrefix(_ key: Etcd.Key, _ prefix: Etcd.Key) -> Bool {
    let depth = self[prefix].depth
    guard depth > 0 else { return true }
    guard self[key].depth >= depth else { return false }
    let peer = ancestor(of: key, atDepth: depth)
    return peer == prefix
      || (self[peer].parent == self[prefix].parent && name(peer).starts(with: name(prefix)))
  }
}

/// Values and their numbers; the empty value is number 0.
struct ValueTable: Equatable, Sendable {
  private(set) var values: [[UInt8]] = [[]]
  /// For look-ups only; its order is never seen.
  private var numbers: [[UInt8]: UInt32] = [[]: 0]

  subscript(_ value: Etcd.Value) -> [UInt8] { values[Int(value.rawValue)] }

  mutating func intern(_ bytes: [UInt8]) -> Etcd.Value {
    if let number = numbers[bytes] { return Etcd.Value(rawValue: number) }
    let number = UInt32(values.count)
    precondition(number < noIndex, "a keyspace has at most \(noIndex) values")
    values.append(bytes)
    numbers[bytes] = number
    return Etcd.Value(rawValue: number)
  }
}
