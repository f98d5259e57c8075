import Scenarios

/// What recorded facts and invariants claim, beside what they claim now: one that is weaker than it
/// was would pass whatever the runs do.
enum GoldenClaims {
  /// Words for people, which change nothing that is judged.
  private static let words = ["claim", "source", "title", "why"]

  /// Every value of a recorded fact or invariant that is another now.
  ///
  /// One that is new claims nothing else than before, and one that has gone lacks its verdict.
  static func changes(
    from old: DocumentValue?, to new: DocumentValue?
  ) -> [GoldenDrift.Change] {
    guard let old, let new else { return [] }
    return ["facts", "invariants"].flatMap { kind in
      let present = claims(kind, in: new)
      return claims(kind, in: old).flatMap { id, recorded -> [GoldenDrift.Change] in
        guard let now = present.first(where: { $0.id == id })?.members else { return [] }
        return changes("\(kind).\(id)", from: recorded, to: now)
      }
    }
  }

  private static func changes(
    _ name: String, from old: [DocumentValue.Member], to new: [DocumentValue.Member]
  ) -> [GoldenDrift.Change] {
    let added = new.map(\.key).filter { key in !old.contains { $0.key == key } }
    return (old.map(\.key) + added).filter { !words.contains($0) }.compactMap { key in
      let (before, now) = (value(key, in: old), value(key, in: new))
      guard before != now else { return nil }
      return GoldenDrift.Change(
        name: "\(name).\(key)", old: before.map(text), new: now.map(text))
    }
  }

  private static func value(_ key: String, in members: [DocumentValue.Member]) -> DocumentValue? {
    members.first { $0.key == key }?.value
  }

  private static func text(_ value: DocumentValue) -> String {
    Visible.text(value.string ?? JSONWriter.compact(.document(value)))
  }

  /// By id: a list of entries that have one, or an object; an expression alone is its `that`.
  private static func claims(
    _ kind: String, in document: DocumentValue
  ) -> [(id: String, members: [DocumentValue.Member])] {
    guard let value = document[kind] else { return [] }
    if let entries = value.elements {
      return entries.compactMap { entry in
        entry["id"]?.string.map { ($0, entry.members ?? []) }
      }
    }
    return (value.members ?? []).filter { !$0.value.isNull }.map { member in
      guard member.value.string != nil else { return (member.key, member.value.members ?? []) }
      return (
        member.key,
        [.init(key: "that", keyLocation: member.keyLocation, value: member.value)]
      )
    }
  }
}
