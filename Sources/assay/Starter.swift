/// An experiment to begin with: a kind of model, and a file that trains one.
struct Starter: Sendable {
  /// The kind's name.
  let name: String
  /// One line about it.
  let summary: String
  /// What stands before the experiment's name.
  private let introduction: String
  /// What follows the seed.
  private let body: String

  /// The file of an experiment called `name`.
  func text(named name: String) -> String {
    """
    \(introduction)
    experiment: \(name)   # names the folder of its runs
    seed: 1   # all randomness follows from it

    \(body)
    """ + "\n"
  }

  /// All kinds.
  static let all = [vae, autoencoder, gan, wgan, points, classifier, players]

  private static let fashion = """
    data:
      dataset: fashion-mnist   # 60,000 training and 10,000 test images of [1, 28, 28], from 0 to 1
      batch: 128
    """

  private static let vae = Starter(
    name: "vae", summary: "variational autoencoder of images",
    introduction: "# A variational autoencoder of Fashion-MNIST (Kingma and Welling 2014).",
    body: """
      \(fashion)

      parameters: {latent: 20}   # numbers with names: `assay run FILE parameters.latent=10`

      networks:
        encoder:
          input: [1, 28, 28]   # one example, channels first
          layers: [flatten, {dense: 400}, relu]
          outputs: {mean: [{dense: latent}], log_var: [{dense: latent}]}
        decoder:
          input: [latent]
          # Ends in logits: the loss reads them as Bernoulli variables.
          layers: [{dense: 400}, relu, {dense: 784}, {reshape: [1, 28, 28]}]

      loss: vae   # {vae: {beta: 4}} weighs the KL divergence; `assay describe vae` says more

      train:
        steps: 10 epochs
        optimizer: {adam: {rate: 1e-3}}

      checkpoints: {every: 1 epoch, keep: 2}
      samples: {every: 1 epoch, grid: [8, 8]}
      """)

  private static let autoencoder = Starter(
    name: "autoencoder", summary: "autoencoder of images, also denoising",
    introduction: "# An autoencoder of Fashion-MNIST.",
    body: """
      \(fashion)

      networks:
        encoder:
          input: [1, 28, 28]   # one example, channels first
          layers: [flatten, {dense: 256}, relu, {dense: 32}]
        decoder:
          input: [32]
          layers: [{dense: 256}, relu, {dense: 784}, sigmoid, {reshape: [1, 28, 28]}]

      loss: autoencoder   # `assay describe autoencoder` lists other errors, and input noise

      train:
        steps: 10 epochs
        optimizer: {adam: {rate: 1e-3}}

      checkpoints: {every: 1 epoch, keep: 2}
      """)

  private static let gan = Starter(
    name: "gan", summary: "generative adversarial network of images",
    introduction: "# A generative adversarial network on Fashion-MNIST (Goodfellow et al. 2014).",
    body: """
      \(fashion)
        transforms: [{scale: [-1, 1]}]   # as the generator's tanh

      networks:
        generator:
          input: [64]   # normal noise
          layers:
            - dense: 256
            - batch_norm
            - relu
            - dense: 512
            - batch_norm
            - relu
            - dense: 784
            - tanh
            - reshape: [1, 28, 28]
        discriminator:
          input: [1, 28, 28]
          layers:
            - conv: {channels: 32, kernel: 4, stride: 2, padding: 1}
            - leaky_relu: 0.2
            - conv: {channels: 64, kernel: 4, stride: 2, padding: 1}
            - leaky_relu: 0.2
            - flatten
            - dense: 1   # one number per example

      loss: gan   # or lsgan, hinge: `assay describe` lists all losses

      train:
        steps: 5 epochs
        optimizer: {adam: {rate: 2e-4, betas: [0.5, 0.999]}}

      checkpoints: {every: 1 epoch, keep: 2}
      samples: {every: 1 epoch, grid: [8, 8]}
      """)

