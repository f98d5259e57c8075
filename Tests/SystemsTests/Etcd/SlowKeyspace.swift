/// The v2 store as one would write it in an afternoon: a dictionary of paths, no tree, no heap.
///
/// Slow and obvious; the real one is compared with it.
struct SlowKeyspace {
  struct Node: Equatable {
    var value: String?
    var created: Int
    var modified: Int
    var due: Int64?
    var isDirectory: Bool { value == nil }
  }

  var nodes: [String: Node] = [:]
  var index = 0

  private func parents(_ path: String) -> [String] {
    var parents: [String] = []
    var parts = path.split(separator: "/").dropLast()
    while !parts.isEmpty {
      parents.append("/" + parts.joined(separator: "/"))
      parts = parts.dropLast()
    }
    return parents.reversed()
  }

  private func below(_ path: String) -> [String] {
    nodes.keys.filter { $0.hasPrefix(path + "/") }
  }

  /// The error of looking up a path; nil when it is there.
  private func missing(_ path: String) -> Int? {
    for parent in parents(path) {
      guard let node = nodes[parent] else { return 100 }
      if !node.isDirectory { return 104 }
    }
    return nodes[path] == nil ? 100 : nil
  }

  /// Each operation returns etcd's error code, or nil.
  mutating func set(_ path: String, _ value: String?, due: Int64?, isRefresh: Bool) -> Int? {
    let error = missing(path)
    if let error, error != 100 || isRefresh { return error }
    let kept = isRefresh && value != nil ? nodes[path]?.value ?? "" : value
    if nodes[path]?.isDirectory == true { return 102 }
    return place(path, kept, due)
  }

  mutating func create(_ path: String, _ value: String?, due: Int64?) -> Int? {
    if missing(path) == 104 { return 104 }
    return nodes[path] != nil ? 105 : place(path, value, due)
  }

  private mutating func place(_ path: String, _ value: String?, _ due: Int64?) -> Int? {
    index += 1
    for parent in parents(path) where nodes[parent] == nil {
      nodes[parent] = Node(value: nil, created: index, modified: index)
    }
    nodes[path] = Node(value: value, created: index, modified: index, due: due)
    return nil
  }

  mutating func update(_ path: String, _ value: String, due: Int64?, isRefresh: Bool) -> Int? {
    if let error = missing(path) { return error }
    guard var node = nodes[path] else { return 100 }
    if node.isDirectory && !value.isEmpty { return 102 }
    index += 1
    if !node.isDirectory {
      if !isRefresh { node.value = value }
      node.modified = index
    }
    node.due = due
    nodes[path] = node
    return nil
  }

  private func compare(_ path: String, _ value: String, _ modified: Int) -> Int? {
    if let error = missing(path) { return error }
    guard let node = nodes[path], !node.isDirectory else { return 102 }
    if !value.isEmpty && value != node.value { return 101 }
    return modified != 0 && modified != node.modified ? 101 : nil
  }

  mutating func swap(_ path: String, _ old: String, _ modified: Int, _ new: String, due: Int64?)
    -> Int?
  {
    if let error = compare(path, old, modified) { return error }
    return update(path, new, due: due, isRefresh: false)
  }

  mutating func compareAndDelete(_ path: String, _ old: String, _ modified: Int) -> Int? {
    if let error = compare(path, old, modified) { return error }
    return delete(path, allowsDirectory: false, isRecursive: false)
  }

  mutating func delete(_ path: String, allowsDirectory: Bool, isRecursive: Bool) -> Int? {
    if let error = missing(path) { return error }
    if nodes[path]?.isDirectory == true {
      if !allowsDirectory && !isRecursive { return 102 }
      if !below(path).isEmpty && !isRecursive { return 108 }
    }
    index += 1
    for key in below(path) + [path] { nodes[key] = nil }
    return nil
  }

  /// Paths that expire at `now`, in order; equal instants do not occur in the test.
  mutating func expire(now: Int64) -> [String] {
    var gone: [String] = []
    while let first = nodes.filter({ $0.value.due.map { $0 <= now } ?? false })
      .min(by: { ($0.value.due ?? 0) < ($1.value.due ?? 0) })
    {
      index += 1
      gone.append(first.key)
      for key in below(first.key) + [first.key] { nodes[key] = nil }
    }
    return gone
  }
}
