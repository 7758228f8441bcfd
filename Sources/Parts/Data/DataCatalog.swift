import YAML

/// Everything about data that an experiment's file can name. A new part is one file in its folder
/// and one line here.
public enum DataCatalog {
  /// Where examples come from.
  public static let datasets = PartList<any Dataset>(
    "dataset",
    [
      FashionMNIST.self, IDXDataset.self, NPYDataset.self, CSVDataset.self, Ring.self,
      SquareGrid.self, SwissRoll.self,
    ])

  /// What examples go through.
  public static let transforms = PartList<any Transform>(
    "transform",
    [
      Scale.self, Pad.self, Resize.self, Crop.self, Flip.self, Noise.self, Binarize.self,
    ])

  /// What is measured on samples.
  public static let metrics = PartList<any MetricPart>(
    "metric", [Modes.self, HighQuality.self])
}
