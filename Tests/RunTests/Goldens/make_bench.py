#!/usr/bin/env python3
"""Make bench.json: what PyTorch makes of the workloads of experiments/bench (workloads.py there).

For all of them the number of parameters; for three of them one step from the weights, batches and
noise that Assay draws from the seed 1 (with 2000 examples of data), which follow here from the
written contract alone: the loss of each player's last update, and some weights after the step,
those with large gradients, as neither side can say more than noise about the others.

needs: PyTorch and numpy
usage: make_bench.py > bench.json
"""
import json, math, os, sys
import numpy as np
import torch

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../../experiments/bench"))
import workloads as reference
SEED, COUNT, MASK = 1, 2000, (1 << 64) - 1


def stream(path):
    """FNV-1a and the finaliser of SplitMix64."""
    h = 0xCBF29CE484222325
    for byte in path.encode():
        h = (h ^ byte) * 0x100000001B3 & MASK
    h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9 & MASK
    h = (h ^ h >> 27) * 0x94D049BB133111EB & MASK
    return h ^ h >> 31


def blocks(count, path, update):
    """Philox4x32-10: the words of blocks 0 ..< count, [count, 4]."""
    s, low = stream(path), np.uint64(0xFFFFFFFF)
    c = [np.arange(count, dtype=np.uint64)]
    c += [np.full(count, word, np.uint64) for word in (update, s & 0xFFFFFFFF, s >> 32)]
    key = [SEED & 0xFFFFFFFF, SEED >> 32]
    for _ in range(10):
        p, q = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [q >> np.uint64(32) ^ c[1] ^ np.uint64(key[0]), q & low,
             p >> np.uint64(32) ^ c[3] ^ np.uint64(key[1]), p & low]
        key = [key[0] + 0x9E3779B9 & 0xFFFFFFFF, key[1] + 0xBB67AE85 & 0xFFFFFFFF]
    return np.stack(c, 1)


def in_places(words, count):
    """Number 64 g + 16 w + j comes from word w of block 16 g + j."""
    return words.reshape(-1, 16, 4).transpose(0, 2, 1).reshape(-1)[:count]


