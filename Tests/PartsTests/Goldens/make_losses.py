"""Writes what PyTorch computes for each player of each loss, as `losses.json` beside this file.

usage: python3 make_losses.py        (needs PyTorch; the file was made with 2.13 on a CPU)

A case is an experiment, weights and a batch, and one update of each of its players: the loss, what
is recorded of its `let` names, and the gradient of each parameter that the player trains. The
noise is drawn here anew from the names of its places in the experiment, by the recipe of
`CKernels/include/random.h`. PyTorch computes in float64.
"""
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(20140610)
torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent
SEED, UPDATE, STEP, BATCH = 1, 3, 4, 4
CASES = []


# Noise

def stream(path):
    """FNV-1a of the path, then the finaliser of SplitMix64."""
    mask = 2**64 - 1
    h = 0xCBF29CE484222325
    for byte in path.encode():
        h = ((h ^ byte) * 0x100000001B3) & mask
    h = ((h ^ (h >> 30)) * 0xBF58476D1CE4E5B9) & mask
    h = ((h ^ (h >> 27)) * 0x94D049BB133111EB) & mask
    return h ^ (h >> 31)


def philox(counter, key):
    """Philox4x32-10."""
    c, word = list(counter), 2**32 - 1
    first, second = key & word, key >> 32
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ first, p1 & word, (p0 >> 32) ^ c[3] ^ second, p0 & word]
        first, second = (first + 0x9E3779B9) & word, (second + 0xBB67AE85) & word
    return c


