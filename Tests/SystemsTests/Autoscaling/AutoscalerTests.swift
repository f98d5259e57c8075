import SimulationKernel
import Testing

@testable import Systems

/// The world as the autoscaler sees it.
struct AutoscalerRecorder: Autoscaler.Ports {
  var now = Instant.start
  var sizes: [Int] = []

  mutating func resized(to nodes: Int) { sizes.append(nodes) }
}

/// An autoscaler with its recorder and its group's size.
struct AutoscalerRig {
  var autoscaler: Autoscaler
  var ports = AutoscalerRecorder()

  init(_ settings: String, nodes: String = #"{ "min": 1, "max": 1000 }"#) throws {
    let text = #"{ "autoscaler": \#(settings), "api": { "nodes": \#(nodes) } }"#
    autoscaler = Autoscaler(
      configuration: try reading(text) { Autoscaler.Configuration(reading: &$0) })
  }

  /// Reports a utilisation and returns the size asked for, nil when nothing was.
  mutating func report(_ share: Double, of nodes: Int, fresh: Int = 0, size: Int? = nil) -> Int? {
    let before = ports.sizes.count
    autoscaler.handle(
      .utilisationReported(
        parts: UInt32(share * 1_000_000 + 0.5), settled: UInt16(nodes - fresh),
        fresh: UInt16(fresh), size: UInt16(size ?? nodes)),
      through: &ports)
    return ports.sizes.count > before ? ports.sizes.last : nil
  }

  mutating func wait(_ span: Duration) { ports.now = ports.now + span }
}

