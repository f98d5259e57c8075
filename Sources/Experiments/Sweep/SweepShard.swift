/// A part of a sweep's points: of N shards, shard K has the points whose number is K modulo N.
public struct SweepShard: Sendable, Equatable, CustomStringConvertible {
  /// From 0.
  public let index: Int
  public let count: Int

  public static let whole = SweepShard(index: 0, count: 1)
  public static let countMax = 1_000_000

  /// - Precondition: `index` is in `0..<count`.
  public init(index: Int, count: Int) {
    precondition(index >= 0 && index < count, "\(index) is one of \(count) shards")
    self.index = index
    self.count = count
  }

  /// Reads `K/N`, as journals have it.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), index >= 0,
      index < count, count <= Self.countMax, "\(index)/\(count)" == text
    else { return nil }
    self.init(index: index, count: count)
  }

  public var description: String { "\(index)/\(count)" }

  /// How many of so many points it has.
  public func pointCount(of points: Int) -> Int {
    points > index ? (points - index - 1) / count + 1 : 0
  }

  public func contains(_ point: Int) -> Bool { point % count == index }
}
