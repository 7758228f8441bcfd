import CKernels
import Formula
import Text
import YAML

/// How parameters follow their gradients. One pass over flat buffers does an update, clipping
/// included.
public protocol Optimizer: Part {
  /// The learning rate: a formula of `step`, `epoch`, `progress` and parameters.
  var rate: SpannedText { get }
  /// The names of the numbers that it keeps for each parameter, as checkpoints call them.
  var slots: [String] { get }
  /// Changes the parameters.
  func update(_ update: OptimizerUpdate)
}

/// What an optimiser works on: one stretch of parameters, their gradients, and its memory of them.
public struct OptimizerUpdate {
  /// The parameters, changed in place.
  public let parameters: UnsafeMutablePointer<Float>
  /// Their gradients.
  public let gradients: UnsafePointer<Float>
  /// The optimiser's numbers, one array for each of its slots, zero at first.
  public let slots: [UnsafeMutablePointer<Float>]
  /// How many parameters there are.
  public let count: Int
  /// The learning rate at this step.
  public let rate: Double
  /// The number of this update since the start, from 1.
  public let number: Int
  /// The gradients are multiplied by this first: below 1 where their norm is clipped.
  public let scale: Float
  /// Then each is brought into ±`clipValue`; infinite where it is not.
  public let clipValue: Float
  /// The parameters are brought into ±`clip` at the end; infinite where they are not.
  public let clip: Float

  /// An update of `count` parameters.
  public init(
    parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    slots: [UnsafeMutablePointer<Float>], count: Int, rate: Double, number: Int, scale: Float,
    clipValue: Float, clip: Float
  ) {
    self.parameters = parameters
    self.gradients = gradients
    self.slots = slots
    self.count = count
    self.rate = rate
    self.number = number
    self.scale = scale
    self.clipValue = clipValue
    self.clip = clip
  }

  /// What every kernel does around its own formula.
  ///
  /// - Parameters:
  ///   - weightDecay: the share of the parameter that is added to its gradient (L2).
  ///   - shrink: what the parameter is multiplied by before the update (decoupled decay).
  func frame(weightDecay: Double, shrink: Double = 1) -> assay_update {
    assay_update(
      gradient_scale: Double(scale), clip_value: Double(clipValue), weight_decay: weightDecay,
      shrink: shrink, minimum: -Double(clip), maximum: Double(clip))
  }
}

extension Fields {
  /// The learning rate: a number, a formula, or a schedule that has a name.
  mutating func rate() -> SpannedText {
    let summary = "learning rate: a number, a formula of `step` and `progress`, or a schedule"
    if let node = peek("rate"), node.entries != nil {
      let schedule = optionalPart("rate", summary, of: Catalog.schedules)
      let text = SpannedText(
        schedule?.part.formula ?? "1", builtIn: "the schedule `\(schedule?.name ?? "")`")
      resolveRate(text)
      return text
    }
    let text = formula("rate", summary, in: .above(0))
    describeLast(as: .either(.formula, .part(Catalog.schedules.noun)))
    resolveRate(text)
    return text
  }

  /// However a rate was spaced or named, it is the same run.
  private mutating func resolveRate(_ text: SpannedText) {
    let span = span(of: "rate")
    if let number = Double(text.text) {
      resolve("rate", .number(number, at: span))
    } else if let formula = try? Formula(text, path: "rate") {
      resolve("rate", .text(formula.description, at: span))
    }
  }

  /// The share of a parameter that L2 regularisation adds to its gradient.
  mutating func weightDecay(_ summary: String, default fallback: Double = 0) -> Double {
    number("weight_decay", summary, in: 0...1, default: fallback)
  }
}
