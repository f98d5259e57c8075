import SimulationKernel
import Testing

@testable import Systems

@Suite("OutageConfiguration")
struct OutageConfigurationTests {
  @Test(
    "Values that cannot be together are refused, with the reason",
    arguments: [
      (
        #"{ "network": { "access": { "min": "1s", "max": "0s" } } }"#,
        "'network.access.min' is above 'network.access.max'"
      ),
      (
        #"{ "clients": { "invalidSessionWait": { "min": "60s", "max": "0s" } } }"#,
        "'clients.invalidSessionWait.min' is above 'clients.invalidSessionWait.max'"
      ),
      (
        #"{ "guilds": { "retryDelay": { "min": "5m", "max": "10ms" } } }"#,
        "'guilds.retryDelay.min' is above 'guilds.retryDelay.max'"
      ),
      (
        #"{ "watcher": { "cycle": { "min": "1s", "max": "5ms" } } }"#,
        "'watcher.cycle.min' is above 'watcher.cycle.max'"
      ),
      (
        #"{ "faults": { "f": { "kind": "elixirNodes", "at": "00:01:00", "cluster": "other", "count": 61 } } }"#,
        "61 nodes are more than the 60 of the cluster"
      ),
      (
        #"{ "etcd": { "members": 2 }, "faults": { "f": { "kind": "etcdMemberPartitioned", "at": "00:01:00" } } }"#,
        "the fault 'f' cuts a member off, and of 2 no majority is left"
      ),
      (
        #"{ "etcd": { "members": 1 }, "faults": { "f": { "kind": "etcdLeaderLost", "at": "00:01:00" } } }"#,
        "the fault 'f' takes the leader away, and of 1 no majority is left"
      ),
    ])
  func conflicts(scenario: String, message: String) throws {
    let found = try complaints(about: scenario) {
      OutageConfiguration(scale: Scale(1, in: 1), reading: &$0)
    }
    #expect(found.contains(message), "\(found)")
  }
}
