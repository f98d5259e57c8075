import Scenarios
import Testing

/// A generator of our own, so that a failing seed means the same on every machine.
struct FuzzRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: (state >> 33) % UInt64(max(1, limit)))
  }
}

@Suite("ScenarioParser under random mutations")
struct ScenarioParserFuzzTests {
  static let text = """
    // A scenario.
    { "scenario": "x", "seed": 18446744073709551615, "scale": "1/100",
      "clients": { "timeout": "10s", "online": 1e7, "giveUp": -0.5E-3, },
      "list": [ [], {}, null, true, false, "\\u00e9\\ud83d\\ude00é😀\\n" ], /* c */
      "operators": [ { "at": "14:18:00", "do": "throttle" }, ], }
    """

  static let tokens = [
    "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\\u", "\\ud800", "//", "/*", "*/", "\n", "\r",
    "-", "1e9999999999", "NaN", "null", "#", "\u{FEFF}", "\u{0}", "é", "0", ".", "=", ";", "a",
  ]

  /// `text` after a few random changes.
  static func mutated(seed: UInt64) -> [UInt8] {
    var random = FuzzRandom(seed: seed)
    var bytes = Array(text.utf8)
    for _ in 0...random.next(below: 8) {
      let place = random.next(below: bytes.count + 1)
      switch random.next(below: 6) {
      case 0 where place < bytes.count: bytes.remove(at: place)
      case 1 where place < bytes.count: bytes[place] = UInt8(random.next(below: 256))
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + random.next(below: 30)))
      case 3: bytes.insert(contentsOf: bytes[..<place], at: random.next(below: bytes.count + 1))
      case 4: bytes = Array(bytes[..<place])
      default:
        bytes.insert(contentsOf: Array(tokens[random.next(below: tokens.count)].utf8), at: place)
      }
      if bytes.count > 4_000 { bytes.removeSubrange(4_000...) }
    }
    return bytes
  }

  @Test(
    "No text stops the parser; every error has a place in it, and what is read prints and reads back"
  )
  func survives() throws {
    var valid = 0
    for seed in 0..<2_000 as Range<UInt64> {
      let source = SourceText(name: "f", bytes: Self.mutated(seed: seed))
      do throws(ScenarioErrors) {
        let value = try ScenarioParser.parse(source)
        valid += 1
        let printed = SourceText(name: "p", text: DocumentPrinter.text(of: value))
        let again = try ScenarioParser.parse(printed)
        #expect(again == value, "seed \(seed)")
        let formatted = try DocumentPrinter.formatting(source)
        let reread = try ScenarioParser.parse(SourceText(name: "g", text: formatted))
        #expect(reread == value, "seed \(seed)")
        let twice = try DocumentPrinter.formatting(SourceText(name: "g", text: formatted))
        #expect(twice == formatted, "seed \(seed)")
      } catch {
        #expect(!error.isEmpty, "seed \(seed)")
        for error in error.errors {
          let location = try #require(error.location, "seed \(seed)")
          #expect(location.offset >= 0 && location.end <= source.bytes.count, "seed \(seed)")
        }
        #expect(error.description.contains("f:"), "seed \(seed)")
      }
    }
    // Otherwise the mutations would be too wild to test what is read.
    #expect(valid > 50)
  }
}
