import SimulationKernel
import Systems

extension EtcdSemanticsJudge {
  mutating func judgeReplays() {
    let last = Int64(clamping: server.store.index)
    if let replays = recording.replays {
      judge("wait_index_replay", replays.count) { judge, step, differences in
        // One before the last change, at it, and behind it.
        let index = last - 1 + Int64(step)
        let response = judge.send("GET", "/l?wait=true&recursive=true&waitIndex=\(index)")
        judge.compare("raw", replays[step].text, judge.text(of: response), &differences)
        return "watch from the last index \(step - 1)"
      }
    }
    let watch = waiting(send("GET", "/l?wait=true"))
    if let poll = recording.quietDirectory {
      judge("non_recursive_watch_on_dir_no_event_timeout") { _, _, differences in
        differences.compare("told", poll.text != nil, watch == nil)
        return "watch of a directory"
      }
    }
    _ = send("PUT", "/l/a", [("value", "nr")])
    let isTold = server.deliveries.contains { $0.watch == watch }
    if let poll = recording.childOfDirectory {
      judge("non_recursive_watch_on_dir_child_put") { _, _, differences in
        differences.compare("told", poll.text != nil, isTold)
        return "put below a watched directory"
      }
    }
    _ = send("PUT", "/m/k", [("value", "1")])
    let child = waiting(send("GET", "/m/k?wait=true"))
    _ = send("DELETE", "/m?recursive=true")
    let told = server.deliveries.first { $0.watch == child }
    if let poll = recording.removedParent {
      judge("watch_child_parent_recursively_deleted") { judge, _, differences in
        judge.compare(
          "raw", poll.text, told.map { judge.server.store.json(of: $0.event) }, &differences)
        return "delete of the directory above"
      }
    }
  }

  // MARK: History

  mutating func judgeHistory() {
    _ = send("PUT", "/z", [("value", "0")])
    let base = Int64(clamping: server.store.index)
    for number in 0..<1_010 { _ = send("PUT", "/z", [("value", "\(number)")]) }
    let last = Int64(clamping: server.store.index)
    if let edges = recording.edges {
      judge("event_history_1000", edges.count) { judge, step, differences in
        let edge = edges[step]
        let response = judge.send("GET", "/z?wait=true&waitIndex=\(last - edge.back)")
        differences.compare("status", edge.status, response.map { Int64($0.status) })
        var (code, back): (Int64?, Int64?) = (nil, nil)
        switch response?.body {
        case .failed(let failure): code = Int64(failure.code.rawValue)
        case .watching(.replayed(let event)): back = last - Int64(clamping: event.index)
        default: break
        }
        differences.compare("result.errorCode", edge.errorCode, code)
        differences.compare("result.modifiedIndex behind last", edge.replayedBack, back)
        return "watch from last-\(edge.back)"
      }
    }
    let stale = send("GET", "/l/b?wait=true&waitIndex=\(max(0, base - 5))")
    if let poll = recording.staleIndex {
      judge("stale_waitIndex_on_quiet_key") { judge, _, differences in
        differences.compare("status", poll.status, stale.map { Int64($0.status) })
        let code = { (text: String?) in
          text.map { $0.prefix { $0 != "," }.description }
        }
        differences.compare("raw", code(poll.text), code(judge.text(of: stale)))
        return "watch of a quiet key from an old index"
      }
    }
  }

  /// A refresh moves the modified index and is not found again.
  mutating func judgeRefresh() {
    _ = send("PUT", "/r", [("value", "v"), ("ttl", "60")])
    let before = node(send("GET", "/r"))
    _ = send("PUT", "/r", [("ttl", "60"), ("refresh", "true"), ("prevExist", "true")])
    let after = node(send("GET", "/r"))
    if let moved = recording.refreshMoves {
      judge("refresh_index") { _, _, differences in
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
        judge.compare("raw", poll.text, judge.text(of: replay), &differences)
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
