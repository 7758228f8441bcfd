"""The workloads of this folder in PyTorch, as one would write them there: the same networks, batches,
losses, optimisers and numbers of updates as in the file of the same name.

`WORKLOADS[name]()` gives the model and a function that makes one training step. Random numbers stand
in for data; a batch is picked from them by random indices, without a loader. `options` changes how
PyTorch runs them, not what they compute.
"""
import torch
from torch import nn
from torch.nn import functional as F


class options:
    fused = None  # True: fused optimiser kernels where there are any
    memory_format = torch.contiguous_format  # of images and weights


class Batches:
    def __init__(self, data, size):
        self.data, self.size = data, size

    def __call__(self):
        return self.data[torch.randint(0, len(self.data), (self.size,))]


def images(count, channels, side, low=-1.0, high=1.0):
    values = torch.rand(count, channels, side, side) * (high - low) + low
    return values.contiguous(memory_format=options.memory_format)


def adam(network, rate, betas=(0.5, 0.999)):
    return torch.optim.Adam(network.parameters(), rate, betas, fused=options.fused)


def update(optimizer, loss):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss


def real_against_fake(critic, x, fake, weight=0):
    """The Wasserstein critic's loss, with a gradient penalty where it has a weight."""
    if not weight:
        return critic(fake).mean() - critic(x).mean()
    share = torch.rand(len(x), *[1] * (x.dim() - 1))
    mix = (share * x + (1 - share) * fake).requires_grad_(True)
    slope, = torch.autograd.grad(critic(mix).sum(), mix, create_graph=True)
    penalty = ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
    return critic(fake).mean() - critic(x).mean() + weight * penalty


def gan(generator, judge, noise, batch, rate=2e-4):
    """Non-saturating, on logits; one update of each."""
    of_judge, of_generator = adam(judge, rate), adam(generator, rate)

    def cross_entropy(logits, target):
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    def step():
        x = batch()
        with torch.no_grad():
            fake = generator(noise())
        update(of_judge, cross_entropy(judge(x), 1) + cross_entropy(judge(fake), 0))
        return update(of_generator, cross_entropy(judge(generator(noise())), 1))

    return nn.ModuleList([generator, judge]), step


def wgan(generator, critic, noise, batch, of_generator, of_critic, weight=0, clip=None):
    """Five updates of the critic, one of the generator."""
    def step():
        for _ in range(5):
            x = batch()
            with torch.no_grad():
                fake = generator(noise())
            update(of_critic, real_against_fake(critic, x, fake, weight))
            if clip:
                with torch.no_grad():
                    for parameter in critic.parameters():
                        parameter.clamp_(-clip, clip)
        return update(of_generator, -critic(generator(noise())).mean())

    return nn.ModuleList([generator, critic]), step


class VAE(nn.Module):
    def __init__(self, encoder, features, latent, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.mean, self.log_var = nn.Linear(features, latent), nn.Linear(features, latent)

    def forward(self, x):
        features = self.encoder(x)
        mean, log_var = self.mean(features), self.log_var(features)
        return self.decoder(mean + torch.exp(log_var / 2) * torch.randn_like(mean)), mean, log_var


def vae(model, batch):
    optimizer = adam(model, 1e-3, (0.9, 0.999))

    def step():
        x = batch()
        logits, mean, log_var = model(x)
        error = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        divergence = 0.5 * torch.sum(mean ** 2 + log_var.exp() - 1 - log_var)
        return update(optimizer, (error + divergence) / len(x))

    return model, step


def dense(*sizes, activation=nn.ReLU):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def up(inputs, outputs, kernel=4, stride=2, padding=1, bias=True):
    return nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding, bias=bias)


def down(inputs, outputs, kernel=4, stride=2, padding=1, bias=True):
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=bias)


def dcgan(channels, side, features=64, noise=100):
    """Radford et al. (2016)."""
    widths = [features]
    while side > 8:
        widths, side = widths + [2 * widths[-1]], side // 2
    top = widths[-1]
    generator = [up(noise, top, 4, 1, 0, bias=False), nn.BatchNorm2d(top), nn.ReLU(True)]
    judge = [down(channels, features, bias=False), nn.LeakyReLU(0.2, True)]
    for narrow, wide in zip(widths, widths[1:]):
        judge += [down(narrow, wide, bias=False), nn.BatchNorm2d(wide), nn.LeakyReLU(0.2, True)]
    for narrow, wide in reversed(list(zip(widths, widths[1:]))):
        generator += [up(wide, narrow, bias=False), nn.BatchNorm2d(narrow), nn.ReLU(True)]
    generator += [up(features, channels, bias=False), nn.Tanh()]
    judge += [down(top, 1, 4, 1, 0, bias=False), nn.Flatten()]
    return nn.Sequential(*generator), nn.Sequential(*judge)


