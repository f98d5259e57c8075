/// Entries that patches have taken away, such as a step of `operators`, by the patch that did.
///
/// What a later patch says of such an entry would be all that there is of it, and the errors that
/// follow would be about an entry that nobody wrote.
struct EntryRemovals {
  /// Keys whose entries have names of the scenario's own, which no list of parameters knows, and what
  /// every entry of theirs has to say.
  static let dictionaries: [(key: String, required: String)] = [
    ("operators", "action"), ("faults", "kind"), ("alerts", "when"), ("invariants", "that"),
    ("cliffs", "path"),
  ]

  private struct Removal {
    let key: String
    let entry: String
    let place: SourceLocation
    let selection: PatchSelection
  }

  private var removals: [Removal] = []

  /// Looks at the next patch, and remembers what it takes away.
  ///
  /// - Parameters:
  ///   - patch: To be applied next.
  ///   - selection: What it is called.
  ///   - root: What it is to be applied to.
  /// - Returns: An error for each entry that it changes and an earlier patch has taken away. A patch
  ///   that brings the whole entry anew changes nothing that is gone.
  mutating func conflicts(
    with patch: DocumentValue, of selection: PatchSelection, on root: DocumentValue
  ) -> [ScenarioError] {
    var errors: [ScenarioError] = []
    for (key, required) in Self.dictionaries {
      let changes = patch[key]
      // All of them at once.
      if let changes, changes.isNull {
        for member in root[key]?.members ?? [] where !member.value.isNull {
          note(key, member.key, changes.location, selection)
        }
      }
      for member in changes?.members ?? [] {
        if member.value.isNull {
          note(key, member.key, member.value.location, selection)
        } else if let place = removals.firstIndex(where: {
          $0.key == key && $0.entry == member.key
        }) {
          let removal = removals.remove(at: place)
          guard member.value.members != nil, member.value[required] == nil else { continue }
          let name = "\(key).\(DocumentPath.component(member.key))"
          errors.append(
            ScenarioError(
              .conflict,
              "\(selection) changes \(Visible.quoted(name)), which \(removal.selection) takes away",
              at: member.keyLocation, help: "only one of the two can be had",
              notes: [.init("it is taken away here", at: removal.place)]))
        }
      }
    }
    return errors
  }

  private mutating func note(
    _ key: String, _ entry: String, _ place: SourceLocation, _ selection: PatchSelection
  ) {
    guard !removals.contains(where: { $0.key == key && $0.entry == entry }) else { return }
    removals.append(Removal(key: key, entry: entry, place: place, selection: selection))
  }
}
