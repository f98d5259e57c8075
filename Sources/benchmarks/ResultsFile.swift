import Foundation

/// What `--json` writes: the figures, and what they were measured on.
struct ResultsFile: Codable {
  let date: String
  let commit: String
  let processor: String
  let cores: Int
  let isQuick: Bool
  let benchmarks: [Measurement]
  let ratios: [String: Double]

  init(_ benchmarks: [Measurement], ratios: [String: Double], isQuick: Bool) {
    date = Self.today
    commit = Self.output("git", "rev-parse", "HEAD") ?? "unknown"
    processor = Self.processorModel ?? "unknown"
    cores = ProcessInfo.processInfo.activeProcessorCount
    self.isQuick = isQuick
    self.benchmarks = benchmarks
    self.ratios = ratios
  }

  /// Where results are kept when no file is named.
  static var usualPath: String { "results/benchmarks/\(today).json" }

  /// Writes a temporary file and renames it, so that no half of a file is ever left.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try encoder.encode(self).write(to: url, options: .atomic)
  }

  private static var today: String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyy-MM-dd"
    return formatter.string(from: Date())
  }

  private static var processorModel: String? {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") })
    else { return nil }
    return line.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static func output(_ command: String...) -> String? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0, let text = String(bytes: data, encoding: .utf8) else {
      return nil
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
