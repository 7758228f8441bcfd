"""Trains a PyTorch twin of each of ../Experiments for ten steps, from the same weights, batches and
noise, and writes the losses to twins.json.

    mkdir /tmp/twins && ASSAY_TWINS=/tmp/twins swift test --filter TwinTests
    python twins.py /tmp/twins                 # PyTorch 2.13, safetensors 0.8

Where PyTorch's habits differ from Assay's definition of a step, the twin follows the definition:
spectral normalisation iterates once in an update of the player that trains the network, before the
first use, and not at all in the updates of others.
"""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

STEPS = 10
torch.set_num_threads(1)


class Twin:
    """Parameters and statistics by their names in checkpoints, and the inputs of each update."""

    def __init__(self, folder, family):
        self.tensors = load_file(folder / f"{family}.safetensors")
        self.losses = {}

    def parameters(self, *networks):
        """The parameters of networks, as leaves that need gradients."""
        skipped = ("running_mean", "running_var", "spectral_norm.u")
        names = [
            name for name in sorted(self.tensors)
            if name.startswith(tuple(n + "." for n in networks)) and not name.endswith(skipped)
        ]
        return [self.tensors[name].requires_grad_() for name in names]

    def updates(self, player, number=1):
        """Yields the step, the batch, the labels and the draws of each update."""
        for step in range(STEPS):
            yield step, [self.inputs(f"{step}.{player}.{update}") for update in range(number)]

    def inputs(self, name):
        get = lambda key: self.tensors.get(f"{name}.{key}")
        images = lambda t: t.permute(0, 3, 1, 2) if t is not None and t.dim() == 4 else t
        label = get("label")
        return (images(get("x")), None if label is None else label.long(),
                [images(draw) for k in range(9) if (draw := get(f"draw.{k}")) is not None])

    def apply(self, player, optimizer, loss, parameters, clip=None):
        """Moves the parameters down the gradient of the loss, which is recorded."""
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter.grad = gradient
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
        self.last = loss.item()

    def record(self, player):
        self.losses.setdefault(player, []).append(self.last)

    def dense(self, x, name):
        return F.linear(x, self.tensors[name + ".weight"], self.tensors[name + ".bias"])

    def conv(self, x, name, **settings):
        return F.conv2d(x, self.tensors[name + ".weight"], self.tensors[name + ".bias"], **settings)

    def batch_norm(self, x, name):
        return F.batch_norm(x, None, None, self.tensors[name + ".weight"],
                            self.tensors[name + ".bias"], training=True)

    def spectral(self, name, iterates):
        """The weight over its largest singular value, u and v being constants."""
        weight, u = self.tensors[name + ".weight"], self.tensors[name + ".spectral_norm.u"][:, 0]
        matrix = weight.flatten(1)
        with torch.no_grad():
            v = F.normalize(matrix.T @ u, dim=0, eps=1e-12)
            if iterates:
                u = F.normalize(matrix @ v, dim=0, eps=1e-12)
                self.tensors[name + ".spectral_norm.u"] = u[:, None]
        return weight / (u @ matrix @ v)


def vae(twin):
    parameters = twin.parameters("encoder", "decoder")
    optimizer = torch.optim.Adam(parameters, lr=1e-2)
    for step, [(x, _, (noise,))] in twin.updates("vae"):
        h = twin.dense(x.flatten(1), "encoder.layers.1").relu()
        mean = twin.dense(h, "encoder.outputs.mean.0")
        log_var = twin.dense(h, "encoder.outputs.log_var.0")
        z = mean + (log_var / 2).exp() * noise
        logits = twin.dense(twin.dense(z, "decoder.layers.0").relu(), "decoder.layers.2")
        reconstruction = F.binary_cross_entropy_with_logits(
            logits, x.flatten(1), reduction="none").sum(1)
        kl = 0.5 * (mean ** 2 + log_var.exp() - 1 - log_var).sum(1)
        loss = (reconstruction + min(1, (step + 1) / 5) * kl).mean()
        twin.apply("vae", optimizer, loss, parameters)
        twin.record("vae")


def autoencoder(twin):
    parameters = twin.parameters("encoder", "decoder")
    optimizer = torch.optim.AdamW(parameters, lr=1e-2, weight_decay=0.1)
    for step, [(x, _, (noise,))] in twin.updates("autoencoder"):
        optimizer.param_groups[0]["lr"] = 1e-2 * (1 - step / 12)
        h = twin.dense((x + 0.2 * noise).flatten(1), "encoder.layers.1")
        scale, shift = (twin.tensors["encoder.layers.2." + name] for name in ("weight", "bias"))
        h = F.gelu(F.layer_norm(h, [16], scale, shift))
        loss = F.mse_loss(twin.dense(h, "decoder.layers.0").sigmoid(), x.flatten(1))
        twin.apply("autoencoder", optimizer, loss, parameters)
        twin.record("autoencoder")


