import Graph

/// The passes that make a program of a graph, in their order.
///
/// Each takes a draft and returns one that computes the same bits; `Draft.check` holds between any
/// two. What a pass needs to know of an op it asks of the op's traits, so that no pass names one.
enum Pipeline {
  /// One pass.
  struct Pass: Sendable {
    /// Its name in tests.
    let name: String
    /// What it does.
    let run: @Sendable (Draft) -> Draft
  }

  /// All passes.
  static let passes = [
    Pass(name: "share") { $0.share() },
    Pass(name: "fold") { $0.fold() },
    Pass(name: "drop") { $0.drop() },
    Pass(name: "deliver") { $0.deliver() },
    Pass(name: "recompute") { $0.recompute() },
    Pass(name: "fuse") { $0.fuse() },
    Pass(name: "sum") { $0.sum() },
    Pass(name: "order") { $0.order() },
  ]
}
