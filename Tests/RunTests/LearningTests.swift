import Foundation
import TestSupport
import Testing

@testable import Run

/// The experiments that ship, each shortened: what it must have learned by the end.
///
/// The bounds lie between what the networks do untrained and what they reach; a shipped file without
/// a lesson fails a test.
struct Lesson: CustomTestStringConvertible, Sendable {
  /// The name of the file in `experiments`.
  let experiment: String
  /// What is shortened.
  let overrides: [String]
  /// What is measured at the end, and what it must be.
  let goals: [Goal]

  /// A column of `metrics.csv` and the values that it may have.
  struct Goal: Sendable {
    let column: String
    let isMet: @Sendable (Double) -> Bool
    let wish: String
  }

  init(_ experiment: String, _ overrides: [String], _ goals: Goal...) {
    self.experiment = experiment
    self.overrides = overrides
    self.goals = goals
  }

  var testDescription: String { experiment }
}

extension Lesson.Goal {
  /// The column ends below a bound.
  static func below(_ bound: Double, _ column: String) -> Self {
    Self(column: column, isMet: { $0 < bound }, wish: "below \(bound)")
  }

  /// The column ends above a bound.
  static func above(_ bound: Double, _ column: String) -> Self {
    Self(column: column, isMet: { $0 > bound }, wish: "above \(bound)")
  }
}

extension Lesson {
  /// A lesson for each shipped experiment.
  static let all: [Lesson] = [
    Lesson("quickstart", ["train.steps=300"], .above(-280, "test.elbo")),
    Lesson(
      "vae-fashion-mnist", ["train.steps=300"], .above(-290, "test.elbo"), .above(3, "test.kl")),
    Lesson(
      "vae-conv", ["train.steps=200", "data.batch=64", "parameters.features=8"],
      .above(-310, "test.elbo")),
    Lesson("autoencoder", ["train.steps=300"], .below(0.04, "test.mse")),
    Lesson("denoising-autoencoder", ["train.steps=200"], .below(0.03, "test.mse")),
    Lesson(
      "gan-fashion-mnist",
      [
        "train.steps=60", "data.batch=32", "train.optimizer.adam.rate=1e-3",
        "networks.generator.average.decay=0.9",
      ],
      .below(12, "test.energy")),
    Lesson(
      "dcgan", ["train.steps=12", "data.batch=16", "parameters.features=4"],
      .below(1.2, "discriminator.loss")),
    Lesson("dcgan32", image, .below(20, "test.energy")),
    Lesson("lsgan", image, .below(20, "test.energy")),
    Lesson(
      "hinge",
      [
        "train.steps=80", "data.batch=32", "parameters.features=8",
        "train.optimizer.adam.rate=1e-3",
      ],
      .below(20, "test.energy")),
    Lesson(
      "wgan",
      [
        "train.steps=60", "data.batch=32", "parameters.features=8",
        "train.optimizer.rmsprop.rate=1e-3",
      ],
      .below(10, "test.energy")),
    Lesson(
      "wgan-gp",
      [
        "train.steps=30", "data.batch=16", "parameters.features=8",
        "train.optimizer.adam.rate=1e-3",
      ],
      .below(9, "test.energy")),
    Lesson("gan-ring", ["train.steps=2000"], .above(5, "test.modes")),
    Lesson(
      "wgan-ring",
      ["train.steps=400", "parameters.width=64", "train.optimizer.rmsprop.rate=5e-4"],
      .above(3, "test.modes")),
    Lesson(
      "wgan-gp-ring",
      ["train.steps=400", "parameters.width=64", "train.optimizer.adam.rate=1e-3"],
      .above(6, "test.modes")),
    Lesson("gan-grid", ["train.steps=300"], .above(8, "test.modes")),
    Lesson(
      "classifier", ["train.steps=100", "data.batch=64"], .above(0.7, "validation.accuracy")),
    Lesson(
      "adversarial-autoencoder", ["train.steps=200"], .below(300, "test.error"),
      .below(5, "test.code_square")),
  ]

  /// Small enough for a test: a convolutional GAN of 32 x 32 pixels.
  private static let image = [
    "train.steps=100", "data.batch=32", "parameters.features=8", "train.optimizer.adam.rate=2e-3",
  ]
}

/// The experiments that ship learn what their comments promise.
@Suite(.serialized)
struct LearningTests {
  /// Where the shipped experiments lie.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../experiments").standardized.path

  /// The shipped files.
  static let files = ((try? names(in: folder)) ?? []).filter { $0.hasSuffix(".yaml") }.sorted()

  @Test("every shipped experiment compiles without a warning", arguments: files)
  func compiles(_ file: String) throws {
    let result = try Compile.file("\(Self.folder)/\(file)", overrides: [])
    #expect(result.warnings.isEmpty)
    #expect(result.compiled.experiment.name + ".yaml" == file)
  }

  @Test("every shipped experiment has a lesson")
  func completeness() {
    #expect(Lesson.all.map { $0.experiment + ".yaml" }.sorted() == Self.files)
  }

  @Test("every shipped experiment learns", arguments: Lesson.all)
  func learns(_ lesson: Lesson) throws {
    let folder = try TemporaryFolder()
    var options = RunOptions()
    options.runs = folder.path
    options.isQuiet = true
    let session = try RunSession(
      file: "\(Self.folder)/\(lesson.experiment).yaml", overrides: lesson.overrides,
      options: options)
    _ = try session.run()
    let metrics = try session.lastMetrics()
    for goal in lesson.goals {
      let text = try #require(metrics.first { $0.name == goal.column }?.value)
      let value = try #require(Double(text))
      #expect(goal.isMet(value), "\(goal.column) is \(value), but should be \(goal.wish)")
    }
  }
}
