import Graph
import Text

extension Formula {
  /// The formula as one number, given the numbers that its names stand for: a setting, a size, or a
  /// schedule at one step. Throws what keeps it from being a number.
  ///
  /// It is computed in double precision with the project's own functions, so that every machine
  /// gives the same bits.
  public func number(_ scope: NumberScope) throws(Diagnostic) -> Double {
    let elaborator = Elaborator(Graph(), batch: 1, inputs: [:], networks: NoNetworks())
    let typed = try elaborator.elaborate(self, in: scope)
    guard case .number(let number) = typed else {
      throw source.diagnostic(
        "formula-type", "this must be a number, but `\(self)` is \(typed)",
        at: expression.range)
    }
    return number
  }
}
