"""Writes what PyTorch computes for uses of the layers, as `layers.json` beside this file.

usage: python3 make_layers.py        (needs PyTorch; the file was made with 2.13 on a CPU)

A case holds the layers as an experiment writes them, the parameters and statistics by Assay's
names, the input x, the output y, a weight dy for each element of y, the gradients of sum(dy * y)
with respect to x and to each parameter, and the statistics after the pass. Tensors have PyTorch's
order of axes. Inputs are multiples of 1/64, which are exact; PyTorch computes in float64.
"""
import json
import math
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(20160229)
torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent
CASES = []


def draw(*shape, scale=1.0):
    return torch.round(torch.randn(*shape) * scale * 64) / 64


def dense(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.8g}") for v in t.detach().flatten().tolist()]}


def case(layers, module, shape, names=None, mode="training", batch=3, states=None):
    """One list of layers, `module` being its twin.

    `names` maps Assay's names below `net.` to those of the module's parameters and buffers; without
    it the module's own parameters are those of layer 0.
    """
    module.train(mode == "training")
    own = dict(module.named_parameters()) | dict(module.named_buffers())
    if names is None:
        names = {f"layers.0.{n}": n for n in own if "num_batches" not in n}
    with torch.no_grad():
        for ours, theirs in names.items():
            own[theirs].copy_(draw(*own[theirs].shape, scale=0.5))
            if theirs.endswith("running_var"):
                own[theirs].abs_().add_(0.5)
            if theirs.endswith("u"):
                own[theirs].div_(own[theirs].norm())
                own[theirs].copy_(own[theirs].float().double())
    held = {"net." + o: own[t].detach().clone() for o, t in names.items()}
    parameters = {"net." + o: own[t] for o, t in names.items() if own[t].requires_grad}
    x = draw(batch, *shape).requires_grad_()
    y = module(x)
    dy = draw(*y.shape)
    gradients = torch.autograd.grad((y * dy).sum(), [x, *parameters.values()])
    moved = {"net." + o: dense(own[t]) for o, t in names.items()
             if not own[t].requires_grad and mode == "training"}
    CASES.append({
        "layers": layers, "mode": mode, "variables": {n: dense(v) for n, v in held.items()},
        "input": dense(x), "output": dense(y), "weights": dense(dy), "inputGradient": dense(gradients[0]),
        "gradients": {n: dense(g) for n, g in zip(parameters, gradients[1:])}, "moved": moved,
    })


