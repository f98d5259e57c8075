import Foundation
import Testing

@testable import Reports

@Suite("FormatBytes")
struct FormatBytesTests {
  @Test("Strings come back from JSON as they were")
  func strings() throws {
    for text in HostileText.all + HostileText.random {
      var output = FormatBytes()
      output.add("[")
      output.add(json: text)
      output.add("]")
      let object = try JSONSerialization.jsonObject(with: Data(output.bytes))
      let found = try #require((object as? [String])?.first, "\(text.debugDescription)")
      #expect(found.unicodeScalars.elementsEqual(text.unicodeScalars), "\(text.debugDescription)")
      #expect(!output.bytes.contains(UInt8(ascii: "<")), "no tag can begin")
      #expect(output.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }
  }

  @Test("Numbers come back as they were")
  func numbers() throws {
    var seeds: [UInt64] = []
    var numbers = [0, 1, -1, 0.1, 1e15, 1e15 - 1, -2.5, 1e300, 0x1p-1074, 4_503_599_627_370_497.5]
    for _ in 0..<2_000 {
      seeds.append(.random(in: .min ... .max))
      numbers.append(Double(bitPattern: seeds.last ?? 0))
    }
    for number in numbers where number.isFinite {
      var output = FormatBytes()
      output.add(number)
      let text = String(decoding: output.bytes, as: UTF8.self)
      #expect(Double(text) == number, "\(number.bitPattern)")
    }
  }

  @Test("Hexadecimal numbers have sixteen digits", arguments: [0, 1, 0xABCD_EF01_2345_6789, .max])
  func hexadecimal(number: UInt64) {
    var output = FormatBytes()
    output.add(hex: number)
    let text = String(decoding: output.bytes, as: UTF8.self)
    #expect(text.utf8.count == 16 && UInt64(text, radix: 16) == number)
  }
}
