import SimulationKernel
import Testing

@testable import Systems

@Suite("ServiceMetadata")
struct ServiceMetadataTests {
  private func endpoint(_ text: String) -> APINodeID? {
    ServiceMetadata.endpoint(parsing: Array(text.utf8))
  }

  @Test(
    "What a node announces is read back as that node", arguments: [0, 1, 255, 256, 501, 65_534])
  func roundTrip(number: UInt16) {
    #expect(endpoint(ServiceMetadata.text(of: APINodeID(number))) == APINodeID(number))
  }

  @Test("Metadata that is cut at any byte does not parse, the empty text first")
  func truncated() {
    let bytes = Array(ServiceMetadata.text(of: APINodeID(501)).utf8)
    for length in bytes.indices {
      #expect(ServiceMetadata.endpoint(parsing: Array(bytes[..<length])) == nil, "\(length) bytes")
    }
  }

  @Test(
    "Wrong types, missing members and texts around it do not parse",
    arguments: [
      "null", "3", "[]", "{}", #"{"address":"10.32.0.1"}"#, #"{"port":8080}"#,
      #"{"address":"10.32.0.1","port":"8080"}"#, #"{"address":167772161,"port":8080}"#,
      #"{"address":["10.32.0.1"],"port":8080}"#, #"{"address":null,"port":8080}"#,
      #"{"address":"10.32.0.1","port":8080}}"#, #"x{"address":"10.32.0.1","port":8080}"#,
    ])
  func wrong(text: String) {
    #expect(endpoint(text) == nil)
  }

  @Test(
    "Only plain dotted addresses of the API's network are its nodes'",
    arguments: [
      "10.32.0", "10.32.0.1.2", "10.32.0.256", "10.32.-1.1", "10.32.+1.1", "10.33.0.1", "11.32.0.1",
      "10.32..1", " 10.32.0.1", "10.32.0.1 ", "", "localhost", "10.32.0x1.1", "10.32.001.1",
    ])
  func addresses(address: String) {
    #expect(endpoint(#"{"address":"\#(address)","port":8080}"#) == nil)
  }

  @Test("Bytes that are no text do not parse")
  func noText() {
    #expect(ServiceMetadata.endpoint(parsing: [0xFF, 0xFE]) == nil)
    #expect(ServiceMetadata.endpoint(parsing: [0]) == nil)
  }
}
