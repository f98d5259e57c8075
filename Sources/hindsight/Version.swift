/// The version of this executable, which every run record names.
enum HindsightVersion {
  static let text = "0.1.0"
}
