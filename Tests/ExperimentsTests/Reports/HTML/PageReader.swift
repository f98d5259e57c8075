import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// A page as an XML parser sees it: elements with their attributes and the text around them.
final class PageReader: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    /// Names of those around it, from the outside in.
    let path: [String]
    var text = ""
  }

  private(set) var elements: [Element] = []
  /// What the parser has against the page; nil: it is well-formed.
  private(set) var error: String?
  private var open: [Int] = []

  init(_ html: String) {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    if !parser.parse() {
      error =
        "\(parser.lineNumber):\(parser.columnNumber): \(String(describing: parser.parserError))"
    }
  }

  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }
  func first(id: String) -> Element? { elements.first { $0.attributes["id"] == id } }

  /// All text that people see, in order.
  var text: String {
    elements.filter { !["script", "style"].contains($0.name) }.map(\.text).joined(separator: " ")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(
      Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
    open.append(elements.count - 1)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { elements[last].text += text }
  }

  func parser(_ parser: XMLParser, foundCDATA data: Data) {
    if let last = open.last { elements[last].text += String(decoding: data, as: UTF8.self) }
  }
}
