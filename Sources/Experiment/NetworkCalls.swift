import Formula
import Graph
import Parts
import Tensor
import Text

/// The networks of an experiment as the formulas of one update, or of one measurement, call them.
///
/// Calls on the same value are one forward pass: one dropout mask, one batch statistic.
final class NetworkCalls: Networks {
  private let networks: [String: Network]
  private let batch: Int
  private let mode: LayerContext.Mode
  private let trained: Set<String>
  private var passes: [Pass: Typed] = [:]
  /// The statistics that the calls move: once for each distinct pass, in order.
  private(set) var moves: [Move] = []
  /// Where each statistic stands in `moves`, by its path.
  private var moving: [String: Int] = [:]

  /// A statistic and its new value.
  typealias Move = (state: Variable, value: Value)

  private struct Pass: Hashable {
    let network: String
    let isAveraged: Bool
    let argument: Value
  }

  /// The networks for calls in `mode`; those named in `trained` move their statistics.
  init(
    _ networks: [String: Network], batch: Int, mode: LayerContext.Mode, trained: Set<String> = []
  ) {
    self.networks = networks
    self.batch = batch
    self.mode = mode
    self.trained = trained
  }

  var names: [String] { networks.keys.sorted() }

  func knows(_ name: String) -> Bool { networks[name] != nil }

  func call(_ call: NetworkCall, in graph: Graph) throws(Diagnostic) -> Typed {
    let pass = Pass(
      network: call.network, isAveraged: call.isAveraged, argument: call.argument.value)
    if let known = passes[pass] { return known }
    guard let network = networks[call.network] else {
      throw Diagnostic("unknown-name", "there is no network `\(call.network)`", at: call.span)
    }
    let input = try argument(call, network)
    // A pass with the averaged weights is one of another network, which nobody trains.
    let context = LayerContext(
      graph: graph, batch: batch, mode: mode,
      isTrained: trained.contains(network.name) && !call.isAveraged,
      isAveraged: call.isAveraged, path: network.name, place: call.place,
      initializer: network.initializer, moved: moved)
    let outputs: [(name: String, signal: Signal)]
    do throws(LayerError) {
      outputs = try network.build(input, in: context)
    } catch {
      throw network.diagnostic(error)
    }
    note(context)
    let typed = result(outputs)
    passes[pass] = typed
    return typed
  }

  private var moved: [String: Value] {
    Dictionary(moves.map { ($0.state.path, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// Notes what a pass moves; a later pass of the same update takes the place of an earlier one.
  private func note(_ context: LayerContext) {
    for move in context.moves {
      if let index = moving[move.state.path] {
        moves[index] = move
      } else {
        moving[move.state.path] = moves.count
        moves.append(move)
      }
    }
  }

  private func argument(_ call: NetworkCall, _ network: Network) throws(Diagnostic) -> Signal {
    guard call.isAveraged == false || network.average != nil else {
      throw Diagnostic(
        "no-average", "`\(network.name)` keeps no averaged weights", at: call.span,
        related: [.init(network.place.span, "has no `average`")],
        help: "write `average: {decay: 0.999}` in the network")
    }
    let shape = call.argument.shape
    guard shape == network.input else {
      let found = shape.map { "\($0) per example" } ?? "a scalar"
      throw Diagnostic(
        "shape-mismatch",
        "`\(network.name)` takes \(network.input) per example, "
          + "but this is \(found)", at: call.argumentSpan, label: found,
        related: [
          .init(network.place.span(of: "input"), "`\(network.name)` takes \(network.input)")
        ])
    }
    return Signal(call.argument.value, network.input)
  }

  private func result(_ outputs: [(name: String, signal: Signal)]) -> Typed {
    if outputs.count == 1, let only = outputs.first, only.name.isEmpty {
      return .examples(only.signal.value, only.signal.shape)
    }
    return .outputs(
      outputs.map { Typed.Output($0.name, Quantity($0.signal.value, $0.signal.shape)) })
  }
}
