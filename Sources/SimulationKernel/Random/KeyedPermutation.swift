/// A random order of `0..<count` without a table: where each number goes, and which came there.
///
/// Takes up the whole stream; draw nothing else from it.
/// Up to 64 numbers it follows one number through the swaps of a shuffle, so that every order is
/// equally likely. Beyond, it is a Feistel network over pairs (a, b) with a·b just above the count,
/// whose round functions are draws of the stream; a number that lands outside goes round again.
/// (With few numbers a network is measurably uneven, and of an odd square it reaches only half the
/// orders.)
/// - Note: Source: J. Black, P. Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002,
///   doi:10.1007/3-540-45760-7_9.
public struct KeyedPermutation: Hashable, Sendable, BitwiseCopyable {
  public let stream: RandomStream
  /// How many numbers are permuted; at least zero.
  public let count: Int
  /// The two sides of the rectangle that the numbers lie in.
  private let width: UInt64
  private let height: UInt64

  private static let rounds: UInt64 = 12
  private static let shuffleCountMax = 64

  /// The order of `0..<count` that this stream stands for; none for a count below one.
  public init(_ stream: RandomStream, count: Int) {
    self.stream = stream
    self.count = max(count, 0)
    let size = UInt64(max(count, 1))
    var root = UInt64(KernelMath.squareRoot(Double(size)))
    while root * root < size { root += 1 }
    width = root
    height = (size - 1) / root + 1
  }

  /// Where `index` goes.
  ///
  /// - Precondition: `index` is in `0..<count`.
  public subscript(_ index: Int) -> Int {
    precondition(index >= 0 && index < count, "\(index) is one of \(count) permuted numbers")
    if count <= KeyedPermutation.shuffleCountMax {
      var number = index
      for first in 0..<(count - 1) { number = swapped(number, first) }
      return number
    }
    var number = UInt64(index)
    repeat {
      var left = number % width
      var right = number / width
      for round in 0..<KeyedPermutation.rounds {
        if round % 2 == 0 {
          left = sum(left, shift(right, round, width), width)
        } else {
          right = sum(right, shift(left, round, height), height)
        }
      }
      number = right * width + left
    } while number >= UInt64(count)
    return Int(number)
  }

  /// Which index goes to `position`: the inverse of the subscript.
  ///
  /// - Precondition: `position` is in `0..<count`.
  public func inverse(_ position: Int) -> Int {
    precondition(position >= 0 && position < count, "\(position) is one of \(count) positions")
    if count <= KeyedPermutation.shuffleCountMax {
      var number = position
      for first in (0..<(count - 1)).reversed() { number = swapped(number, first) }
      return number
    }
    var number = UInt64(position)
    repeat {
      var left = number % width
      var right = number / width
      for back in 1...KeyedPermutation.rounds {
        let round = KeyedPermutation.rounds - back
        if round % 2 == 0 {
          left = difference(left, shift(right, round, width), width)
        } else {
          right = difference(right, shift(left, round, height), height)
        }
      }
      number = right * width + left
    } while number >= UInt64(count)
    return Int(number)
  }

  /// Where `number` is after the shuffle's swap of `first` with itself or one behind it.
  private func swapped(_ number: Int, _ first: Int) -> Int {
    let second = stream.integer(in: first..<count, for: UInt64(first), draw: 0)
    return number == first ? second : number == second ? first : number
  }

  /// What a round adds to one side, given the other; its bias is below 2⁻³².
  private func shift(_ other: UInt64, _ round: UInt64, _ size: UInt64) -> UInt64 {
    stream.bits(for: other, draw: round).multipliedFullWidth(by: size).high
  }

  private func sum(_ left: UInt64, _ right: UInt64, _ size: UInt64) -> UInt64 {
    left + right >= size ? left + right - size : left + right
  }

  private func difference(_ left: UInt64, _ right: UInt64, _ size: UInt64) -> UInt64 {
    left >= right ? left - right : left + size - right
  }
}
