import Text
import YAML

/// Everything that an experiment's file can name. A new part is one file in its folder and one line
/// here.
public enum Catalog {
  /// What networks are made of.
  public static let layers = PartList<any Layer>(
    "layer",
    [
      Dense.self,
      Conv.self,
      ConvTranspose.self,
      BatchNorm.self,
      LayerNorm.self,
      InstanceNorm.self,
      GroupNorm.self,
      ReLULayer.self,
      LeakyReLULayer.self,
      ELU.self,
      SELU.self,
      GELU.self,
      SiLU.self,
      TanhLayer.self,
      SigmoidLayer.self,
      SoftplusLayer.self,
      SoftmaxLayer.self,
      Maxout.self,
      MaxPoolLayer.self,
      AveragePoolLayer.self,
      GlobalAveragePool.self,
      Upsample.self,
      Dropout.self,
      GaussianNoise.self,
      Flatten.self,
      ReshapeLayer.self,
      Residual.self,
      MinibatchStddev.self,
    ])

  /// How weights start.
  public static let initializers = PartList<any Initializer>(
    "initializer",
    [
      DefaultInitializer.self,
      NormalInitializer.self,
      UniformInitializer.self,
      XavierNormal.self,
      XavierUniform.self,
      KaimingNormal.self,
      KaimingUniform.self,
      ConstantInitializer.self,
      Zeros.self,
      Ones.self,
    ])

  /// What is minimised, by name.
  public static let losses = PartList<any Loss>(
    "loss",
    [
      GAN.self,
      LSGAN.self,
      HingeGAN.self,
      WGAN.self,
      WGANGP.self,
      DRAGAN.self,
      RelativisticGAN.self,
      VAE.self,
      Autoencoder.self,
      Classifier.self,
    ])

  /// How parameters follow their gradients.
  public static let optimizers = PartList<any Optimizer>(
    "optimizer",
    [
      SGD.self,
      Adam.self,
      AdamW.self,
      RMSprop.self,
      Adagrad.self,
    ])

  /// Schedules that have a name.
  public static let schedules = PartList<any Schedule>(
    "schedule",
    [
      ConstantSchedule.self,
      LinearSchedule.self,
      CosineSchedule.self,
      StepSchedule.self,
      ExponentialSchedule.self,
      WarmupSchedule.self,
    ])

  /// Where examples come from.
  public static let datasets = PartList<any Dataset>(
    "dataset",
    [
      FashionMNIST.self,
      IDXDataset.self,
      NPYDataset.self,
      CSVDataset.self,
      Ring.self,
      SquareGrid.self,
      SwissRoll.self,
      RandomDataset.self,
    ])

  /// What examples go through.
  public static let transforms = PartList<any Transform>(
    "transform",
    [
      Scale.self,
      Pad.self,
      Resize.self,
      Crop.self,
      Flip.self,
      Noise.self,
      Binarize.self,
    ])

  /// Measurements that have a name.
  public static let metrics = PartList<any MetricPart>(
    "metric",
    [
      Modes.self,
      HighQuality.self,
    ])

  /// All lists under their headings, with the JSON Schema of one of their parts.
  public static var all: [(heading: String, noun: String, types: [any Part.Type], schema: JSON)] {
    func entry<Kind>(_ heading: String, _ list: PartList<Kind>) -> (
      heading: String, noun: String, types: [any Part.Type], schema: JSON
    ) { (heading, list.noun, list.types, list.schema) }
    return [
      entry("layers", layers), entry("initializers", initializers), entry("losses", losses),
      entry("optimizers", optimizers), entry("schedules", schedules),
      entry("datasets", datasets), entry("transforms", transforms), entry("metrics", metrics),
    ]
  }
}
