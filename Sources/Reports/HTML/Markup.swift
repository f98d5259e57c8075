import Scenarios

/// A piece of a page, in the spelling that HTML and XML have in common.
///
/// Text becomes a part of a page through `escaped` only, so that no scenario can write an element, an
/// attribute or a script.
public struct Markup: Sendable {
  fileprivate enum Content: Sendable {
    case text(String)
    case element(String, [(name: String, value: String)], [Markup])
    case group([Markup])
    /// The page's own script or style.
    case code(String, String)
  }

  fileprivate let content: Content

  /// An element; attributes that are nil are left out.
  public init(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ children: [Markup] = []
  ) {
    let given = attributes.compactMap { pair in pair.value.map { (name: pair.key, value: $0) } }
    content = .element(name, given, children)
  }

  /// An element that holds a text.
  public init(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String) {
    self.init(name, attributes, [.text(text)])
  }

  private init(_ content: Content) { self.content = content }

  public static func text(_ text: String) -> Markup { Markup(.text(text)) }
  public static func group(_ children: [Markup]) -> Markup { Markup(.group(children)) }

  /// A script or style of ours.
  ///
  /// - Precondition: It does not end itself; XML needs the marks around it, HTML sees comments.
  static func code(_ name: String, _ text: String) -> Markup {
    precondition(
      !text.contains("]]>") && !text.contains("</"), "code does not end itself: \(name)")
    return Markup(.code(name, text))
  }

  /// What stands between the tags of `code`: the bytes that the security policy names by their hash.
  static func codeText(_ text: String) -> String { "/*<![CDATA[*/\n" + text + "/*]]>*/" }

  /// The page's text.
  public var html: String {
    var text = ""
    write(into: &text)
    return text
  }

  // MARK: Writing

  private static let voids: [String] = ["meta", "br", "hr", "input", "col"]
  /// A line break behind these keeps lines short enough for tools, and changes nothing that is seen.
  private static let blocks: [String] = [
    "p", "div", "section", "header", "main", "nav", "footer", "figure", "figcaption", "table",
    "thead",
    "tbody", "tr", "ul", "ol", "li", "h1", "h2", "h3", "head", "title", "meta", "script", "style",
    "svg",
    "g", "path", "details", "summary", "caption", "body", "dl", "dd",
  ]

  private func write(into text: inout String) {
    switch content {
    case .text(let plain): text += Self.escaped(plain)
    case .group(let children): for child in children { child.write(into: &text) }
    case .code(let name, let code): text += "<\(name)>\(Self.codeText(code))</\(name)>\n"
    case .element(let name, let attributes, let children):
      text += "<\(name)"
      for (name, value) in attributes { text += " \(name)=\"\(Self.escaped(value))\"" }
      if Self.voids.contains(name) {
        text += " />"
      } else {
        text += ">"
        for child in children { child.write(into: &text) }
        text += "</\(name)>"
      }
      if Self.blocks.contains(name) { text += "\n" }
    }
  }

  /// A stranger's text as it may stand in a page, in attributes too.
  ///
  /// What XML cannot hold or would turn a line around is replaced by U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in Visible.text(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\u{FFFE}", "\u{FFFF}": result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
