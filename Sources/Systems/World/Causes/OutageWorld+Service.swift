extension OutageWorld {
  /// Whether a client is served, and which of its guilds are not loaded, each once.
  ///
  /// - Precondition: There is such a client.
  public func service(
    of client: ClientID
  ) -> (isServed: Bool, missing: [Occurrence.Subject]) {
    let missing = guilds(of: client).filter {
      elixir.guildStatus[Int($0.number)] != .loaded
    }
    return (clients.isServed(client), missing)
  }

  /// The guilds of a client, each once.
  ///
  /// - Precondition: There is such a client.
  public func guilds(of client: ClientID) -> [Occurrence.Subject] {
    let memberships = clients.memberships
    var guilds: [Occurrence.Subject] = []
    for place in 0..<memberships.guildsPerClient where memberships.guildCount > 0 {
      let subject = Occurrence.Subject.guild(memberships.guild(of: client, place: place))
      if !guilds.contains(subject) { guilds.append(subject) }
    }
    return guilds
  }

  /// Whether an API node was there and is no more.
  public func isGone(apiNode number: UInt32) -> Bool {
    Int(number) < api.nodes.count && api.nodes[Int(number)].status == .gone
  }
}
