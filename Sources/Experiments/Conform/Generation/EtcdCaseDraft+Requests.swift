import Scenarios

/// Requests as a careless or hostile client sends them: odd paths, bad parameters, other methods.
///
/// None of them waits, and no TTL in them is short.
extension EtcdCaseDraft {
  private static let methods = ["PUT", "PUT", "PUT", "GET", "GET", "POST", "POST", "DELETE"]
  private static let flags = ["true", "false", "1", "0", "T", "FALSE", "maybe", "", "yes", "tRUE"]
  private static let numbers = [
    "0", "1", "7", "", "abc", "-1", "+5", "1.5", "0x10", "99999999999999999999",
  ]
  private static let ttls = ["100", "100", "9000", "", "abc", "-1", "1.5", "99999999999999999999"]

  private static let oddities = [
    "a=%zz", "a;b", "=x", "", "recursive", "+=%2B", "value=%FF%C3", "prevValue=%FFv",
    "value=a&value=b",
    "ttl=100&ttl=abc", "dir=false&dir=maybe", "%76alue=x", "Value=x", "prevIndex=1%00",
    "value=%00%1F%7F",
  ]

  mutating func addRequest() {
    let method =
      dice.chance(92) ? dice.pick(Self.methods) : dice.pick(["HEAD", "PATCH", "OPTIONS"])
    let target = oddPath(dice.pick(Self.keys + Self.directories + ["/s/q", "/s/q", "/s/q"]))
    let hasBody = (method == "PUT" || method == "POST") && dice.chance(80)
    var fields: [(name: String, value: String)] = []
    if hasBody && dice.chance(75) { fields.append(("value", dice.pick(Self.values))) }
    var query: [String] = []
    for _ in 0..<(dice.chance(55) ? dice.roll(1..<4) : 0) {
      let parameter = parameter(of: method)
      if hasBody && dice.chance(60) {
        fields.append(parameter)
      } else {
        query.append("\(parameter.name)=\(Self.escaped(parameter.value))")
      }
    }
    if method == "GET" { query.append("sorted=true") }
    if dice.chance(12) { query.append(dice.pick(Self.oddities)) }
    add(
      "request",
      [
        "method": .string(method),
        "target": .string(target + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))),
        "fields": hasBody
          ? .array(fields.map { .array([.string($0.name), .string($0.value)]) }) : nil,
      ])
    writes += 1
  }

  private mutating func parameter(of method: String) -> (name: String, value: String) {
    switch dice.roll(0..<14) {
    case 0: ("value", dice.pick(Self.values))
    case 1, 2: ("ttl", dice.pick(Self.ttls))
    case 3: ("prevValue", dice.pick(Self.values))
    case 4: ("prevIndex", dice.pick(Self.numbers))
    case 5, 6: ("prevExist", dice.pick(Self.flags))
    case 7: ("dir", dice.pick(Self.flags))
    case 8: ("recursive", dice.pick(Self.flags))
    case 9: ("quorum", dice.pick(Self.flags))
    case 10: ("noValueOnSuccess", dice.pick(Self.flags))
    case 11: ("refresh", dice.pick(Self.flags))
    case 12: ("waitIndex", dice.pick(Self.numbers))
    default:
      // A GET that waits would not answer; elsewhere waiting is refused.
      (
        "wait",
        dice.pick(method == "GET" || method == "HEAD" ? ["false", "0", "maybe"] : Self.flags)
      )
    }
  }

  /// The same key, or one like it, written in another way.
  ///
  /// Whatever can be written stays below `/s`: a case must leave nothing behind for the next one.
  private mutating func oddPath(_ key: String) -> String {
    guard dice.chance(40) else { return key }
    let key = key == "/s" ? "/s/a" : key
    let parts = key.split(separator: "/").map(String.init)
    let place = dice.roll(1..<parts.count + 1)
    func joined(_ parts: [String]) -> String { "/" + parts.joined(separator: "/") }
    switch dice.roll(0..<9) {
    case 0: return key + "/"
    case 1: return joined(parts.inserted(dice.pick(["", ".", "..", "..."]), at: place))
    case 2: return key + dice.pick(["/.", "/..", "//", "/...", "/.hidden", "/__"])
    // Escaped and plain letters name the same key.
    case 3: return key.last == "a" ? String(key.dropLast()) + "%61" : key + "%5F"
    case 4: return key + dice.pick(["%2Fx", "%2fx", "%252Fx", "%2F", "%2e", "/%2e%2e/b"])
    case 5:
      return key + dice.pick(["%00", "%C3%A4", "%FF", "%E2%82", "%22%5C", "%3Fx", "%20", "%0A"])
    case 6: return key + dice.pick(["%zz", "%", "%4"])
    case 7: return key + dice.pick(["+", "~", "!$'()*,", ":", "@", ";x", "%3Bx", "<>"])
    default: return dice.pick(["/", "", "/s/../s/a", "/../s", "s"])
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"):
        result.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += (digits.count < 2 ? "%0" : "%") + digits
      }
    }
    return result
  }
}

extension Array {
  fileprivate func inserted(_ element: Element, at place: Int) -> [Element] {
    var copy = self
    copy.insert(element, at: place)
    return copy
  }
}
