import Experiments
import Testing

@testable import hindsight

@Suite("KeyDecoder")
struct KeyDecoderTests {
  private func inputs(_ pieces: [String]) -> [KeyDecoder.Input] {
    var decoder = KeyDecoder()
    return pieces.flatMap { decoder.inputs(of: Array($0.utf8)) }
  }

  private static let sequences: [(String, KeyDecoder.Input)] = [
    ("a", .key(.character("a"))), (" ", .key(.character(" "))), ("\r", .key(.enter)),
    ("\n", .key(.enter)), ("\u{7F}", .key(.backspace)), ("\u{8}", .key(.backspace)),
    ("\u{3}", .key(.interrupt)), ("\u{1A}", .suspend), ("\u{C}", .redraw),
    ("\u{1B}[A", .key(.up)), ("\u{1B}[B", .key(.down)), ("\u{1B}[C", .key(.right)),
    ("\u{1B}[D", .key(.left)), ("\u{1B}OA", .key(.up)), ("\u{1B}OD", .key(.left)),
    ("\u{1B}[1;2C", .key(.farRight)), ("\u{1B}[1;5D", .key(.farLeft)),
    ("\u{1B}[5~", .key(.farRight)), ("\u{1B}[6~", .key(.farLeft)), ("\u{1B}[H", .key(.home)),
    ("\u{1B}[F", .key(.end)), ("\u{1B}[1~", .key(.home)), ("\u{1B}[4~", .key(.end)),
    ("\u{1B}OH", .key(.home)),
  ]

  @Test("Every key is known by its bytes", arguments: sequences.indices)
  func keys(index: Int) {
    let (bytes, input) = Self.sequences[index]
    #expect(inputs([bytes]) == [input])
    #expect(inputs([bytes + "x"]) == [input, .key(.character("x"))])
    // As it comes through a slow line.
    #expect(inputs(bytes.map(String.init)) == [input])
  }

  @Test("An escape that nothing follows is the key; so is one before another")
  func escape() {
    #expect(inputs(["\u{1B}", ""]) == [.key(.escape)])
    #expect(inputs(["\u{1B}", "", "q"]) == [.key(.escape), .key(.character("q"))])
    #expect(inputs(["\u{1B}\u{1B}", ""]) == [.key(.escape), .key(.escape)])
    #expect(inputs(["", "", ""]).isEmpty)
  }

  @Test(
    "What is no key of ours is passed over, and what follows is read",
    arguments: [
      "\u{1B}[200~", "\u{1B}[M", "\u{1B}OP", "\u{1B}x", "é", "日", "\u{1B}[?1;2c", "\u{1}",
      "\u{1B}[;;Z",
      "\u{1B}[99999999999999999999;99999999999999999999Q",
    ])
  func unknown(bytes: String) {
    #expect(inputs([bytes + "q"]).last == .key(.character("q")), "\(bytes)")
  }

  @Test("No bytes break it, and none are kept for ever")
  func isTotal() {
    let seed = UInt64.random(in: .min ... .max)
    var state = seed
    func draw(below count: UInt64) -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8((state >> 33) % count)
    }
    for _ in 0..<2_000 {
      var decoder = KeyDecoder()
      for _ in 0..<8 {
        let bytes = (0...draw(below: 12)).map { _ -> UInt8 in
          let byte = draw(below: 256)
          return byte < 100 ? 0x1B : byte < 150 ? UInt8(ascii: "[") : byte
        }
        _ = decoder.inputs(of: bytes)
      }
      _ = decoder.inputs(of: Array(repeating: UInt8(ascii: "1"), count: 40))
      let inputs = decoder.inputs(of: Array("~\u{1B}[Aqq".utf8))
      #expect(inputs.contains(.key(.character("q"))), "seed \(seed)")
    }
  }
}
