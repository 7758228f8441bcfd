import YAML

/// A number that changes with the steps and has a name: it stands for a formula of `step` and
/// `progress`, which a user could write instead.
public protocol Schedule: Part {
  /// The formula.
  var formula: String { get }
}