def uniform(shape, path, update=0):
    count = math.prod(shape)
    words = in_places(blocks(-(-count // 64) * 16, path, update), count)
    return ((words >> np.uint64(8)).astype(np.float64) * 2.0**-24).reshape(shape)


def normal(shape, path, update=0):
    count = math.prod(shape)
    w = blocks(-(-count // 64) * 16, path, update)
    u = (w[:, ::2].astype(np.float32).astype(np.float64) * 2.0**-32 + 2.0**-33).astype(np.float32)
    radius, angle = np.sqrt(-2 * np.log(u.astype(np.float64))), w[:, 1::2] * (2 * np.pi * 2.0**-32)
    z = np.empty(w.shape)
    z[:, ::2], z[:, 1::2] = radius * np.cos(angle), radius * np.sin(angle)
    return in_places(z, count).reshape(shape)


def permutation(count, path):
    words = blocks(count // 2 + 1, path, 0).reshape(-1, 2)
    order = list(range(count))
    for place in range(count - 1, 0, -1):
        low, high = (int(word) for word in words[count - 1 - place])
        drawn = (high << 32 | low) * (place + 1) >> 64
        order[place], order[drawn] = order[drawn], order[place]
    return order


def tensor(x):
    return torch.from_numpy(np.asarray(x, np.float64).astype(np.float32))


class Batches:
    """Assay's batches in the place of the reference's."""
    data = None

    def __init__(self, _, size):
        self.size, self.number, self.order = size, 0, permutation(COUNT, "data.order")

    def __call__(self):
        first = self.number * self.size
        self.number += 1
        return tensor(self.data[self.order[first:first + self.size]])


def in_memory(x):
    """Axes as they lie in Assay's memory."""
    return x.permute(2, 3, 1, 0) if x.dim() == 4 else x.t() if x.dim() == 2 else x


def initialize(modules):
    """Weights and biases uniform within 1 / sqrt(inputs), by the names that Assay gives them."""
    parameters = {}
    for path, layer in modules:
        bound = 1 / math.sqrt(layer.weight[0].numel() if layer.weight.dim() == 2
                              else math.prod(layer.weight.shape[1:]))
        for name, parameter in (("weight", layer.weight), ("bias", layer.bias)):
            shape = in_memory(parameter).shape
            value = tensor(2 * bound * uniform(shape, f"init.{path}.{name}") - bound)
            in_memory(parameter.data).copy_(value)
            parameters[f"{path}.{name}"] = parameter
    return parameters


def layers(network, module):
    return [(f"{network}.layers.{index}", layer) for index, layer in enumerate(module)
            if hasattr(layer, "weight")]


def one_step(name, data, draws, modules):
    """Losses by player and some of the weights after a step of a workload."""
    Batches.data, reference.Batches = data, Batches
    model, step = reference.WORKLOADS[name]()
    parameters = initialize(modules(model))
    losses, real = [], torch.Tensor.backward
    kept = {f: getattr(torch, f) for f in ("rand", "randn", "randn_like")}
    queue = iter(draws)

    def draw(*_):
        return tensor(next(queue))

    def backward(self, *arguments, **keywords):
        losses.append(self.item())
        real(self, *arguments, **keywords)

    for function in kept:
        setattr(torch, function, draw)
    torch.Tensor.backward = backward
    step()
    torch.Tensor.backward = real
    for function, original in kept.items():
        setattr(torch, function, original)
    assert next(queue, None) is None
    weights = {}
    for path, parameter in parameters.items():
        gradient = in_memory(parameter.grad).flatten().abs()
        places = gradient.argsort(descending=True)[:6].tolist()
        values = in_memory(parameter.data).flatten()
        weights[path] = {str(place): float(f"{values[place]:.9g}") for place in sorted(places)}
    return losses, weights


def sequential(model, networks):
    return [entry for network, module in zip(networks, model) for entry in layers(network, module)]


def vae_layers(model):
    heads = [(f"encoder.outputs.{head}.0", getattr(model, head)) for head in ("mean", "log_var")]
    return layers("encoder", model.encoder) + heads + layers("decoder", model.decoder)


def steps():
    values = "data.dataset.value"
    fake, score = "players.discriminator.let.fake/normal#0", "players.generator.let.score/normal#0"
    losses, weights = one_step(
        "gan-ring", normal((COUNT, 2), values), [normal((512, 2), fake), normal((512, 2), score)],
        lambda model: sequential(model, ("generator", "discriminator")))
    yield "gan-ring", {"discriminator": losses[0], "generator": losses[1]}, weights

    losses, weights = one_step(
        "vae-mlp", uniform((COUNT, 784), values),
        [normal((128, 20), "players.vae.let.z/normal#0")], vae_layers)
    yield "vae-mlp", {"vae": losses[0]}, weights

    draws = []
    for update in range(5):
        draws.append(normal((64, 128), "players.critic.let.fake/normal#0", update))
        mix = uniform((64, 1, 1, 1), "players.critic.let.mix/uniform#0", update)
        draws.append(1 - mix)
    draws.append(normal((64, 128), score))
    losses, weights = one_step(
        "wgan-gp-conv", 2 * uniform((COUNT, 1, 28, 28), values) - 1, draws,
        lambda model: sequential(model, ("generator", "critic")))
    yield "wgan-gp-conv", {"critic": losses[4], "generator": losses[5]}, weights


def main():
    # The reference draws data that nothing here looks at.
    parameters = {}
    for name, workload in reference.WORKLOADS.items():
        parameters[name] = sum(p.numel() for p in workload()[0].parameters())
    results = {name: {"losses": losses, "weights": weights} for name, losses, weights in steps()}
    print(json.dumps({"parameters": parameters, "steps": results}, indent=1))


main()
