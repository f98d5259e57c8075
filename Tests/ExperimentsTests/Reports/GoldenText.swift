import Foundation
import Testing

/// Texts that are compared with stored files.
///
/// `HINDSIGHT_RECORD=1 swift test` writes the files anew; the difference is then a reviewed change.
enum GoldenText {
  private static var folder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/Reports")
  }

  static func expect(
    _ text: String, is name: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["HINDSIGHT_RECORD"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let stored = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    guard text != stored else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let storedLines = stored.split(separator: "\n", omittingEmptySubsequences: false)
    let place = zip(lines, storedLines).prefix { $0 == $1 }.count
    Issue.record(
      """
      \(name) differs from line \(place + 1) on:
        stored: \(place < storedLines.count ? String(storedLines[place]) : "(end)")
        now:    \(place < lines.count ? String(lines[place]) : "(end)")
      HINDSIGHT_RECORD=1 writes it anew. All of it now:
      \(text)
      """, sourceLocation: location)
  }
}