def classifier(twin):
    parameters = twin.parameters("classifier")
    optimizer = torch.optim.SGD(parameters, lr=0.1, momentum=0.9, nesterov=True)
    for _, [(x, label, (draw,))] in twin.updates("classifier"):
        h = F.max_pool2d(twin.conv(x, "classifier.layers.0", padding=1).relu(), 2).flatten(1)
        logits = twin.dense(h * (draw >= 0.25) / 0.75, "classifier.layers.5")
        twin.apply("classifier", optimizer, F.cross_entropy(logits, label), parameters)
        twin.record("classifier")


def adversarial(twin, judge, updates, optimizers, judging, generating, clip=None):
    """Both players in turn; `judging` and `generating` give their losses."""
    groups = {name: twin.parameters(name) for name in (judge, "generator")}
    optimizers = {name: optimizers(group) for name, group in groups.items()}
    rounds = zip(twin.updates(judge, updates), twin.updates("generator"))
    for (_, judgements), (_, [(_, _, draws)]) in rounds:
        for x, _, noises in judgements:
            twin.apply(judge, optimizers[judge], judging(x, noises), groups[judge], clip)
        twin.record(judge)
        twin.apply("generator", optimizers["generator"], generating(draws[0]), groups["generator"],
                   clip)
        twin.record("generator")


def gan(twin):
    def generator(z):
        h = twin.dense(z, "generator.layers.0").reshape(-1, 8, 4, 4)
        h = twin.batch_norm(h, "generator.layers.2").relu()
        name = "generator.layers.4"
        return F.conv_transpose2d(h, twin.tensors[name + ".weight"], twin.tensors[name + ".bias"],
                                  stride=2, padding=1).tanh()

    def discriminator(x):
        h = twin.conv(x, "discriminator.layers.0", stride=2, padding=1)
        h = F.leaky_relu(twin.batch_norm(h, "discriminator.layers.1"), 0.2)
        return twin.dense(h.flatten(1), "discriminator.layers.4")

    def judging(x, noises):
        real, fake = discriminator(x), discriminator(generator(noises[0]))
        return -F.logsigmoid(real).mean() - F.logsigmoid(-fake).mean()

    adversarial(twin, "discriminator", 1,
                lambda group: torch.optim.Adam(group, lr=2e-3, betas=(0.5, 0.999)),
                judging, lambda z: -F.logsigmoid(discriminator(generator(z))).mean())


def wgan_gp(twin):
    def generator(z):
        return twin.dense(twin.dense(z, "generator.layers.0").relu(), "generator.layers.2")

    def critic(x):
        h = twin.dense(twin.dense(x, "critic.layers.0").relu(), "critic.layers.2").tanh()
        return twin.dense(h, "critic.layers.4")

    def judging(x, noises):
        fake = generator(noises[0])
        mix = torch.lerp(x, fake, noises[1])
        slope = torch.autograd.grad(critic(mix).sum(), mix, create_graph=True)[0].norm(dim=1)
        return critic(fake).mean() - critic(x).mean() + 10 * ((slope - 1) ** 2).mean()

    adversarial(twin, "critic", 2, lambda group: torch.optim.RMSprop(group, lr=1e-3),
                judging, lambda z: -critic(generator(z)).mean(), clip=5)


def hinge(twin):
    def generator(z):
        h = twin.dense(z, "generator.layers.0").reshape(-1, 4, 4, 4).relu()
        h = F.interpolate(h, scale_factor=2, mode="nearest")
        return twin.conv(h, "generator.layers.4", padding=1).tanh()

    def discriminator(iterates):
        first, last = "discriminator.layers.0", "discriminator.layers.3"
        w1, w2 = twin.spectral(first, iterates), twin.spectral(last, iterates)

        def score(x):
            h = F.conv2d(x, w1, twin.tensors[first + ".bias"], stride=2, padding=1)
            return F.linear(F.leaky_relu(h, 0.1).flatten(1), w2, twin.tensors[last + ".bias"])

        return score

    def judging(x, noises):
        score = discriminator(iterates=True)
        return (1 - score(x)).relu().mean() + (1 + score(generator(noises[0]))).relu().mean()

    adversarial(twin, "discriminator", 2,
                lambda group: torch.optim.Adam(group, lr=2e-3, betas=(0.0, 0.9)),
                judging, lambda z: -discriminator(iterates=False)(generator(z)).mean())


families = {"autoencoder": autoencoder, "classifier": classifier, "gan": gan, "hinge": hinge,
            "vae": vae, "wgan-gp": wgan_gp}
losses = {}
for family, train in families.items():
    twin = Twin(pathlib.Path(sys.argv[1]), family)
    train(twin)
    losses[family] = twin.losses
golden = pathlib.Path(__file__).with_name("twins.json")
golden.write_text(json.dumps(losses, indent=1, sort_keys=True) + "\n")
