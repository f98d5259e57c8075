import Scenarios

extension ScenarioErrors {
  /// The same errors, where they are of a text that stands for an option's value at that option.
  ///
  /// - Parameters:
  ///   - name: Of the text.
  ///   - place: What the user wrote.
  /// - Returns: All of them; those of other texts are as they were.
  public func moved(from name: String, to place: SourceLocation) -> ScenarioErrors {
    func moved(_ location: SourceLocation?) -> SourceLocation? {
      location?.fileName == name ? place : location
    }
    return ScenarioErrors(
      errors.map { error in
        ScenarioError(
          error.kind, error.message, at: moved(error.location), help: error.help,
          notes: error.notes.map { .init($0.message, at: moved($0.location)) })
      })
  }
}
