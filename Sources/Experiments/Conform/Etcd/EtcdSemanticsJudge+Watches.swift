import SimulationKernel
import Systems

extension EtcdSemanticsJudge {
  /// What a client read: of a long poll the header was written when it began.
  struct Told {
    var status: Int64
    var text: String
    var etcdIndex: Int64
  }

  /// The answer to a request, unless it waits.
  func answered(_ response: Etcd.Response?) -> Told? {
    guard let response, let text = text(of: response) else { return nil }
    return Told(
      status: Int64(response.status), text: text, etcdIndex: Int64(clamping: response.etcdIndex))
  }

  /// What the last request brought to a long poll that was waiting.
  func told(_ watch: Etcd.Response?) -> Told? {
    guard case .watching(.waiting(let id))? = watch?.body,
      let delivery = server.deliveries.first(where: { $0.watch == id })
    else { return nil }
    return Told(
      status: 200, text: server.store.json(of: delivery.event),
      etcdIndex: Int64(clamping: watch?.etcdIndex ?? 0))
  }

  func compare(
    _ poll: EtcdSemantics.Poll, _ told: Told?, _ differences: inout Differences
  ) {
    differences.compare("exc", poll.exception, told == nil ? "TimeoutError" : nil)
    differences.compare("status", poll.status, told?.status)
    compare("raw", poll.text, told?.text, &differences)
    differences.compare("x_etcd_index", poll.etcdIndex, told?.etcdIndex)
  }

  mutating func judgeReplays() {
    let last = node(send("GET", "/l/b")).map { Int64(clamping: $0.modifiedIndex) } ?? 0
    if let replays = recording.replays {
      judge("wait_index_replay", replays.count) { judge, step, differences in
        if step == 0 {
          differences.compare("modifiedIndex_of_last", judge.recording.replayedIndex, last)
        }
        // One before the last change, at it, and behind it.
        judge.catchUp(to: replays[step].etcdIndex)
        let response = judge.send(
          "GET", "/l?wait=true&recursive=true&waitIndex=\(last - 1 + Int64(step))")
        judge.compare(replays[step], judge.answered(response), &differences)
        return "watch from the last index \(step - 1)"
      }
    }
    let watch = send("GET", "/l?wait=true")
    if let poll = recording.quietDirectory {
      judge("non_recursive_watch_on_dir_no_event_timeout") { judge, _, differences in
        judge.compare(poll, judge.answered(watch), &differences)
        return "watch of a directory"
      }
    }
    _ = send("PUT", "/l/a", [("value", "nr")])
    if let poll = recording.childOfDirectory {
      judge("non_recursive_watch_on_dir_child_put") { judge, _, differences in
        judge.compare(poll, judge.told(watch), &differences)
        return "put below a watched directory"
      }
    }
    let removed = recording.removedParent
    catchUp(to: index(before: removed?.text, "createdIndex"))
    _ = send("PUT", "/m/k", [("value", "1")])
    catchUp(to: removed?.etcdIndex)
    let child = send("GET", "/m/k?wait=true")
    catchUp(to: index(before: removed?.text))
    _ = send("DELETE", "/m?recursive=true")
    if let removed {
      judge("watch_child_parent_recursively_deleted") { judge, _, differences in
        judge.compare(removed, judge.told(child), &differences)
        return "delete of the directory above"
      }
    }
  }

  // MARK: History

  mutating func judgeHistory() {
    let (recordedBase, recordedLast) = recordedHistory
    catchUp(to: recordedBase.map { $0 - 1 })
    _ = send("PUT", "/z", [("value", "0")])
    let base = Int64(clamping: server.store.index)
    catchUp(to: recordedLast.map { $0 - 1_010 })
    for number in 0..<1_010 { _ = send("PUT", "/z", [("value", "\(number)")]) }
    let last = Int64(clamping: server.store.index)
    if let edges = recording.edges {
      judge("event_history_1000", edges.count) { judge, step, differences in
        let edge = edges[step]
        judge.catchUp(to: edge.index)
        let response = judge.send("GET", "/z?wait=true&waitIndex=\(last - edge.back)")
        differences.compare("status", edge.status, response.map { Int64($0.status) })
        let answer = response.map { EtcdAnswer($0, base: 0, in: judge.server.store) }
        differences.compare("result.errorCode", edge.errorCode, answer?.errorCode)
        differences.compare("result.message", edge.message, answer?.message)
        differences.compare("result.cause", edge.cause, answer?.cause)
        differences.compare("result.index", edge.index, answer?.index)
        differences.compare("result.action", edge.action, answer?.action)
        differences.compare(
          "result.modifiedIndex behind last", edge.replayedBack,
          answer?.node?.modifiedIndex.map { last - $0 })
        return "watch from last-\(edge.back)"
      }
    }
    catchUp(to: recording.staleIndex?.etcdIndex)
    let stale = send("GET", "/l/b?wait=true&waitIndex=\(max(0, base - 5))")
    if let poll = recording.staleIndex {
      judge("stale_waitIndex_on_quiet_key") { judge, _, differences in
        judge.compare(poll, judge.answered(stale), &differences)
        return "watch of a quiet key from an old index"
      }
    }
  }

  /// The indices of the first and the last change of the key whose history is filled, as the causes
  /// of error 401 tell them: `[1037/1025]` names the index that was asked for last.
  private var recordedHistory: (base: Int64?, last: Int64?) {
    let base = recording.staleIndex?.text.flatMap { NeutralText.number(after: "/", in: $0) }
    let edge = recording.edges?.first { $0.cause != nil }
    let last = edge?.cause.flatMap { NeutralText.number(after: "/", in: $0) }
    return (base.map { $0 + 5 }, last.map { $0 + (edge?.back ?? 0) })
  }

  /// A refresh moves the modified index and is not found again.
  mutating func judgeRefresh() {
    catchUp(to: recording.refreshMoves.map { $0.before - 1 })
    _ = send("PUT", "/r", [("value", "v"), ("ttl", "60")])
    let before = node(send("GET", "/r"))
    _ = send("PUT", "/r", [("ttl", "60"), ("refresh", "true"), ("prevExist", "true")])
    let after = node(send("GET", "/r"))
    if let moved = recording.refreshMoves {
      judge("refresh_index") { _, _, differences in
        differences.compare(
          "before", moved.before, before.map { Int64(clamping: $0.modifiedIndex) })
        differences.compare(
          "after_delta", moved.modified, Self.distance(before?.modifiedIndex, after?.modifiedIndex))
        differences.compare(
          "created_delta", moved.created, Self.distance(before?.createdIndex, after?.createdIndex))
        return "refresh"
      }
    }
    let replay = send("GET", "/r?wait=true&waitIndex=\(after?.modifiedIndex ?? 0)")
    if let poll = recording.refreshReplay {
      judge("refresh_event_via_waitIndex") { judge, _, differences in
        judge.compare(poll, judge.answered(replay), &differences)
        return "watch from a refresh"
      }
    }
  }

  private func node(_ response: Etcd.Response?) -> Etcd.Node? {
    if case .listing(let nodes)? = response?.body { nodes.first?.node } else { nil }
  }

  private static func distance(_ from: UInt64?, _ to: UInt64?) -> Int64? {
    guard let from, let to else { return nil }
    return Int64(clamping: to) - Int64(clamping: from)
  }
}
