/// The version of this executable, which every run record names.
enum HindsightVersion {
  static let text = "0.1.0"
  /// When it was made, for manual pages.
  static let date = "November 22, 2026"
}
