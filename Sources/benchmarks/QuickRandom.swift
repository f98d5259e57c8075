import SimulationKernel

/// Cheap random increments for benchmarks, the same on every machine.
///
/// The generator is xorshift and the logarithm a short series, good to about 2e-4: the point is to
/// load the queue, not to be a good exponential. The models of this project draw from `RandomStream`.
struct QuickRandom {
  var state: UInt64 = 88_172_645_463_325_252

  @inline(__always)
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// An exponential deviate with the given mean, truncated to a whole number.
  @inline(__always)
  mutating func exponential(mean: Double) -> Int64 {
    Self.exponential(next(), mean: mean)
  }

  /// The exponential deviate that 64 uniform bits stand for.
  @inline(__always)
  static func exponential(_ bits: UInt64, mean: Double) -> Int64 {
    let uniform = bits | 1
    let zeros = uniform.leadingZeroBitCount
    let fraction = (uniform << UInt64(zeros)) << 1
    let mantissa = Double(bitPattern: 0x3FF0_0000_0000_0000 | fraction >> 12)
    let ratio = (mantissa - 1) / (mantissa + 1)
    let square = ratio * ratio
    let logarithm = 2 * ratio * (1 + square * (1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0))))
    return Int64((Double(zeros + 1) * 0.693_147_180_559_945_3 - logarithm) * mean)
  }
}

/// How far ahead the next event of the hold model is.
protocol Increments {
  static var name: String { get }
  static func next(_ random: inout QuickRandom) -> Int64
}

/// Exponential with a mean of one second.
enum ExponentialIncrements: Increments {
  static let name = "exponential"
  @inline(__always)
  static func next(_ random: inout QuickRandom) -> Int64 { random.exponential(mean: 1e9) }
}

/// Whole steps of 0 to 3 nanoseconds: nearly everything ties.
enum TiedIncrements: Increments {
  static let name = "ties-ns"
  @inline(__always)
  static func next(_ random: inout QuickRandom) -> Int64 { Int64(random.next() >> 62) }
}

/// Whole steps of 0 to 3 seconds: the same ties, far apart.
enum TiedSecondIncrements: Increments {
  static let name = "ties-s"
  @inline(__always)
  static func next(_ random: inout QuickRandom) -> Int64 {
    Int64(random.next() >> 62) * 1_000_000_000
  }
}

/// Nine in ten around 10 ms, one in ten around 10 s.
enum BimodalIncrements: Increments {
  static let name = "bimodal"
  @inline(__always)
  static func next(_ random: inout QuickRandom) -> Int64 {
    let isLong = random.next() >> 32 < 429_496_729
    return random.exponential(mean: isLong ? 1e10 : 1e7)
  }
}

/// About Pareto with exponent 1.5, from 1 ms up to an hour: many short spans and a heavy tail.
enum ParetoIncrements: Increments {
  static let name = "pareto"
  @inline(__always)
  static func next(_ random: inout QuickRandom) -> Int64 {
    // u^(-2/3) = 2^(2/3 log2(1/u)): whole powers from a table of three, the rest by interpolation.
    let uniform = random.next() | 1
    let zeros = uniform.leadingZeroBitCount
    let fraction = (uniform << UInt64(zeros)) << 1
    let below = Double(fraction >> 12) * 0x1p-52
    let thirds = 2 * (zeros + 1)
    let roots = (1.0, 1.259_921_049_894_873_2, 1.587_401_051_968_199_4)
    let root = thirds % 3 == 0 ? roots.0 : thirds % 3 == 1 ? roots.1 : roots.2
    let power = Double(UInt64(1) << UInt64(thirds / 3)) * root
    let scale = power * (1 - below * 0.370_039_475_052_563_4)
    return min(Int64(scale * 1e6), 3_600_000_000_000)
  }
}
