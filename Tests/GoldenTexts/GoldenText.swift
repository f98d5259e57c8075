import Foundation

/// Texts that tests compare with stored files under `Tests/Golden`.
///
/// `HINDSIGHT_RECORD=1 swift test` writes the files anew; the difference is then a reviewed change.
public enum GoldenText {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden")

  /// How a text differs from a stored one; for `#expect(… == nil)`.
  ///
  /// - Parameters:
  ///   - text: What this version gives.
  ///   - name: The file, such as `Reports/replay-80.txt`.
  /// - Returns: Where they differ, and the text; nil when they do not.
  /// - Throws: When the file cannot be read or written.
  public static func difference(_ text: String, from name: String) throws -> String? {
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["HINDSIGHT_RECORD"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return nil
    }
    let stored = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    guard text != stored else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let storedLines = stored.split(separator: "\n", omittingEmptySubsequences: false)
    let place = zip(lines, storedLines).prefix { $0 == $1 }.count
    return """
      \(name) differs from line \(place + 1) on:
        stored: \(place < storedLines.count ? String(storedLines[place]) : "(end)")
        now:    \(place < lines.count ? String(lines[place]) : "(end)")
      HINDSIGHT_RECORD=1 writes it anew. All of it now:
      \(text)
      """
  }
}
