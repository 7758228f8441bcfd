"""Writes what PyTorch's optimisers and schedules do, as `optimizers.json` and `schedules.json`
beside this file.

usage: python3 make_updates.py        (needs PyTorch; the files were made with 2.13 on a CPU)

An optimiser's case holds first parameters, the gradients of ten updates, the factor by which
`clip_grad_norm_` multiplied each of them, and the parameters after each update. A schedule's case
holds its values over a run of twenty steps. PyTorch computes in float64.
"""
import json
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler as schedules

warnings.simplefilter("ignore")
torch.manual_seed(20141222)
torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent
COUNT = 7


def draw(scale=1.0):
    return torch.round(torch.randn(COUNT) * scale * 64) / 64


def numbers(t):
    return [float(f"{v:.9g}") for v in t.detach().tolist()]


def updates(text, make, norm=None, value=None, clip=None, rates=None):
    p = torch.nn.Parameter(draw())
    case = {"optimizer": text, "parameters": numbers(p), "gradients": [], "scales": [], "after": []}
    if value is not None:
        case["clipValue"] = value
    if clip is not None:
        case["clip"] = clip
    optimizer = make([p])
    for update in range(10):
        p.grad = draw(0.5) if update != 4 else torch.zeros(COUNT)
        case["gradients"].append(numbers(p.grad))
        scale = 1.0
        if norm is not None:
            length = torch.nn.utils.clip_grad_norm_([p], norm)
            scale = min(1.0, float(norm / (length + 1e-6)))
        if value is not None:
            torch.nn.utils.clip_grad_value_([p], value)
        optimizer.step()
        if clip is not None:
            p.data.clamp_(-clip, clip)
        case["scales"].append(scale)
        case["after"].append(numbers(p))
    return case


def optimizers():
    o = torch.optim
    return [
        updates("sgd: 0.1", lambda p: o.SGD(p, 0.1)),
        updates("sgd: {rate: 0.1, weight_decay: 0.01}", lambda p: o.SGD(p, 0.1, weight_decay=0.01)),
        updates("sgd: {rate: 0.1, momentum: 0.9}", lambda p: o.SGD(p, 0.1, 0.9)),
        updates("sgd: {rate: 0.05, momentum: 0.8, nesterov: true, weight_decay: 0.1}",
                lambda p: o.SGD(p, 0.05, 0.8, weight_decay=0.1, nesterov=True)),
        updates("adam: 0.01", lambda p: o.Adam(p, 0.01)),
        updates("adam: {rate: 0.02, betas: [0, 0.9], eps: 1e-4}",
                lambda p: o.Adam(p, 0.02, (0.0, 0.9), 1e-4)),
        updates("adam: {rate: 0.01, betas: [0.5, 0.999], weight_decay: 0.1}",
                lambda p: o.Adam(p, 0.01, (0.5, 0.999), weight_decay=0.1)),
        updates("adamw: 0.01", lambda p: o.AdamW(p, 0.01)),
        updates("adamw: {rate: 0.01, weight_decay: 0.3}",
                lambda p: o.AdamW(p, 0.01, weight_decay=0.3)),
        updates("rmsprop: 0.01", lambda p: o.RMSprop(p, 0.01)),
        updates("rmsprop: {rate: 0.01, alpha: 0.9, eps: 1e-3, momentum: 0.7, weight_decay: 0.1}",
                lambda p: o.RMSprop(p, 0.01, 0.9, 1e-3, 0.1, 0.7)),
        updates("adagrad: 0.1", lambda p: o.Adagrad(p, 0.1)),
        updates("adagrad: {rate: 0.1, weight_decay: 0.1, eps: 1e-3}",
                lambda p: o.Adagrad(p, 0.1, weight_decay=0.1, eps=1e-3)),
        updates("sgd: {rate: 0.1, momentum: 0.9}", lambda p: o.SGD(p, 0.1, 0.9), norm=0.75),
        updates("adam: 0.01", lambda p: o.Adam(p, 0.01), value=0.25),
        updates("sgd: 0.5", lambda p: o.SGD(p, 0.5), norm=1.25, value=0.5, clip=0.75),
        updates("rmsprop: 0.05", lambda p: o.RMSprop(p, 0.05), clip=0.125),
    ]


def schedule(text, rate, make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], rate)
    scheduler = make(optimizer)
    values = []
    for _ in range(20):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return {"schedule": text, "values": values}


def all_schedules():
    return [
        schedule("constant: 0.25", 0.25, lambda o: schedules.ConstantLR(o, 1.0)),
        schedule("linear: {from: 0.1}", 0.1, lambda o: schedules.LinearLR(o, 1.0, 0.0, 20)),
        schedule("linear: {from: 0.1, to: 0.4}", 0.1,
                 lambda o: schedules.LambdaLR(o, lambda step: 1 + 3 * step / 20)),
        schedule("cosine: {from: 2e-4}", 2e-4, lambda o: schedules.CosineAnnealingLR(o, 20)),
        schedule("cosine: {from: 0.1, to: 0.02}", 0.1,
                 lambda o: schedules.CosineAnnealingLR(o, 20, 0.02)),
        schedule("step: {from: 0.1, every: 6}", 0.1, lambda o: schedules.StepLR(o, 6)),
        schedule("step: {from: 0.1, every: 5, factor: 0.5}", 0.1,
                 lambda o: schedules.StepLR(o, 5, 0.5)),
        schedule("exponential: {from: 0.1, factor: 0.9}", 0.1,
                 lambda o: schedules.ExponentialLR(o, 0.9)),
        schedule("exponential: {from: 0.1, factor: 0.5, every: 4}", 0.1,
                 lambda o: schedules.ExponentialLR(o, 0.5 ** 0.25)),
        schedule("warmup: {to: 0.1, steps: 8}", 0.1, lambda o: schedules.LinearLR(o, 1 / 8, 1, 7)),
    ]


for name, cases in [("optimizers", optimizers()), ("schedules", all_schedules())]:
    text = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    (HERE / f"{name}.json").write_text("[\n" + text + "\n]\n")
