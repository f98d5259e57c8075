/// Reads the tables of reference points.
enum ReferencePoints {
  struct Point {
    let arguments: [Double]
    /// The double nearest to the exact value.
    let nearest: Double
    /// What the exact value has above it, in units of its last place.
    let rest: Double

    /// How far a result is from the exact value, in units of the last place.
    func error(of result: Double) -> Double {
      if result == nearest { return rest.magnitude }
      // Infinite and not-a-number results make this infinite or NaN: never below a bound.
      return ((result - nearest) / nearest.ulp - rest).magnitude
    }
  }

  static func read(_ lines: String, arguments count: Int) -> [Point] {
    lines.utf8.split(separator: UInt8(ascii: "\n")).map { line in
      let words = line.split(separator: UInt8(ascii: " "))
      return Point(
        arguments: words.prefix(count).map { Double(bitPattern: hexadecimal($0)) },
        nearest: Double(bitPattern: hexadecimal(words[count])),
        rest: Double(Int(Substring(words[count + 1])) ?? 1_000_000) / 1000)
    }
  }

  private static func hexadecimal(_ text: Substring.UTF8View) -> UInt64 {
    var value: UInt64 = 0
    for byte in text {
      value = value << 4 | UInt64(byte <= UInt8(ascii: "9") ? byte - 48 : byte - 87)
    }
    return value
  }
}