def points(width, depth):
    hidden = [width] * depth
    return dense(2, *hidden, 2), dense(2, *hidden, 1)


# MARK: The workloads

def autoencoder():
    model = dense(784, 256, 32, 256, 784)
    batch = Batches(images(60000, 1, 28, 0, 1).flatten(1), 256)
    optimizer = adam(model, 1e-3, (0.9, 0.999))

    def step():
        x = batch()
        return update(optimizer, F.binary_cross_entropy_with_logits(model(x), x))

    return model, step


def vae_mlp():
    model = VAE(dense(784, 400, 400), 400, 20, dense(20, 400, 400, 784))
    return vae(model, Batches(images(60000, 1, 28, 0, 1).flatten(1), 128))


def vae_conv():
    encoder = nn.Sequential(
        down(1, 32), nn.ReLU(True), down(32, 64), nn.ReLU(True), down(64, 128), nn.ReLU(True),
        nn.Flatten())
    decoder = nn.Sequential(
        nn.Linear(32, 2048), nn.ReLU(True), nn.Unflatten(1, (128, 4, 4)),
        up(128, 64), nn.ReLU(True), up(64, 32), nn.ReLU(True), up(32, 1))
    return vae(VAE(encoder, 2048, 32, decoder), Batches(images(20000, 1, 32, 0, 1), 128))


def gan_mlp():
    generator = nn.Sequential(*dense(100, 128, 128, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
    judge = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(True), nn.MaxPool2d(2), nn.Dropout(0.2),
        nn.Conv2d(32, 64, 3), nn.ReLU(True), nn.MaxPool2d(2), nn.Dropout(0.2),
        nn.Flatten(), nn.Linear(1600, 1))
    return gan(
        generator, judge, lambda: torch.randn(64, 100), Batches(images(60000, 1, 28), 64))


def dcgan32():
    noise = lambda: torch.randn(64, 100, 1, 1)
    return gan(*dcgan(3, 32), noise, Batches(images(10000, 3, 32), 64))


def dcgan64():
    noise = lambda: torch.randn(128, 100, 1, 1)
    return gan(*dcgan(1, 64), noise, Batches(images(4000, 1, 64), 128))


def gan_ring():
    noise = lambda: torch.randn(512, 2)
    return gan(*points(128, 2), noise, Batches(torch.randn(50000, 2), 512), 1e-3)


def wgan_ring():
    generator, critic = points(512, 3)
    optimizers = [torch.optim.RMSprop(n.parameters(), 5e-5) for n in (generator, critic)]
    return wgan(
        generator, critic, lambda: torch.randn(256, 2), Batches(torch.randn(50000, 2), 256),
        *optimizers, clip=0.01)


def wgan_gp_ring():
    generator, critic = points(512, 3)
    return wgan(
        generator, critic, lambda: torch.randn(256, 2), Batches(torch.randn(50000, 2), 256),
        adam(generator, 1e-4, (0.5, 0.9)), adam(critic, 1e-4, (0.5, 0.9)), weight=0.1)


def wgan_gp_conv():
    generator = nn.Sequential(
        nn.Linear(128, 4096), nn.ReLU(True), nn.Unflatten(1, (256, 4, 4)),
        up(256, 128), nn.ReLU(True), up(128, 64, padding=2), nn.ReLU(True), up(64, 1), nn.Tanh())
    critic = nn.Sequential(
        down(1, 64), nn.LeakyReLU(0.2), down(64, 128), nn.LeakyReLU(0.2),
        down(128, 256), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(2304, 1))
    return wgan(
        generator, critic, lambda: torch.randn(64, 128), Batches(images(20000, 1, 28), 64),
        adam(generator, 1e-4, (0.5, 0.9)), adam(critic, 1e-4, (0.5, 0.9)), weight=10)


WORKLOADS = {
    f.__name__.replace("_", "-"): f
    for f in (autoencoder, vae_mlp, vae_conv, gan_mlp, dcgan32, dcgan64, gan_ring, wgan_ring,
              wgan_gp_ring, wgan_gp_conv)
}
