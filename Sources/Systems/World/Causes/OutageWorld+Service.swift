extension OutageWorld {
  /// Whether a client is served, and which of its guilds are not loaded, each once.
  ///
  /// - Precondition: There is such a client.
  public func service(
    of client: ClientID
  ) -> (isServed: Bool, missing: [Occurrence.Subject]) {
    let memberships = clients.memberships
    var missing: [Occurrence.Subject] = []
    for place in 0..<memberships.guildsPerClient where memberships.guildCount > 0 {
      let guild = memberships.guild(of: client, place: place)
      let subject = Occurrence.Subject.guild(guild)
      if elixir.guildStatus[guild.index] != .loaded, !missing.contains(subject) {
        missing.append(subject)
      }
    }
    return (clients.isServed(client), missing)
  }
}
