import Systems
import Testing

@Suite("Occurrence")
struct OccurrenceTests {
  @Test("An occurrence comes back from the words of a log", arguments: Occurrence.Kind.allCases)
  func packs(kind: Occurrence.Kind) {
    for sort in Occurrence.Subject.Sort.allCases {
      for detail in [0, 1, 12_345, Occurrence.detailMax] {
        let subject = Occurrence.Subject(sort, 0xFFFF_FFFF)
        let occurrence = Occurrence(kind, subject, detail: detail)
        #expect(
          Occurrence(content: occurrence.content, subject: occurrence.subject.number) == occurrence)
      }
    }
  }

  @Test("A detail that is too large is cut, and leaves the rest alone")
  func cuts() {
    let occurrence = Occurrence(.throttleSet, .company, detail: .max)
    #expect(occurrence.detail == Occurrence.detailMax)
    #expect(Occurrence(content: occurrence.content, subject: 0) == occurrence)
  }

  @Test("There is room for all sorts of subjects")
  func sorts() {
    #expect(Occurrence.Subject.Sort.allCases.allSatisfy { $0.rawValue < 16 })
  }
}
