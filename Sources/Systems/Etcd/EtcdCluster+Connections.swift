import SimulationKernel

extension EtcdCluster {
  /// Requests wait as the events that they are.
  public typealias Listener = Etcd.Listener<Event>

  /// Whether an event is a request on a connection that is yet to be accepted.
  func needsConnection(_ event: Event) -> Bool {
    switch event {
    case .announceArrived, .announceCut, .deregistered, .listRequested: true
    case .watchRequested(let watcher, _):
      isCurrent(watcher) && !connections[place(of: watcher)].isOpen
    case .watchCancelled, .sweepDue, .faultBegan, .faultEnded: false
    }
  }

  /// Leaves a request in the kernel's queue, where its client waits without an answer or an error.
  mutating func hang<P: Ports>(
    _ event: Event, from client: Network.Announcer, _ ports: inout P
  ) {
    totals.connectionsRefused += 1
    // The clients of announces and of listings give up before they would connect again.
    listener.wait(event, keepsTrying: isWatch(event))
    if let announcement = event.answered {
      ports.announceHung(announcement, after: client.timeout)
    }
  }

  private func isWatch(_ event: Event) -> Bool {
    if case .watchRequested = event { true } else { false }
  }

  /// Takes up what hangs, in order, while there are connections free.
  ///
  /// The bytes of a request wait with its connection. A client that has given up meanwhile, or will
  /// before the answer comes, does not take them back: its request is carried out, as a complete one
  /// that is followed by a reset is (24 of 24 recorded), and the answer finds nobody. A watch that was
  /// cancelled costs nothing: the server finds its connection closed.
  mutating func acceptHanging<P: Ports>(from client: Network.Announcer, _ ports: inout P) {
    while let event = listener.acceptNext() {
      accept(event, patience: nil, from: client, &ports)
    }
  }
}

extension EtcdCluster.Event {
  /// The announce whose node waits for the server's answer.
  var answered: Announcement? {
    switch self {
    case .announceArrived(let announcement): announcement
    case .announceCut(let announcement, let box): box.passesAnswer ? announcement : nil
    case .deregistered, .listRequested, .watchRequested, .watchCancelled, .sweepDue, .faultBegan,
      .faultEnded:
      nil
    }
  }
}
