/// Requests as text.
enum RequestText {
  static let form = "application/x-www-form-urlencoded"

  static func head(
    _ method: String, _ target: String, contentType: String?, length: Int, extra: String = ""
  ) -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n"
      + (contentType.map { "Content-Type: \($0)\r\n" } ?? "") + extra + "\r\n"
  }
}
