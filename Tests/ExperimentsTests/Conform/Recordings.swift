import Foundation
import Scenarios

@testable import Experiments

/// The recordings under `Tests/Recordings`, and changed copies of them.
enum Recordings {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Recordings")

  static func source(_ name: String) throws -> SourceText {
    let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
    return SourceText(name: name, bytes: bytes)
  }

  static func lines(_ name: String) throws -> [String] {
    try source(name).text.split(separator: "\n").map(String.init)
  }

  static func report(_ text: String, _ kind: ConformanceKind) throws -> ConformanceReport {
    try ConformanceRecording.judge(SourceText(name: "r", text: text), as: kind)
  }

  // MARK: Changes

  /// A step into a JSON value.
  enum Step { case key(String), index(Int) }

  static func value(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8))
  }

  static func text(_ value: Any) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
  }

  /// The value with what stands at `path` replaced by what `change` makes of it; nil drops it.
  static func changing(_ value: Any, _ path: [Step], _ change: (Any) -> Any?) -> Any {
    guard let first = path.first else { return change(value) ?? NSNull() }
    let rest = Array(path.dropFirst())
    switch first {
    case .key(let name):
      guard var object = value as? [String: Any], let old = object[name] else { return value }
      object[name] = rest.isEmpty ? change(old) : changing(old, rest, change)
      return object
    case .index(let index):
      guard var list = value as? [Any], list.indices.contains(index) else { return value }
      if rest.isEmpty {
        if let new = change(list[index]) { list[index] = new } else { list.remove(at: index) }
      } else {
        list[index] = changing(list[index], rest, change)
      }
      return list
    }
  }
}

extension Recordings.Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  init(stringLiteral value: String) { self = .key(value) }
  init(integerLiteral value: Int) { self = .index(value) }
}