def draw(path, *shape):
    """The draw called `path`: `.../normal#0`, `.../uniform#1`."""
    s, out = stream(path), np.zeros((math.prod(shape) + 63) // 64 * 64)
    for index in range(out.size // 4):
        group, place = divmod(index, 16)
        words = philox([index, UPDATE, s & (2**32 - 1), s >> 32], SEED)
        if "/uniform#" in path:
            values = [(w >> 8) * 2.0**-24 for w in words]
        else:
            values = []
            for a, b in (words[:2], words[2:]):
                radius = math.sqrt(-2 * math.log((a + 0.5) * 2.0**-32))
                angle = 2 * math.pi * b * 2.0**-32
                values += [radius * math.cos(angle), radius * math.sin(angle)]
        for word, value in enumerate(values):
            out[64 * group + 16 * word + place] = value
    return torch.tensor(out[:math.prod(shape)]).reshape(shape)


# Networks: their text in the experiment, and the same as functions of their parameters

def dense(p, name, x):
    return x @ p[name + ".weight"].T + p[name + ".bias"]


def network(text, shapes, forward):
    return {"text": text, "shapes": shapes, "forward": forward}


def mlp(name, sizes, activation="tanh"):
    """Dense layers with an activation between them."""
    act = {"tanh": torch.tanh}[activation]
    places = [2 * i for i in range(len(sizes) - 1)]
    layers = f", {activation}, ".join(f"dense: {n}" for n in sizes[1:])

    def forward(p, x):
        for i in places:
            x = dense(p, f"{name}.layers.{i}", x)
            x = act(x) if i != places[-1] else x
        return x
    shapes = {}
    for i, place in enumerate(places):
        shapes[f"{name}.layers.{place}.weight"] = [sizes[i + 1], sizes[i]]
        shapes[f"{name}.layers.{place}.bias"] = [sizes[i + 1]]
    return network(f"{name}: {{input: [{sizes[0]}], layers: [{layers}]}}", shapes, forward)


def judge(name):
    """A discriminator with a convolution."""
    def forward(p, x):
        x = torch.tanh(dense(p, f"{name}.layers.0", x)).reshape(-1, 2, 2, 2)
        x = F.conv2d(x, p[f"{name}.layers.3.weight"], p[f"{name}.layers.3.bias"], padding=1)
        return dense(p, f"{name}.layers.6", F.softplus(x).flatten(1))
    text = (f"{name}: {{input: [2], layers: [dense: 8, tanh, reshape: [2, 2, 2], "
            "conv: {channels: 3, kernel: 2, padding: 1}, softplus, flatten, dense: 1]}")
    shapes = {"0.weight": [8, 2], "0.bias": [8], "3.weight": [3, 2, 2, 2], "3.bias": [3],
              "6.weight": [1, 27], "6.bias": [1]}
    return network(text, {f"{name}.layers.{n}": s for n, s in shapes.items()}, forward)


def encoder():
    """An encoder with a mean and a logarithm of the variance."""
    def forward(p, x):
        h = torch.tanh(dense(p, "encoder.layers.0", x))
        return [dense(p, f"encoder.outputs.{o}.0", h) for o in ("mean", "log_var")]
    shapes = {"encoder.layers.0.weight": [5, 2], "encoder.layers.0.bias": [5]}
    for output in ("mean", "log_var"):
        shapes[f"encoder.outputs.{output}.0.weight"] = [3, 5]
        shapes[f"encoder.outputs.{output}.0.bias"] = [3]
    text = ("encoder: {input: [2], layers: [dense: 5, tanh], "
            "outputs: {mean: [dense: 3], log_var: [dense: 3]}}")
    return network(text, shapes, forward)


def case(loss, networks, players):
    """`players`: by name the networks that they train, and a function of (parameters, x, labels)
    that gives the loss and what is recorded."""
    text = (f"data: {{dataset: ring, batch: {BATCH}}}\n"
            f"networks: {{{', '.join(n['text'] for n in networks)}}}\nloss: {{{loss}}}\n"
            "train: {steps: 10, optimizer: {sgd: {rate: 0.1}}}\n")
    parameters = {name: (torch.round(torch.randn(shape) * 40) / 64).requires_grad_()
                  for n in networks for name, shape in n["shapes"].items()}
    x = (torch.round(torch.randn(BATCH, 2) * 64) / 64).requires_grad_()
    labels = torch.tensor([3, 0, 7, 3])
    updates = {}
    for player, (trains, function) in players.items():
        value, records = function(parameters, x, labels)
        own = {n: p for n, p in parameters.items() if n.split(".")[0] in trains}
        gradients = torch.autograd.grad(value, list(own.values()))
        updates[player] = {
            "loss": number(value), "records": {n: number(v.mean()) for n, v in records.items()},
            "gradients": {n: tensor(g) for n, g in zip(own, gradients)},
        }
    CASES.append({
        "experiment": text, "update": UPDATE, "step": STEP, "x": tensor(x),
        "labels": labels.tolist(), "updates": updates,
        "parameters": {n: tensor(p) for n, p in parameters.items()},
    })


def number(v):
    return float(f"{float(torch.as_tensor(v).detach()):.8g}")


def tensor(t):
    return {"shape": list(t.shape), "values": [number(v) for v in t.detach().flatten()]}


def slope(score, point):
    """The length of the score's gradient, per example."""
    return torch.autograd.grad(score.sum(), point, create_graph=True)[0].square().sum(1).sqrt()


# Losses

def adversarial(loss, judging, generating, d="discriminator", real=False):
    """`judging(real, fake)` and `generating(fake, real)` on scores; penalties from the text."""
    g, f = mlp("generator", [3, 6, 2]), judge(d)

    def judges(p, x, labels):
        fake = g["forward"](p, draw(f"players.{d}.let.fake/normal#0", BATCH, 3))
        scores = {"real_score": f["forward"](p, x), "fake_score": f["forward"](p, fake)}
        value, records = judging(lambda v: f["forward"](p, v), x, fake, *scores.values())
        if "r1: 2" in loss:
            value = value + 0.5 * 2 * slope(scores["real_score"], x).square().mean()
        if "r2: 0.5 * 6" in loss:
            value = value + 0.5 * 3 * slope(scores["fake_score"], fake).square().mean()
        return value, scores | records

    def generates(p, x, labels):
        name = "fake_score" if real else "score"
        z = draw(f"players.generator.let.{name}/normal#0", BATCH, 3)
        score = f["forward"](p, g["forward"](p, z))
        real_score = f["forward"](p, x)
        return generating(score, real_score), {name: score} | ({"real_score": real_score} if real else {})
    case(loss, [g, f], {d: ([d], judges), "generator": (["generator"], generates)})


def plain(function):
    return lambda score, x, fake, real_score, fake_score: (function(real_score, fake_score), {})


def adversarial_losses():
    ls = F.logsigmoid
    gan = plain(lambda r, f: -ls(r).mean() - ls(-f).mean())
    saturating = lambda f, r: -ls(f).mean()
    adversarial("gan: {}", gan, saturating)
    adversarial("gan: {form: minimax}", gan, lambda f, r: ls(-f).mean())
    for penalties in ("{r1: 2}", "{r2: 0.5 * 6}", "{r1: 2, r2: 0.5 * 6}"):
        adversarial("gan: " + penalties, gan, saturating)
    both = "r1: 2, r2: 0.5 * 6"
    lsgan = plain(lambda r, f: 0.5 * (r - 1).square().mean() + 0.5 * f.square().mean())
    hinge = plain(lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean())
    wasserstein = plain(lambda r, f: f.mean() - r.mean())
    standard = plain(lambda r, f: -ls(r - f).mean())
    average = plain(lambda r, f: -ls(r - f.mean()).mean() - ls(r.mean() - f).mean())

    def gp(penalty):
        def judging(score, x, fake, r, f):
            u = draw("players.critic.let.mix/uniform#0", BATCH, 1)
            mix = x + u * (fake - x)
            length = slope(score(mix), mix)
            return f.mean() - r.mean() + penalty * (length - 1).square().mean(), {"slope": length}
        return judging

    def dragan(penalty):
        def judging(score, x, fake, r, f):
            path = "players.discriminator.let.near/uniform#"
            half = 0.5 * (x - x.mean()).square().mean().sqrt()
            near = x + draw(path + "0", BATCH, 1) * half * draw(path + "1", BATCH, 2)
            length = slope(score(near), near)
            value = -ls(r).mean() - ls(-f).mean() + penalty * (length - 1).square().mean()
            return value, {"slope": length, "half_std": half}
        return judging

    for extra in ("", ", " + both):
        inner = lambda text: "{" + (text + extra).removeprefix(", ") + "}"
        adversarial("lsgan: " + inner(""), lsgan, lambda f, r: 0.5 * (f - 1).square().mean())
        adversarial("hinge: " + inner(""), hinge, lambda f, r: -f.mean())
        adversarial("wgan: " + inner(""), wasserstein, lambda f, r: -f.mean(), d="critic")
        adversarial("wgan_gp: " + inner(""), gp(10), lambda f, r: -f.mean(), d="critic")
        adversarial("dragan: " + inner(""), dragan(10), saturating)
        adversarial("relativistic: " + inner("form: standard"), standard,
                    lambda f, r: -ls(f - r).mean(), real=True)
        adversarial("relativistic: " + inner(""), average, real=True, generating=lambda f, r:
                    -ls(f - r.mean()).mean() - ls(f.mean() - r).mean())
    adversarial("wgan_gp: {penalty: 2.5}", gp(2.5), lambda f, r: -f.mean(), d="critic")
    adversarial("dragan: {penalty: 1}", dragan(1), saturating)


def vae(loss, beta=1.0, free=None, variance=None):
    e, d = encoder(), mlp("decoder", [3, 5, 2])

    def function(p, x, labels):
        mean, log_var = e["forward"](p, x)
        z = mean + (log_var / 2).exp() * draw("players.vae.let.z/normal#0", BATCH, 3)
        output = d["forward"](p, z)
        if variance is None:
            reconstruction = F.binary_cross_entropy_with_logits(output, x, reduction="none").sum(1)
        else:
            reconstruction = -torch.distributions.Normal(output, variance**0.5).log_prob(x).sum(1)
        each = 0.5 * (mean**2 + log_var.exp() - 1 - log_var)
        kl = each.sum(1)
        counted = kl if free is None else each.clamp_min(free).sum(1)
        return (reconstruction + beta * counted).mean(), {"reconstruction": reconstruction, "kl": kl}
    case(loss, [e, d], {"vae": (["encoder", "decoder"], function)})


def autoencoder(loss, distance, noise=0.0):
    e, d = mlp("encoder", [2, 4, 3]), mlp("decoder", [3, 5, 2])

    def function(p, x, labels):
        seen = x + noise * draw("players.autoencoder.let.noisy/normal#0", BATCH, 2)
        return distance(d["forward"](p, e["forward"](p, seen)), x), {}
    case(loss, [e, d], {"autoencoder": (["encoder", "decoder"], function)})


def classifier():
    c = mlp("classifier", [2, 6, 8])

    def function(p, x, labels):
        logits = c["forward"](p, x)
        return F.cross_entropy(logits, labels), {"accuracy": (logits.argmax(1) == labels).double()}
    case("classifier: {}", [c], {"classifier": (["classifier"], function)})


adversarial_losses()
vae("vae: {}")
vae("vae: {beta: 4}", beta=4)
vae("vae: {beta: 'min(1, step / 10)'}", beta=STEP / 10)
vae("vae: {free_bits: 0.1, beta: 2}", beta=2, free=0.1)
vae("vae: {likelihood: gaussian}", variance=1.0)
vae("vae: {likelihood: gaussian, variance: 0.25, free_bits: 0.5}", free=0.5, variance=0.25)
autoencoder("autoencoder: {}", F.mse_loss)
autoencoder("autoencoder: {error: l1}", F.l1_loss)
autoencoder("autoencoder: {error: bce}", F.binary_cross_entropy_with_logits)
autoencoder("autoencoder: {noise: 0.5}", F.mse_loss, 0.5)
classifier()
text = ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES)
(HERE / "losses.json").write_text("[\n" + text + "\n]\n")
