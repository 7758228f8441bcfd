import Text
import YAML

/// The parts that a sweep can name. A new one is one file in its folder and one line here.
public enum SearchCatalog {
  /// How points are chosen.
  public static let samplers = PartList<any Sampler>(
    "sampler",
    [
      GridSampler.self,
      RandomSampler.self,
      SobolSampler.self,
      TPESampler.self,
    ])

  /// How runs that lead nowhere are ended early.
  public static let pruners = PartList<any Pruner>(
    "pruner",
    [
      MedianPruner.self,
      PercentilePruner.self,
      SuccessiveHalving.self,
      ASHA.self,
      Hyperband.self,
    ])

  /// Both lists under their headings, with the JSON Schema of one of their parts.
  public static var all: [(heading: String, noun: String, types: [any Part.Type], schema: JSON)] {
    [
      ("samplers of sweeps", samplers.noun, samplers.types, samplers.schema),
      ("pruners of sweeps", pruners.noun, pruners.types, pruners.schema),
    ]
  }
}
