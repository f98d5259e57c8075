/// Texts that break what does not escape them, and random ones made of the same characters.
enum HostileText {
  static let all = [
    "", " ", ",", "=", "\\", "\"", "\\\"", "a\\", "\n", "\r\n", "\t", "\0", "\u{7F}", "\u{85}",
    "\u{2028}", "</script><script>alert(1)</script>", "é", "日本", "\u{1F600}", "e\u{301}",
    "a,b=c d", "=1+1", "#", "# EOF", "{}", "${x}", "'", "%0A", "\u{FEFF}x", "\u{202E}x",
  ]

  /// `length` pieces of the texts above.
  static func random(_ length: Int, using generator: inout SystemRandomNumberGenerator) -> String {
    (0..<length).map { _ in all.randomElement(using: &generator) ?? "" }.joined()
  }

  static let random: [String] = {
    var generator = SystemRandomNumberGenerator()
    return (0..<200).map { random($0 % 9, using: &generator) }
  }()
}