@Suite("Autoscaler")
struct AutoscalerTests {
  @Test(
    "The pod autoscaler asks for the ceiling of replicas x metric / target",
    arguments: [
      (10, 0.9, 15), (10, 0.66, nil), (10, 0.67, 12), (10, 0.54, nil), (100, 0.61, nil),
      (3, 0.95, 5),
    ] as [(Int, Double, Int?)])
  func podCeiling(nodes: Int, utilisation: Double, expected: Int?) throws {
    var rig = try AutoscalerRig(#"{ "policy": "horizontalPod", "target": 0.6 }"#)
    let wanted = rig.report(utilisation, of: nodes)
    #expect(wanted == expected)
  }

  @Test("Per interval the pod autoscaler at most doubles, or adds four")
  func podStepLimit() throws {
    for (nodes, expected) in [(1, 5), (3, 7), (4, 8), (5, 10), (100, 200)] {
      var rig = try AutoscalerRig(#"{ "policy": "horizontalPod", "target": 0.1 }"#)
      let wanted = rig.report(1, of: nodes)
      #expect(wanted == expected)
    }
  }

  @Test("The limit is one of 15 seconds, however often the pod autoscaler looks")
  func podStepPeriod() throws {
    var rig = try AutoscalerRig(
      #"{ "policy": "horizontalPod", "target": 0.1, "interval": "5s" }"#)
    #expect(rig.report(1, of: 10) == 20)
    rig.wait(.seconds(5))
    #expect(rig.report(1, of: 20) == nil)
    rig.wait(.seconds(5))
    #expect(rig.report(1, of: 20) == nil)
    rig.wait(.seconds(5))
    #expect(rig.report(1, of: 20) == 40, "the first step is 15 s old")
  }

  @Test("Downwards the pod autoscaler follows the highest wish of the last five minutes")
  func podStabilisation() throws {
    var rig = try AutoscalerRig(#"{ "policy": "horizontalPod", "target": 0.5 }"#)
    #expect(rig.report(0.5, of: 100) == nil)
    rig.wait(.minutes(1))
    #expect(rig.report(0.4, of: 100) == nil, "a wish for 80, under the 100 of a minute ago")
    rig.wait(.minutes(3))
    #expect(rig.report(0.25, of: 100) == nil)
    rig.wait(.seconds(90))
    #expect(rig.report(0.25, of: 100) == 80, "the 100 is older than five minutes, the 80 is not")
    rig.wait(.minutes(5))
    #expect(rig.report(0.25, of: 80) == 50)
  }

  @Test(
    "A managed group rounds away from under-provision: 1.5 more are 2, 1.5 fewer are 1",
    arguments: [(0.69, 12), (0.51, 9), (0.6, nil), (0.6001, 11)] as [(Double, Int?)])
  func groupRounding(utilisation: Double, expected: Int?) throws {
    var rig = try AutoscalerRig(#"{ "target": 0.6, "stabilisation": "0s" }"#)
    let wanted = rig.report(utilisation, of: 10)
    #expect(wanted == expected)
  }

  @Test("A managed group keeps the size that the peak of its stabilisation period needs")
  func groupStabilisation() throws {
    var rig = try AutoscalerRig(#"{ "target": 0.5, "stabilisation": "10m" }"#)
    #expect(rig.report(0.75, of: 100) == 150)
    rig.wait(.minutes(9))
    #expect(rig.report(0.2, of: 150) == nil)
    rig.wait(.minutes(1))
    #expect(rig.report(0.2, of: 150) == nil, "ten minutes old still counts")
    rig.wait(.seconds(1))
    #expect(rig.report(0.2, of: 150) == 60)
    #expect(rig.autoscaler.scaleOuts == 1 && rig.autoscaler.scaleIns == 1)
  }

  @Test("The size stays between its bounds", arguments: ["managedGroup", "horizontalPod"])
  func bounds(policy: String) throws {
    let settings =
      #"{ "policy": "\#(policy)", "target": 0.5, "stabilisation": "0s", "downStabilisation": "0s" }"#
    var rig = try AutoscalerRig(settings, nodes: #"{ "min": 8, "max": 12 }"#)
    #expect(rig.report(1, of: 10) == 12)
    rig.wait(.seconds(1))
    #expect(rig.report(0, of: 12) == 8)
  }

  @Test("Scale-in control takes away so many nodes per window, and no more")
  func scaleIn() throws {
    var rig = try AutoscalerRig(
      #"{ "target": 0.5, "stabilisation": "0s", "scaleIn": { "max": 5, "window": "10m" } }"#)
    #expect(rig.report(0.25, of: 100) == 95)
    rig.wait(.minutes(5))
    #expect(rig.report(0.25, of: 95) == nil)
    rig.wait(.minutes(6))
    #expect(rig.report(0.25, of: 95) == 90)
  }

  @Test("While the metric is older than the order, nothing is ordered twice")
  func noOvershoot() throws {
    var rig = try AutoscalerRig(#"{ "target": 0.5, "lag": "60s" }"#)
    #expect(rig.report(0.75, of: 100) == 150)
    // Four more reports from before the order took effect.
    for _ in 0..<4 {
      rig.wait(.seconds(15))
      #expect(rig.report(0.75, of: 100) == nil)
    }
    rig.wait(.seconds(15))
    #expect(rig.report(0.5, of: 150) == nil)
  }

  @Test("A group whose nodes vanished is told its size again, once the metric is new enough")
  func vanished() throws {
    var rig = try AutoscalerRig(#"{ "target": 0.5, "lag": "60s" }"#)
    #expect(rig.report(0.75, of: 100) == 150)
    rig.wait(.seconds(120))
    #expect(rig.report(0.5, of: 150) == nil)
    rig.wait(.seconds(15))
    #expect(rig.report(0.75, of: 100) == 150)
    #expect(rig.autoscaler.scaleOuts == 1, "it is no new decision")
  }

  @Test("What nodes that still initialise seem to need is not extrapolated")
  func fresh() throws {
    var rig = try AutoscalerRig(#"{ "target": 0.5, "stabilisation": "0s" }"#)
    // 80 settled nodes need 160, 20 fresh ones count as they are.
    #expect(rig.report(1, of: 100, fresh: 20) == 180)
  }

  @Test("Switched off it never asks")
  func off() throws {
    var rig = try AutoscalerRig(#"{ "policy": "off" }"#)
    for share in [0, 0.5, 1.0] { #expect(rig.report(share, of: 10) == nil) }
  }

  @Test("No serving nodes at all are answered with the fewest allowed")
  func noNodes() throws {
    for policy in ["managedGroup", "horizontalPod"] {
      var rig = try AutoscalerRig(
        #"{ "policy": "\#(policy)", "stabilisation": "0s", "downStabilisation": "0s" }"#,
        nodes: #"{ "min": 3, "max": 9 }"#)
      #expect(rig.report(1, of: 0, size: 5) == 3)
    }
  }

  @Test("A minimum above the maximum is an error in the scenario")
  func refuses() throws {
    let found = try complaints(about: #"{ "api": { "nodes": { "min": 10, "max": 9 } } }"#) {
      Autoscaler.Configuration(reading: &$0)
    }
    #expect(found.contains("api.nodes.min"))
  }
}
