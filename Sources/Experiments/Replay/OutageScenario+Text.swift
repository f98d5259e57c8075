import Scenarios
import Systems

extension OutageScenario {
  /// Reads a scenario's text, applies patches from left to right, and checks what comes of them.
  ///
  /// The scenario's default hypothesis is applied first unless `patches` name another one.
  ///
  /// - Parameters:
  ///   - text: JSON with comments.
  ///   - name: What errors call the text, such as its file.
  ///   - patches: Changes, in the words of the command line.
  /// - Throws: Every error of the named patches, of the selection, or of the parameters.
  public init(
    _ text: String, name: String, patches: [PatchSelection] = []
  ) throws(ScenarioErrors) {
    let file = try ScenarioFile(ScenarioDocument(name: name, text: text))
    self = try OutageScenario(file.resolve(patches).document)
  }
}
