import Experiments

/// Makes keys of the bytes that a terminal sends for them, whichever pieces they come in.
struct KeyDecoder {
  enum Input: Equatable {
    case key(Playback.Key)
    /// Ctrl-Z.
    case suspend
    /// Ctrl-L.
    case redraw
  }

  /// The beginning of a sequence whose end has not come yet.
  private var rest: [UInt8] = []
  /// A sequence that is longer than this is none.
  private static let lengthMax = 32

  /// Keys that are complete with these bytes.
  ///
  /// - Parameter bytes: What has come; empty when nothing has for a moment, so that an escape that
  ///   nothing follows is the key of that name.
  /// - Returns: In the order in which they were pressed.
  mutating func inputs(of bytes: [UInt8]) -> [Input] {
    var inputs: [Input] = []
    if bytes.isEmpty, rest == [0x1B] {
      rest = []
      return [.key(.escape)]
    }
    rest += bytes
    while let (input, length) = next() {
      rest.removeFirst(length)
      if let input { inputs.append(input) }
    }
    return inputs
  }

  /// The first input of what is there and its length; nil while it is not complete.
  private func next() -> (Input?, Int)? {
    guard let first = rest.first else { return nil }
    switch first {
    case 0x1B: return escape()
    case 0x03: return (.key(.interrupt), 1)
    case 0x0C: return (.redraw, 1)
    case 0x1A: return (.suspend, 1)
    case 0x0A, 0x0D: return (.key(.enter), 1)
    case 0x08, 0x7F: return (.key(.backspace), 1)
    case 0x20...0x7E: return (.key(.character(Character(UnicodeScalar(first)))), 1)
    default: return (nil, 1)
    }
  }

  /// A sequence that begins with an escape.
  private func escape() -> (Input?, Int)? {
    guard rest.count > 1 else { return nil }
    switch rest[1] {
    case UInt8(ascii: "["): return control()
    case UInt8(ascii: "O"):
      guard rest.count > 2 else { return nil }
      return (Self.arrow(rest[2], isFar: false).map(Input.key), 3)
    // Two escapes are one, and the beginning of something.
    case 0x1B: return (.key(.escape), 1)
    // With Alt: a key that nothing is done with.
    default: return (nil, 2)
    }
  }

  /// `ESC [`, parameters, and a final byte.
  private func control() -> (Input?, Int)? {
    guard let end = rest.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
      return rest.count > Self.lengthMax ? (nil, rest.count) : nil
    }
    let text = String(decoding: rest[2..<end], as: UTF8.self)
    let parameters = text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    let length = end + 1
    if rest[end] == UInt8(ascii: "~") {
      let key: Playback.Key? =
        switch parameters.first ?? nil {
        case 1?, 7?: .home
        case 4?, 8?: .end
        case 5?: .farRight
        case 6?: .farLeft
        default: nil
        }
      return (key.map(Input.key), length)
    }
    // The second parameter is one more than the bits of shift, Alt and Ctrl.
    let modifiers = (parameters.count > 1 ? parameters[1] : nil).map { max(0, $0 - 1) } ?? 0
    return (Self.arrow(rest[end], isFar: modifiers != 0).map(Input.key), length)
  }

  private static func arrow(_ byte: UInt8, isFar: Bool) -> Playback.Key? {
    switch byte {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): isFar ? .farRight : .right
    case UInt8(ascii: "D"): isFar ? .farLeft : .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    default: nil
    }
  }
}
