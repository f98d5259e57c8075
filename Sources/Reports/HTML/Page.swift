import Observation
import Scenarios

/// A page that stands by itself: one file, no network, a policy that lets nothing in.
struct Page {
  enum Tone: String {
    case good, bad, warning
    case plain = ""
  }

  struct Section {
    /// Part of the address: plain letters.
    let id: String
    let title: String
    let body: [Markup]

    init(_ id: String, _ title: String, _ body: [Markup]) {
      (self.id, self.title, self.body) = (id, title, body)
    }
  }

  /// What the page is of, such as `Replay`.
  let kind: String
  let title: String
  /// The scenario's name.
  let name: String
  /// What was run, one thing each.
  let words: [String]
  /// What came out, in a sentence or three.
  let verdict: String
  var tone = Tone.plain
  /// What should be known before anything is believed.
  var warnings: [String] = []
  /// The figures that matter most, each with what it is.
  var figures: [(value: String, label: String)] = []
  /// Those without a body are left out.
  let sections: [Section]
  let version: String
  let reproduce: [String]
  /// What stands over that line: what it gives.
  var promise = "This line gives the same results, run for run:"
  /// What stands at the page's foot: when it is the same again.
  var constancy = "The same command gives the same bytes."

  /// What tells a page of ours from others.
  static let schema = "hindsight.report/1"

  /// The policy: nothing but this script and this style, by their hashes.
  static let policy: String = {
    func source(_ text: String) -> String { "'sha256-\(SHA256.base64(Markup.codeText(text)))'" }
    return "default-src 'none'; script-src \(source(PageScript.text)); "
      + "style-src \(source(PageStyle.text)); base-uri 'none'; form-action 'none'"
  }()

  /// The page's text, ending in a line break.
  func text(_ detail: PageDetail) -> String {
    "<!DOCTYPE html>\n"
      + Markup(
        "html", ["xmlns": "http://www.w3.org/1999/xhtml", "lang": "en"],
        [head(detail), body(detail)]
      ).html + "\n"
  }

  private func head(_ detail: PageDetail) -> Markup {
    func meta(_ name: String, _ content: String) -> Markup {
      Markup("meta", ["name": name, "content": content])
    }
    return Markup(
      "head", [:],
      [
        Markup("meta", ["charset": "utf-8"]),
        Markup("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
        meta("viewport", "width=device-width, initial-scale=1"),
        meta("generator", "hindsight \(version)"), meta("hindsight-report", Self.schema),
        meta("referrer", "no-referrer"),
        Markup("title", text: "\(kind): \(detail.text(name))"), .code("style", PageStyle.text),
      ])
  }

  private func body(_ detail: PageDetail) -> Markup {
    let shown = (sections + [reproduction]).filter { !$0.body.isEmpty }
    return Markup(
      "body", [:],
      [
        Markup("a", ["class": "skip", "href": "#main"], text: "To the content"),
        Markup("header", ["class": "page"], top(detail) + [navigation(shown)]),
        Markup(
          "main", ["class": "page", "id": "main"],
          shown.map { section in
            Markup(
              "section", ["aria-labelledby": section.id],
              [Markup("h2", ["id": section.id], text: section.title)] + section.body)
          }),
        Markup(
          "footer", ["class": "page small dim"],
          [
            Markup(
              "p",
              text: "\(kind) made by hindsight \(version). \(constancy)")
          ]),
        .code("script", PageScript.text),
      ])
  }

  private func top(_ detail: PageDetail) -> [Markup] {
    let small = ([name] + words).map(detail.text).joined(separator: " · ")
    let warnings = warnings.map { Markup("p", ["class": "warning"], text: detail.text($0)) }
    let list =
      figures.isEmpty
      ? []
      : [
        Markup(
          "ul", ["class": "figures"],
          figures.map {
            Markup("li", [:], [Markup("b", text: $0.value), Markup("span", text: $0.label)])
          })
      ]
    return [
      Markup(
        "div", ["class": "top"],
        [
          Markup("h1", text: detail.text(title.isEmpty ? name : title)),
          Markup(
            "button",
            [
              "type": "button", "id": "theme", "class": "needs-script", "aria-pressed": "false",
            ], text: "Dark"),
        ]),
      Markup("p", ["class": "small dim"], text: small),
      Markup(
        "p", ["class": tone == .plain ? "verdict" : "verdict \(tone.rawValue)", "id": "verdict"],
        text: verdict),
    ] + warnings + list
  }

  private func navigation(_ sections: [Section]) -> Markup {
    Markup(
      "nav", ["aria-label": "Sections"],
      [
        Markup(
          "ul", [:],
          sections.map {
            Markup("li", [:], [Markup("a", ["href": "#\($0.id)"], text: $0.title)])
          })
      ])
  }

  private var reproduction: Section {
    Section(
      "reproduce", "Reproduce",
      [
        Markup("p", ["class": "dim"], text: promise),
        Markup("pre", ["tabindex": "0"], text: Self.cut(ShellWords.line(reproduce))),
      ])
  }

  /// A line that a page has room for; no shell takes one that is much longer.
  private static func cut(_ line: String) -> String {
    let most = 50_000
    guard line.utf8.count > most else { return line }
    return String(decoding: line.utf8.prefix(most), as: UTF8.self)
      + "… (the text report has all of it)"
  }
}
