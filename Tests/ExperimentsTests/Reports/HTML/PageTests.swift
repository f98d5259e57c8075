import Foundation
import Testing

@testable import Reports

@Suite("Pages")
struct PageTests {
  @Test(
    "Every page is well-formed XML with one of each identifier",
    arguments: PageFixture.Kind.allCases)
  func wellFormed(kind: PageFixture.Kind) throws {
    let page = PageReader(try PageFixture.page(kind))
    #expect(page.error == nil)
    let names = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(names).count == names.count, "identifiers are not unique: \(names)")
    for link in page.all("a") {
      let target = try #require(link.attributes["href"])
      #expect(target.hasPrefix("#") && page.first(id: String(target.dropFirst())) != nil)
    }
  }

  @Test("The same values give the same bytes", arguments: PageFixture.Kind.allCases)
  func bytes(kind: PageFixture.Kind) throws {
    let first = try PageFixture.page(kind, PageFixture.all)
    #expect(try PageFixture.page(kind, PageFixture.all) == first)
    #expect(first.hasSuffix("</html>\n") && first.utf8.count < PageDetail.bytesMax)
  }

  @Test("No name of a stranger becomes more than a text", arguments: PageFixture.Kind.allCases)
  func hostile(kind: PageFixture.Kind) throws {
    let plain = PageReader(try PageFixture.page(kind))
    let page = PageReader(try PageFixture.page(kind, PageFixture.all))
    #expect(page.error == nil)
    #expect(page.elements.map(\.name) == plain.elements.map(\.name))
    #expect(
      page.elements.map { $0.attributes.keys.sorted() }
        == plain.elements.map { $0.attributes.keys.sorted() })
    #expect(page.text.contains("<script>alert(1)</script>"), "it is shown as it is")
  }

  @Test("Nothing is fetched, nothing but our script can run", arguments: PageFixture.Kind.allCases)
  func policy(kind: PageFixture.Kind) throws {
    let text = try PageFixture.page(kind, PageFixture.all)
    let page = PageReader(text)
    let policy = try #require(
      page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" })
    let content = try #require(policy.attributes["content"])
    for (name, directive) in [("script", "script-src"), ("style", "style-src")] {
      let parts = text.components(separatedBy: "<\(name)>")
      #expect(parts.count == 2)
      let code = try #require(parts.last?.components(separatedBy: "</\(name)>").first)
      #expect(content.contains("\(directive) 'sha256-\(SHA256.base64(code))'"))
    }
    #expect(content.hasPrefix("default-src 'none';") && !content.contains("unsafe"))
    let known: Set = ["href", "xmlns"]
    for element in page.elements {
      for (name, value) in element.attributes {
        #expect(
          !name.hasPrefix("on") && name != "style" && name != "src", "\(element.name) \(name)")
        #expect(
          known.contains(name) || !value.hasPrefix("http"), "\(element.name) \(name)=\(value)")
      }
      #expect(!["iframe", "object", "embed", "img", "link", "form", "base"].contains(element.name))
    }
  }

  @Test("Drawings, regions and controls have names", arguments: PageFixture.Kind.allCases)
  func accessible(kind: PageFixture.Kind) throws {
    let page = PageReader(try PageFixture.page(kind))
    for drawing in page.all("svg") where !drawing.path.contains("svg") {
      let attributes = drawing.attributes
      let isHeard = attributes["role"] == "img" && attributes["aria-label"]?.isEmpty == false
      #expect(isHeard || attributes["aria-hidden"] == "true")
    }
    for region in page.elements where region.attributes["role"] == "region" {
      #expect(region.attributes["aria-label"]?.isEmpty == false)
      #expect(region.attributes["tabindex"] == "0", "the keyboard can scroll it")
    }
    for button in page.all("button") {
      #expect(button.attributes["type"] == "button")
      #expect(!button.text.isEmpty || button.attributes["aria-label"] != nil)
    }
    for box in page.all("input") { #expect(box.path.last == "label") }
    #expect(page.all("main").count == 1 && page.all("h1").count == 1 && page.all("nav").count == 1)
    #expect(page.all("html").first?.attributes["lang"] == "en")
    let levels = page.elements.compactMap { ["h1": 1, "h2": 2, "h3": 3][$0.name] }
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "no heading is left out")
  }

  @Test("Numbers of drawings have a point and no exponent", arguments: PageFixture.Kind.allCases)
  func decimals(kind: PageFixture.Kind) throws {
    let page = PageReader(try PageFixture.page(kind))
    let plain = try Regex("-?[0-9]+(\\.[0-9]+)?%?")
    let names = ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"]
    for element in page.elements where element.path.contains("svg") || element.name == "svg" {
      for name in names {
        guard let value = element.attributes[name] else { continue }
        #expect(value.wholeMatch(of: plain) != nil, "\(element.name) \(name)=\(value)")
      }
      if let path = element.attributes["d"] {
        #expect(path.allSatisfy { "MHVhlv0123456789.- ".contains($0) }, "\(path)")
      }
    }
  }

  @Test("A page of much too much is smaller than two megabytes")
  func size() throws {
    var record = PageFixture.record(String(repeating: PageFixture.all, count: 40))
    record.facts = Array(repeating: record.facts, count: 300).flatMap { $0 }
    record.invariants = Array(repeating: record.invariants, count: 300).flatMap { $0 }
    record.timeline = Array(repeating: record.timeline, count: 300).flatMap { $0 }
    record.assumptions = Array(repeating: record.assumptions, count: 300).flatMap { $0 }
    record.patches = Array(repeating: record.patches, count: 300).flatMap { $0 }
    var state: UInt64 = 1
    record.series = ReplayCharts.plans.flatMap(\.lines).map { line in
      let values = (0..<20_000).map { _ -> Double in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return Double(state >> 40)
      }
      return .init(
        name: line.series, unit: .count, start: record.start, step: .seconds(10), values: values)
    }
    let steps = (0..<5_000).map { _ in
      CauseStory.Step(at: record.start, PageFixture.all, round: [PageFixture.all])
    }
    let story = CauseStory(question: PageFixture.all, steps: steps, firstCause: PageFixture.all)
    let page = ReplayHTML(record, story: story, reproduce: ["hindsight"]).text
    #expect(page.utf8.count < PageDetail.bytesMax)
    #expect(PageReader(page).error == nil)
    #expect(page.contains("and ") && page.contains(" more facts"))
  }

  @Test("A fork of much too much is smaller than two megabytes, too")
  func forkSize() {
    var record = PageFixture.record(PageFixture.all)
    record.facts = Array(repeating: record.facts, count: 300).flatMap { $0 }
    record.timeline = Array(repeating: record.timeline, count: 300).flatMap { $0 }
    let page = PageFixture.fork(record, String(repeating: PageFixture.all, count: 40), count: 40)
    #expect(page.utf8.count < PageDetail.bytesMax)
    #expect(PageReader(page).error == nil && page.contains(" more moments"))
  }

  @Test("The line at the end promises what it keeps", arguments: PageFixture.Kind.allCases)
  func promise(kind: PageFixture.Kind) throws {
    let text = PageReader(try PageFixture.page(kind)).text
    let isReplay = [.replay, .cutShort].contains(kind)
    let isSweep = [.sweepLine, .sweepMap, .sweepTable].contains(kind)
    #expect(text.contains("This line gives the same run, event for event:") == isReplay)
    #expect(
      text.contains("This line gives the same results, run for run:") == (!isReplay && !isSweep))
    #expect(text.contains("--resume keeps them and runs what is missing:") == isSweep)
    #expect(text.contains("The same command gives the same bytes.") == !isSweep)
    #expect(text.contains("The same runs give the same bytes.") == isSweep)
  }

  @Test("What the charts say at the cursor has a name, and is heard once")
  func readouts() throws {
    let page = PageReader(try PageFixture.page(.replay))
    let first = try #require(page.all("path").first { $0.attributes["data-values"] != nil })
    #expect(first.attributes["data-name"] == "served")
    let outputs = page.all("output")
    #expect(!outputs.isEmpty && outputs.allSatisfy { $0.attributes["aria-live"] == "off" })
  }

  @Test("A plane of 64 by 64 points is drawn whole")
  func plane() throws {
    let page = try PageFixture.plane(64)
    #expect(page.utf8.count < PageDetail.bytesMax)
    let read = PageReader(page)
    #expect(read.error == nil && read.all("td").count >= 2 * 64 * 64)
  }

  // MARK: Contrast

  /// The relative luminance of WCAG 2.2.
  private func luminance(_ colour: UInt32) -> Double {
    let shifts: [UInt32] = [16, 8, 0]
    let parts = shifts.map { shift -> Double in
      let part = Double(colour >> shift & 0xFF) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ first: UInt32, _ second: UInt32) -> Double {
    let values = [luminance(first), luminance(second)].sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }

  @Test("Texts and lines can be told from both grounds", arguments: PagePalette.Role.allCases)
  func contrast(role: PagePalette.Role) throws {
    #expect(contrast(0xFFFFFF, 0x000000) == 21)
    guard let least = role.contrastMin else { return }
    for palette in [PagePalette.light, .dark] {
      for ground in [PagePalette.Role.ground, .surface] {
        let value = contrast(palette[role], palette[ground])
        #expect(value >= least, "\(role) on \(ground): \(value)")
      }
    }
  }

  @Test("Numbers in heat maps and signs in phase diagrams can be read on their fills")
  func fills() throws {
    for level in PagePalette.heat { #expect(contrast(level.fill, level.text) >= 4.5) }
    // In lightness alone the order is that of the values.
    let order = PagePalette.heat.map { luminance($0.fill) }
    #expect(order == order.sorted(by: >))
    let rule = try Regex("background:#([0-9a-f]{6});color:#([0-9a-f]{3,6})[;}]")
    var count = 0
    for match in PageStyle.text.matches(of: rule) {
      func colour(_ index: Int) throws -> UInt32 {
        let digits = String(try #require(match[index].substring))
        let long = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : digits
        return try #require(UInt32(long, radix: 16))
      }
      count += 1
      #expect(try contrast(colour(1), colour(2)) >= 4.5, "\(match.0)")
    }
    #expect(count >= PagePalette.heat.count + 5)
  }
}
