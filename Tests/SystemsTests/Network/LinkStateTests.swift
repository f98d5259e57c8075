import SimulationKernel
import Testing

@testable import Systems

@Suite("Faults of links")
struct LinkStateTests {
  private static func network() throws -> Network {
    let configuration = try reading("{}") { Network.Configuration(reading: &$0) }
    return Network(configuration: configuration, faults: [], seed: 1)
  }

  private static func message(
    _ link: Link, isAnswer: Bool = false, _ word: UInt64 = 1
  ) -> Network.Message {
    Network.Message(link: link, isAnswer: isAnswer, word: word)
  }

  @Test("A fault meets its own link and no other, and heals")
  func ownLink() throws {
    var network = try Self.network()
    var ports = NetworkRecorder()
    for link in Link.allCases {
      network.handle(.linkChanged(.partition, on: link, isOver: false), through: &ports)
      #expect(network.areOtherLinksSound == (link == .apiToEtcd))
      for other in Link.allCases {
        let fate = network.fate(of: Self.message(other), at: .start)
        #expect(fate == (other == link ? .vanishes : .arrives))
      }
      network.handle(.linkChanged(.partition, on: link, isOver: true), through: &ports)
      #expect(network.areOtherLinksSound && network.links[link.index].isSound)
    }
  }

  @Test("What each kind of fault does to requests and to answers")
  func kinds() throws {
    typealias Case = (fault: LinkFault, request: Network.Fate, answer: Network.Fate)
    let cases: [Case] = [
      (.delay(.seconds(3)), .comesLate(.seconds(3)), .comesLate(.seconds(3))),
      (.partition, .vanishes, .vanishes), (.halfOpen, .arrives, .vanishes),
      (.duplicate, .comesTwice, .arrives), (.loss(parts: 0), .arrives, .arrives),
    ]
    for (fault, request, answer) in cases {
      var network = try Self.network()
      var ports = NetworkRecorder()
      network.handle(.linkChanged(fault, on: .apiToScylla, isOver: false), through: &ports)
      #expect(network.fate(of: Self.message(.apiToScylla), at: .start) == request)
      #expect(network.fate(of: Self.message(.apiToScylla, isAnswer: true), at: .start) == answer)
    }
  }

  @Test("A lossy link makes that share of the messages late, by time-outs that double")
  func loss() throws {
    var network = try Self.network()
    var ports = NetworkRecorder()
    network.handle(
      .linkChanged(.loss(parts: 200_000), on: .sessionsToAPI, isOver: false), through: &ports)
    var counts = [0, 0, 0]
    for word in 0..<10_000 as Range<UInt64> {
      switch network.fate(of: Self.message(.sessionsToAPI, word), at: second(5)) {
      case .arrives: counts[0] += 1
      case .comesLate(.milliseconds(200)): counts[1] += 1
      case .comesLate(.milliseconds(600)): counts[2] += 1
      case .comesLate, .vanishes, .comesTwice: break
      }
    }
    for (count, share) in zip(counts, [0.8, 0.16, 0.032]) {
      let expected = 10_000 * share
      #expect(abs(Double(count) - expected) < 4 * (expected * (1 - share)).squareRoot())
    }
  }

  @Test("The announces' link loses answers when it is half open, and doubles requests")
  func announces() throws {
    let announcement = EtcdClusterRig.announcement(1)
    for (fault, arrivals) in [(.halfOpen, 1), (.duplicate, 2)] as [(LinkFault, Int)] {
      var network = try Self.network()
      var ports = NetworkRecorder()
      network.handle(.linkChanged(fault, on: .apiToEtcd, isOver: false), through: &ports)
      network.handle(.connectionOpened(announcement), through: &ports)
      #expect(ports.arrivals.count == arrivals)
      network.handle(.responseSent(announcement, status: 200), through: &ports)
      #expect(ports.answers.map(\.outcome) == [fault == .halfOpen ? .timedOut : .stored])
    }
  }

  @Test("`network.loss` makes messages late on every link, each with its own luck")
  func configuredLoss() throws {
    for (loss, share) in [("0%", 0.0), ("25%", 0.25)] {
      let links = try reading(#"{ "network": { "loss": "\#(loss)", "latency": { "sigma": 0 } } }"#)
      {
        let network = Network.Configuration(reading: &$0)
        return Links(LinkConfiguration(reading: &$0, network: network), seed: 3)
      }
      for link in Link.allCases {
        let late = (0..<4_000 as Range<UInt64>).filter {
          links.latency(link, for: $0, draw: 0) > .milliseconds(1)
        }
        #expect(abs(Double(late.count) - 4_000 * share) <= 4 * (4_000 * share).squareRoot())
      }
    }
  }
}
