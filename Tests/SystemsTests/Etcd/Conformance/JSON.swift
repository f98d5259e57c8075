import Foundation

/// A JSON value as read from a recording.
enum JSON: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// - Throws: Foundation's error when the text is not JSON.
  init(parsing data: Data) throws {
    self.init(try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
  }

  private init(_ any: Any) {
    switch any {
    case let dictionary as [String: Any]: self = .object(dictionary.mapValues { JSON($0) })
    case let array as [Any]: self = .array(array.map { JSON($0) })
    case let string as String: self = .string(string)
    case let number as NSNumber:
      self =
        isTruthValue(number) ? .bool(number.boolValue) : .number(number.doubleValue)
    default: self = .null
    }
  }

  subscript(_ name: String) -> JSON? {
    guard case .object(let fields) = self, let field = fields[name], field != .null else {
      return nil
    }
    return field
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  var double: Double? { if case .number(let number) = self { number } else { nil } }
  var int: Int? { double.flatMap { Int(exactly: $0) } }
  var array: [JSON]? { if case .array(let items) = self { items } else { nil } }
  var names: [String] { if case .object(let fields) = self { fields.keys.sorted() } else { [] } }

  /// The recording of that name among the test resources.
  static func recording(_ name: String) throws -> Data {
    let url = Bundle.module.bundleURL.appendingPathComponent("Recordings/\(name)")
    return try Data(contentsOf: url)
  }
}

/// JSON's truth values come as numbers of an own Objective-C type.
private func isTruthValue(_ number: NSNumber) -> Bool {
  String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B"
}
