extension Etcd {
  /// Why etcd refused an operation.
  ///
  /// A refused operation does not move the index.
  public struct Failure: Error, Equatable, Sendable {
    /// etcd's error codes.
    public enum Code: UInt16, Sendable {
      case keyNotFound = 100
      case compareFailed = 101
      case notAFile = 102
      case notADirectory = 104
      case keyExists = 105
      case rootIsReadOnly = 107
      case directoryNotEmpty = 108
      case previousValueRequired = 201
      case ttlNotANumber = 202
      case indexNotANumber = 203
      case invalidField = 209
      case invalidForm = 210
      case valueOnRefresh = 211
      case ttlRequiredOnRefresh = 212
      case raftInternal = 300
      case leaderElection = 301
      case historyCleared = 401
    }

    /// What etcd's `cause` text is made of.
    public enum Cause: Equatable, Sendable {
      case path(Key)
      case text(String)
      /// The parts that did not match; nil where that part was not asked for or did match.
      case comparison(
        wantedValue: Value?, foundValue: Value, wantedIndex: UInt64?, foundIndex: UInt64)
      case cleared(start: UInt64, requested: UInt64)
    }

    public var code: Code
    public var cause: Cause
    /// etcd's index at that moment; 0 when the request was refused before it reached the store.
    public var index: UInt64

    public init(_ code: Code, _ cause: Cause, index: UInt64) {
      self.code = code
      self.cause = cause
      self.index = index
    }

    /// The HTTP status that goes with the code.
    public var status: Int {
      switch code {
      case .keyNotFound: 404
      case .notAFile, .directoryNotEmpty: 403
      case .compareFailed, .keyExists: 412
      case .raftInternal, .leaderElection: 500
      case .notADirectory, .rootIsReadOnly, .previousValueRequired, .ttlNotANumber,
        .indexNotANumber, .invalidField, .invalidForm, .valueOnRefresh, .ttlRequiredOnRefresh,
        .historyCleared:
        400
      }
    }

    /// etcd's fixed text for the code.
    public var message: String {
      switch code {
      case .keyNotFound: "Key not found"
      case .compareFailed: "Compare failed"
      case .notAFile: "Not a file"
      case .notADirectory: "Not a directory"
      case .keyExists: "Key already exists"
      case .rootIsReadOnly: "Root is read only"
      case .directoryNotEmpty: "Directory not empty"
      case .previousValueRequired: "PrevValue is Required in POST form"
      case .ttlNotANumber: "The given TTL in POST form is not a number"
      case .indexNotANumber: "The given index in POST form is not a number"
      case .invalidField: "Invalid field"
      case .invalidForm: "Invalid POST form"
      case .valueOnRefresh: "Value provided on refresh"
      case .ttlRequiredOnRefresh: "A TTL must be provided on refresh"
      case .raftInternal: "Raft Internal Error"
      case .leaderElection: "During Leader Election"
      case .historyCleared: "The event in requested index is outdated and cleared"
      }
    }
  }
}