class Function(nn.Module):
    """A layer without parameters."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class SpectralNorm(nn.Module):
    """Assay's spectral normalisation around a layer: one kept vector, u. In training v = Mu / |Mu|,
    then u = M'v / |M'v| once, sigma = v'Mu; in evaluation u stays. PyTorch's own keeps both vectors
    and iterates on every pass."""

    def __init__(self, inner, transposed=False):
        super().__init__()
        self.weight = nn.Parameter(inner.weight.detach())
        self.bias = nn.Parameter(inner.bias.detach())
        del inner.weight, inner.bias
        self.inner = [inner]
        self.transposed = transposed
        self.register_buffer("u", torch.ones(self.matrix().shape[0]))

    def matrix(self):
        weight = self.weight.transpose(0, 1) if self.transposed else self.weight
        return weight.reshape(weight.shape[0], -1)

    def forward(self, x):
        matrix = self.matrix().detach()
        v = F.normalize(matrix.T @ self.u, dim=0)
        if self.training:
            self.u.copy_(F.normalize(matrix @ v, dim=0))
        sigma = self.u @ self.matrix() @ v
        inner = self.inner[0]
        inner.weight, inner.bias = self.weight / sigma, self.bias
        return inner(x)

SPECTRAL = {"layers.0.weight": "weight", "layers.0.bias": "bias", "layers.0.spectral_norm.u": "u"}


class Same(nn.Module):
    """A convolution whose zeros are given for each side."""

    def __init__(self, conv, sides):
        super().__init__()
        self.conv = conv
        self.sides = sides

    def forward(self, x):
        return self.conv(F.pad(x, self.sides))

CONV = {"layers.0.weight": "conv.weight", "layers.0.bias": "conv.bias"}


class Maxout(nn.Module):
    def __init__(self, features, units, pieces):
        super().__init__()
        self.linear = nn.Linear(features, units * pieces)
        self.pieces = pieces

    def forward(self, x):
        return self.linear(x).unflatten(1, (-1, self.pieces)).amax(2)


class Residual(nn.Module):
    def __init__(self, layers, shortcut=None):
        super().__init__()
        self.layers = layers
        self.shortcut = shortcut or nn.Identity()

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


def minibatch_stddev(group):
    """Karras et al. (2018): example i belongs to group i mod (batch / group)."""
    def function(x):
        groups = x.unflatten(0, (group, -1))
        deviation = (groups.var(0, unbiased=False) + 1e-8).sqrt()
        mean = deviation.flatten(1).mean(1)
        channel = mean.repeat(group).reshape(-1, *[1] * (x.dim() - 1))
        return torch.cat([x, channel.expand(-1, 1, *x.shape[2:])], 1)
    return Function(function)


def weights():
    case("dense: 4", nn.Linear(5, 4), [5])
    case("dense: {units: 3, bias: false}", nn.Linear(5, 3, bias=False), [5])
    case("maxout: {units: 3, pieces: 4}", Maxout(5, 3, 4), [5],
         {"layers.0.weight": "linear.weight", "layers.0.bias": "linear.bias"})
    case("dense: {units: 4, spectral_norm: true}", SpectralNorm(nn.Linear(5, 4)), [5], SPECTRAL)
    case("dense: {units: 4, spectral_norm: true}", SpectralNorm(nn.Linear(5, 4)), [5], SPECTRAL,
         mode="evaluation")
    case("conv: {channels: 3, kernel: 3, spectral_norm: true}",
         SpectralNorm(nn.Conv2d(2, 3, 3)), [2, 4, 5], SPECTRAL)
    case("conv_transpose: {channels: 3, kernel: 2, stride: 2, spectral_norm: true}",
         SpectralNorm(nn.ConvTranspose2d(2, 3, 2, 2), transposed=True), [2, 2, 3], SPECTRAL)


def convolutions():
    for text, module in [
        ("{channels: 3, kernel: 3}", nn.Conv2d(2, 3, 3)),
        ("{channels: 3, kernel: [3, 2], stride: [2, 1], padding: [1, 0]}",
         nn.Conv2d(2, 3, (3, 2), (2, 1), (1, 0))),
        ("{channels: 3, kernel: 2, dilation: [2, 3], bias: false}",
         nn.Conv2d(2, 3, 2, dilation=(2, 3), bias=False)),
        ("{channels: 4, kernel: 3, padding: 1, groups: 2}", nn.Conv2d(2, 4, 3, 1, 1, groups=2)),
        ("{channels: 3, kernel: [4, 3], padding: same, dilation: [1, 2]}",
         nn.Conv2d(2, 3, (4, 3), padding="same", dilation=(1, 2))),
        ("{channels: 3, kernel: 1, stride: 2}", nn.Conv2d(2, 3, 1, 2)),
    ]:
        case("conv: " + text, module, [2, 4, 5])
    # 5 -> 3 rows need 2 * 2 + 3 - 5 = 2 zeros; 4 -> 2 columns need 2 + 3 - 4 = 1, on the right.
    case("conv: {channels: 2, kernel: 3, stride: 2, padding: same}",
         Same(nn.Conv2d(2, 2, 3, 2), (0, 1, 1, 1)), [2, 5, 4], CONV)
    for text, module in [
        ("{channels: 3, kernel: 4, stride: 2, padding: 1}", nn.ConvTranspose2d(2, 3, 4, 2, 1)),
        ("{channels: 3, kernel: 3, stride: [2, 3], padding: 1, output_padding: [1, 2]}",
         nn.ConvTranspose2d(2, 3, 3, (2, 3), 1, (1, 2))),
        ("{channels: 4, kernel: 2, groups: 2, dilation: 2, bias: false}",
         nn.ConvTranspose2d(2, 4, 2, groups=2, dilation=2, bias=False)),
        ("{channels: 2, kernel: 2, stride: 3, padding: 2}", nn.ConvTranspose2d(2, 2, 2, 3, 2)),
        ("{channels: 2, kernel: [1, 3]}", nn.ConvTranspose2d(2, 2, (1, 3))),
    ]:
        case("conv_transpose: " + text, module, [2, 3, 3])


def normalizations():
    for mode in ("training", "evaluation"):
        case("batch_norm", nn.BatchNorm1d(4), [4], mode=mode, batch=5)
        case("batch_norm", nn.BatchNorm2d(3), [3, 2, 3], mode=mode)
        case("batch_norm: {affine: false, momentum: 0.3, eps: 1e-3}",
             nn.BatchNorm2d(3, eps=1e-3, momentum=0.3, affine=False), [3, 2, 3], mode=mode)
    case("layer_norm", nn.LayerNorm(6), [6])
    case("layer_norm", nn.LayerNorm([2, 3, 4]), [2, 3, 4])
    case("layer_norm: {affine: false, eps: 1e-2}", nn.LayerNorm(6, 1e-2, False), [6])
    case("instance_norm", nn.InstanceNorm2d(2), [2, 3, 4])
    case("instance_norm: {affine: true, eps: 1e-3}",
         nn.InstanceNorm2d(2, eps=1e-3, affine=True), [2, 3, 4])
    case("group_norm: 2", nn.GroupNorm(2, 4), [4, 2, 3])
    case("group_norm: {groups: 3, affine: false}", nn.GroupNorm(3, 6, affine=False), [6])
    case("minibatch_stddev: 2", minibatch_stddev(2), [3], batch=4)
    case("minibatch_stddev", minibatch_stddev(4), [2, 2, 3], batch=8)
    # Groups of 4 do not divide 6 examples; 3 do.
    case("minibatch_stddev", minibatch_stddev(3), [2], batch=6)


def activations():
    for text, module in [
        ("relu", nn.ReLU()), ("leaky_relu", nn.LeakyReLU()), ("leaky_relu: 0.2", nn.LeakyReLU(0.2)),
        ("elu", nn.ELU()), ("elu: 0.5", nn.ELU(0.5)), ("selu", nn.SELU()), ("gelu", nn.GELU()),
        ("gelu: {approximate: tanh}", nn.GELU("tanh")), ("silu", nn.SiLU()), ("tanh", nn.Tanh()),
        ("sigmoid", nn.Sigmoid()), ("softplus", nn.Softplus()), ("softmax", nn.Softmax(1)),
    ]:
        case(text, module, [6])
    case("softmax", nn.Softmax(1), [3, 2, 2])
    for text in ("dropout", "gaussian_noise: 0.5"):
        case(text, nn.Identity(), [4], mode="evaluation")


def images():
    for text, module in [
        ("max_pool: 2", nn.MaxPool2d(2)),
        ("max_pool: {kernel: 3, stride: 2, padding: 1}", nn.MaxPool2d(3, 2, 1)),
        ("max_pool: {kernel: [2, 3], stride: 1}", nn.MaxPool2d((2, 3), 1)),
        ("average_pool: [2, 1]", nn.AvgPool2d((2, 1))),
        ("average_pool: {kernel: 3, stride: 2, padding: 1}", nn.AvgPool2d(3, 2, 1)),
        ("average_pool: {kernel: 3, stride: 2, padding: 1, count_include_pad: false}",
         nn.AvgPool2d(3, 2, 1, count_include_pad=False)),
        ("global_average_pool", Function(lambda x: x.mean((2, 3)))),
        ("upsample", nn.Upsample(scale_factor=2)),
        ("upsample: [1, 3]", nn.Upsample(scale_factor=(1, 3))),
        ("upsample: {factor: 2, mode: bilinear}", nn.Upsample(scale_factor=2, mode="bilinear")),
        ("flatten", nn.Flatten()),
        ("reshape: [4, 2, 5]", Function(lambda x: x.reshape(-1, 4, 2, 5))),
        ("reshape: [8, 5]", Function(lambda x: x.reshape(-1, 8, 5))),
    ]:
        case(text, module, [2, 4, 5])
    case("reshape: [2, 3, 4]", Function(lambda x: x.reshape(-1, 2, 3, 4)), [24])


def rows():
    layers = nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.Tanh())
    case("residual: [{conv: {channels: 2, kernel: 3, padding: 1}}, tanh]", Residual(layers), [2, 3, 3],
         {f"layers.0.layers.0.{n}": f"layers.0.{n}" for n in ("weight", "bias")})
    names = {f"layers.0.{path}.0.{n}": f"{path}.{n}" for path in ("layers", "shortcut")
             for n in ("weight", "bias")}
    case("residual: {layers: [dense: 3], shortcut: [dense: 3]}",
         Residual(nn.Linear(4, 3), nn.Linear(4, 3)), [4], names)

    class Shared(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(4, 4)

        def forward(self, x):
            return self.linear(torch.tanh(self.linear(x)))

    CASES_BEFORE = len(CASES)
    case("dense: {units: 4, weights: twin}, tanh, dense: {units: 4, weights: twin}", Shared(), [4],
         {"shared.twin.weight": "linear.weight", "shared.twin.bias": "linear.bias"})
    shared = CASES[CASES_BEFORE]
    for key in ("variables", "gradients"):
        shared[key] = {n.removeprefix("net."): v for n, v in shared[key].items()}
    case("flatten, dense: 6, batch_norm, leaky_relu: 0.2, reshape: [6, 1, 1], "
         "conv_transpose: {channels: 2, kernel: 3}",
         nn.Sequential(nn.Flatten(), nn.Linear(8, 6), nn.BatchNorm1d(6), nn.LeakyReLU(0.2),
                       nn.Unflatten(1, (6, 1, 1)), nn.ConvTranspose2d(6, 2, 3)), [2, 2, 2],
         {f"layers.{n}": n for n in ["1.weight", "1.bias", "2.weight", "2.bias", "2.running_mean",
                                     "2.running_var", "5.weight", "5.bias"]}, batch=4)


weights()
convolutions()
normalizations()
activations()
images()
rows()
text = ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES)
(HERE / "layers.json").write_text("[\n" + text + "\n]\n")
