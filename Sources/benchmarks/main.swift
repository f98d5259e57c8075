import SimulationKernel

struct Rng {
  var s: UInt64 = 88172645463325252
  mutating func next() -> UInt64 {
    s ^= s << 13; s ^= s >> 7; s ^= s << 17
    return s
  }
  /// -ln(u), quick, about 1e-5 accurate
  @inline(__always) mutating func exponential(_ mean: Double) -> Int64 {
    let bits = next() | 1
    let lz = bits.leadingZeroBitCount
    let m = Double(bitPattern: 0x3FF0_0000_0000_0000 | ((bits << UInt64(lz)) << 1) >> 12)
    // ln(m), m in [1,2): atanh series
    let t = (m - 1) / (m + 1)
    let t2 = t * t
    let ln = 2 * t * (1 + t2 * (1 / 3.0 + t2 * (0.2 + t2 * (1 / 7.0))))
    let value = Double(lz + 1) * 0.6931471805599453 - ln
    return Int64(value * mean)
  }
}
struct Ev: BitwiseCopyable, Sendable { var a: UInt64; var b: UInt64 }

@inline(__always)
func hold(_ name: String, n: Int, ops: Int, _ increment: (inout Rng) -> Int64) {
  var best = Double.infinity
  var all: [Double] = []
  var bytes = 0
  for _ in 0..<(n >= 1_000_000 ? 2 : 5) {
    var queue = EventQueue<Ev>()
    var rng = Rng()
    for i in 0..<n { queue.push(Ev(a: UInt64(i), b: 0), at: Instant(nanoseconds: increment(&rng))) }
    var check: UInt64 = 0
    // warm up
    for _ in 0..<2 * n {
      guard let (t, e) = queue.pop() else { break }
      queue.push(e, at: Instant(nanoseconds: t.nanoseconds + increment(&rng)))
    }
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<ops {
      guard let (t, e) = queue.pop() else { break }
      check = check &* 31 &+ e.a
      queue.push(e, at: Instant(nanoseconds: t.nanoseconds + increment(&rng)))
    }
    let d = clock.now - start
    let ns = (Double(d.components.seconds) * 1e9 + Double(d.components.attoseconds) / 1e9) / Double(ops)
    best = min(best, ns)
    all.append(ns)
    bytes = queue.allocatedBytes
    if check == 1 { print("x") }
  }
  all.sort()
  print(name, n, "min", Int(best * 10), "med", Int(all[all.count / 2] * 10), "(x0.1ns)", "B/ev", bytes / n)
}
let sizes = CommandLine.arguments.contains("big") ? [1_000, 100_000, 1_000_000, 10_000_000] : [1_000, 100_000, 1_000_000]
for n in sizes {
  hold("exp", n: n, ops: max(2_000_000, n)) { $0.exponential(1e9) }
}
for n in [1,2] { hold("exp", n: n, ops: 5_000_000) { $0.exponential(1e9) } }
for n in [1_000, 100_000, 1_000_000] {
  hold("ties1ns", n: n, ops: max(2_000_000, n)) { Int64($0.next() >> 62) }
  hold("ties1s", n: n, ops: max(2_000_000, n)) { Int64($0.next() >> 62) * 1_000_000_000 }
  hold("bimodal", n: n, ops: max(2_000_000, n)) { r in r.exponential(r.next() % 10 == 0 ? 1e10 : 1e7) }
}
