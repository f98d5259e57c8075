extension DocumentValue {
  /// This value changed by a JSON Merge Patch (RFC 7396): objects merge, null removes, everything
  /// else replaces.
  ///
  /// Places stay true: what the patch brings keeps its place in the patch, so an error in it points
  /// there, and everything else keeps its own.
  ///
  /// - Parameters:
  ///   - patch: The changes.
  ///   - keepsNulls: Leaves a null where the RFC removes the member. A reader of parameters takes
  ///     both for absent, but only what is still there can be reported as an unknown key.
  /// - Returns: A new value; members keep their order, new ones follow in the order of the patch.
  public func applying(_ patch: DocumentValue, keepsNulls: Bool = false) -> DocumentValue {
    guard let changes = patch.members else { return patch }
    // A value that is not an object becomes an empty one, which belongs to the patch.
    let target = members == nil ? DocumentValue(.object([]), at: patch.location) : self
    var result = target.members ?? []
    // A few changes are found by looking; an index of all members would take longer to make.
    let isScanned = changes.count <= 4
    var index = MemberIndex(isScanned ? [] : result)
    var removed: Set<Int> = []
    for change in changes {
      let position =
        isScanned ? result.firstIndex { $0.key == change.key } : index[change.key]
      if change.value.isNull, !keepsNulls {
        if let position { removed.insert(position) }
      } else if let position {
        let old = result[position]
        let isMerged = old.value.members != nil && change.value.members != nil
        result[position] = Member(
          key: old.key, keyLocation: isMerged ? old.keyLocation : change.keyLocation,
          value: old.value.applying(change.value, keepsNulls: keepsNulls))
      } else {
        let empty = DocumentValue(.null, at: change.value.location)
        index[change.key] = result.count
        result.append(
          Member(
            key: change.key, keyLocation: change.keyLocation,
            value: empty.applying(change.value, keepsNulls: keepsNulls)))
      }
    }
    if !removed.isEmpty {
      result = result.indices.filter { !removed.contains($0) }.map { result[$0] }
    }
    return DocumentValue(.object(result), at: target.location)
  }
}

extension ScenarioDocument {
  /// This document changed by a JSON Merge Patch (RFC 7396).
  public func applying(_ patch: ScenarioDocument) -> ScenarioDocument {
    ScenarioDocument(root: root.applying(patch.root))
  }
}
