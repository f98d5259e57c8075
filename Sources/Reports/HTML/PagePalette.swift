/// The colours of a page on a light and on a dark ground.
///
/// Lines are those of Okabe and Ito, which readers with any common colour blindness can tell apart;
/// of those with too little contrast on a ground its darker or lighter neighbour is taken, and every
/// line has a pattern too. Texts reach a contrast of 4.5 with their ground, lines and marks of 3 (WCAG
/// 2.2, AA).
struct PagePalette: Sendable {
  /// A role, its custom property in the style, and what it stands on.
  enum Role: String, CaseIterable, Sendable {
    case ground, surface, edge, text, dim, link, good, bad, warning
    case line1, line2, line3, line4, fault, action, fact, cursor

    /// The least contrast with the ground and with surfaces; nil where nothing is told by it.
    var contrastMin: Double? {
      switch self {
      case .ground, .surface, .edge: nil
      case .text, .dim, .link, .good, .bad, .warning: 4.5
      case .line1, .line2, .line3, .line4, .fault, .action, .fact, .cursor: 3
      }
    }
  }

  private let colours: [UInt32]

  /// - Parameter role: Of the colour.
  /// - Returns: Red, green and blue, as `0xRRGGBB`.
  subscript(role: Role) -> UInt32 {
    colours[Role.allCases.firstIndex(of: role) ?? 0]
  }

  static let light = PagePalette(colours: [
    0xFFFFFF, 0xF5F7F9, 0xD5DBE1, 0x17202A, 0x55606C, 0x00598C, 0x00694C, 0xB03A00, 0x7A5200,
    0x0072B2, 0xD55E00, 0x008F68, 0xB0508A, 0xB03A00, 0x0072B2, 0x55606C, 0x17202A,
  ])
  static let dark = PagePalette(colours: [
    0x11161C, 0x1A2129, 0x36414D, 0xE6EBF0, 0xA3AFBB, 0x7CC4F2, 0x4CC79E, 0xFF9460, 0xE9B949,
    0x56B4E9, 0xE69F00, 0x1FB58A, 0xDD8FBB, 0xFF9460, 0x56B4E9, 0xA3AFBB, 0xE6EBF0,
  ])

  /// Fills of a heat map from little to much, with the colour of texts on them: cividis, whose order is
  /// one of lightness, so that it is read alike by everybody, on paper, and on both grounds.
  static let heat: [(fill: UInt32, text: UInt32)] = [
    (0xFEE838, 0x000000), (0xE1CC55, 0x000000), (0xC3B369, 0x000000), (0xA59C74, 0x000000),
    (0x8A8779, 0x000000), (0x61646F, 0xFFFFFF), (0x434E6C, 0xFFFFFF), (0x1F3A6D, 0xFFFFFF),
    (0x00224E, 0xFFFFFF),
  ]

  /// The custom properties of a style.
  var css: String {
    Role.allCases.map { "--\($0.rawValue):\(Self.css(self[$0]));" }.joined()
  }

  static func css(_ colour: UInt32) -> String {
    let digits = String(colour, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