  private static let wgan = Starter(
    name: "wgan-gp", summary: "Wasserstein GAN with gradient penalty, on images",
    introduction: "# A Wasserstein GAN with gradient penalty on Fashion-MNIST "
      + "(Gulrajani et al. 2017).",
    body: """
      \(fashion)
        transforms: [{scale: [-1, 1]}]   # as the generator's tanh

      networks:
        generator:
          input: [64]   # normal noise
          layers: [{dense: 256}, relu, {dense: 512}, relu, {dense: 784}, tanh, {reshape: [1, 28, 28]}]
          average: {decay: 0.999}   # pictures are drawn with averaged weights
        critic:
          input: [1, 28, 28]
          layers: [flatten, {dense: 512}, {leaky_relu: 0.2}, {dense: 256}, {leaky_relu: 0.2}, {dense: 1}]

      loss: {wgan_gp: {penalty: 10, critic_steps: 5}}

      train:
        steps: 2000
        optimizer: {adam: {rate: 1e-4, betas: [0, 0.9]}}

      checkpoints: {every: 500 steps, keep: 2}
      samples: {every: 250 steps, grid: [8, 8]}
      """)

  private static let points = Starter(
    name: "points", summary: "GAN on points in the plane: trains in seconds",
    introduction: "# A GAN on eight modes around a circle, which shows whether it drops modes.",
    body: """
      data: {dataset: ring, batch: 256}   # {dataset: {ring: {modes: 16}}} sets more

      networks:
        generator:
          input: [2]   # normal noise
          layers: [{dense: 128}, relu, {dense: 128}, relu, {dense: 2}]
        discriminator:
          input: [2]
          layers: [{dense: 128}, relu, {dense: 128}, relu, {dense: 1}]

      loss: gan

      train:
        steps: 5000
        optimizer: {adam: {rate: 1e-3, betas: [0.5, 0.999]}}

      checkpoints: {every: 1000 steps}
      samples: {every: 500 steps}
      metrics:
        every: 100 steps
        test: {every: 500 steps, modes: modes, high_quality: high_quality}
      """)

  private static let classifier = Starter(
    name: "classifier", summary: "classifier of images",
    introduction: "# A convolutional classifier of Fashion-MNIST.",
    body: """
      \(fashion)
        split: {validation: 5000}   # taken from the training set, to choose by

      networks:
        classifier:
          input: [1, 28, 28]
          layers:
            - conv: {channels: 16, kernel: 3, padding: 1}
            - relu
            - max_pool: 2
            - conv: {channels: 32, kernel: 3, padding: 1}
            - relu
            - max_pool: 2
            - flatten
            - dense: 10   # a logit for each class

      loss: classifier

      train:
        steps: 3 epochs
        optimizer: {adam: {rate: 1e-3}}

      checkpoints: {every: 1 epoch, keep: 2}
      """)

  private static let players = Starter(
    name: "players", summary: "the long form: a loss of your own as formulas",
    introduction: "# A loss in formulas of its own: here the least-squares GAN (Mao et al. 2017).",
    body: """
      data: {dataset: ring, batch: 256}

      networks:
        generator:
          input: [2]
          layers: [{dense: 128}, relu, {dense: 128}, relu, {dense: 2}]
        critic:
          input: [2]
          layers: [{dense: 128}, relu, {dense: 128}, relu, {dense: 1}]

      # A step lets the players take turns, in this order. Each minimises its formula over the weights
      # of the networks that it trains. `x` is the batch, and every `normal(2)` is a draw of its own;
      # `assay describe` lists the functions.
      players:
        critic:
          trains: critic
          let:
            real_error: (critic(x) - 1)^2
            fake_error: critic(generator(normal(2)))^2
          minimize: mean(real_error + fake_error)
        generator:
          trains: generator
          minimize: mean((critic(generator(normal(2))) - 1)^2)

      train:
        steps: 5000
        optimizer: {adam: {rate: 1e-3, betas: [0.5, 0.999]}}

      checkpoints: {every: 1000 steps}
      samples: {every: 500 steps, show: {samples: generator(normal(2))}}
      metrics:
        every: 100 steps
        test: {every: 500 steps, modes: modes, high_quality: high_quality}
      """)
}
