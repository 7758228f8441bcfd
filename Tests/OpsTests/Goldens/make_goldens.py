"""Writes the values and gradients that PyTorch gives for uses of the ops, as JSON beside this file.

usage: python3 make_goldens.py        (needs PyTorch; the files were made with 2.13 on a CPU)

Images are NHWC and weights [KH, KW, IC / groups, OC], as in Assay. A case holds the inputs, the
output y, a weight dy for each element of y, the gradients of sum(dy * y) with respect to the
inputs (null where there is none), a weight for each element of these, and the gradients of the
so weighted sum of gradients: the second derivatives.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20181212)
torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent


def numbers(t):
    """The elements, rounded to float32 (a float32 needs at most nine digits)."""
    return [float(f"{v:.9g}") for v in t.detach().to(torch.float32).flatten().tolist()]


def dense(t):
    return None if t is None else {"shape": list(t.shape), "values": numbers(t)}


def case(kind, function, inputs, **attributes):
    """One use of an op. The inputs are float32 numbers; PyTorch computes in float64."""
    inputs = [i.to(torch.float32).to(torch.float64).requires_grad_() for i in inputs]
    y = function(*inputs)
    dy = torch.randn_like(y).to(torch.float32).to(torch.float64)
    first = torch.autograd.grad((y * dy).sum(), inputs, create_graph=True, allow_unused=True)
    weights = [None if g is None else torch.randn_like(g).to(torch.float32).to(torch.float64)
               for g in first]
    total = sum((g * w).sum() for g, w in zip(first, weights) if g is not None)
    second = [None] * len(inputs)
    if torch.is_tensor(total) and total.requires_grad:
        second = torch.autograd.grad(total, inputs, allow_unused=True)
    return {
        "kind": kind, "attributes": attributes, "inputs": [dense(i) for i in inputs],
        "output": dense(y), "weights": dense(dy), "first": [dense(g) for g in first],
        "firstWeights": [dense(w) for w in weights], "second": [dense(g) for g in second],
    }


def write(family, cases):
    text = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    (HERE / f"{family}.json").write_text("[\n" + text + "\n]\n")


def randn(*shape):
    return torch.randn(*shape)


def elementwise():
    wide = torch.linspace(-30, 30, 25)
    positive = torch.rand(12) * 4 + 0.1
    tails = torch.tensor([-100.0, -20, -5, -1e-3, 0, 1e-3, 5, 20, 88])
    # Softplus and its kin are written out: PyTorch's switch to a straight line beyond 20.
    softplus = lambda x: torch.logaddexp(x, torch.zeros_like(x))
    unary = [
        ("absolute", torch.abs, wide), ("square_root", torch.sqrt, positive),
        ("exponential", torch.exp, torch.linspace(-20, 20, 15)),
        ("logarithm", torch.log, positive), ("tanh", torch.tanh, torch.linspace(-6, 6, 25)),
        ("sigmoid", torch.sigmoid, wide), ("softplus", softplus, tails),
        ("log_sigmoid", lambda x: -softplus(-x), tails),
        ("error_function", torch.erf, torch.linspace(-4, 4, 25)), ("sine", torch.sin, wide),
        ("cosine", torch.cos, wide), ("relu", torch.relu, wide + 0.1),
        ("reciprocal", torch.reciprocal, positive), ("square", torch.square, wide),
        ("negate", torch.neg, wide),
    ]
    cases = [case(kind, f, [x]) for kind, f, x in unary]
    for n in (-3, -1, 2, 3, 7):
        cases.append(case("power", lambda x, n=n: x ** n, [positive], exponent=[n]))
    row, column, scalar = randn(1, 4), randn(3, 1), randn(())
    for kind, f in [("add", torch.add), ("subtract", torch.sub), ("multiply", torch.mul),
                    ("divide", torch.div), ("maximum", torch.maximum),
                    ("minimum", torch.minimum)]:
        cases += [case(kind, f, [randn(3, 4), randn(3, 4)]), case(kind, f, [column, row]),
                  case(kind, f, [scalar, randn(2, 3)])]
    return cases


def products():
    cases = []
    for ta in (0, 1):
        for tb in (0, 1):
            a = randn(5, 3) if ta else randn(3, 5)
            b = randn(4, 5) if tb else randn(5, 4)
            f = lambda a, b, ta=ta, tb=tb: (a.T if ta else a) @ (b.T if tb else b)
            cases.append(case("matmul", f, [a, b], transpose=[ta, tb]))
    return cases


def reductions():
    x = randn(3, 4, 5)
    cases = [case("sum", lambda x: x.sum((1, 2), keepdim=True), [x], axes=[1, 3]),
             case("sum", lambda x: x.sum(0, keepdim=True), [x], axes=[0, 1]),
             case("max_reduce", lambda x: x.amax((1, 2), keepdim=True), [x], axes=[1, 3]),
             case("max_reduce", lambda x: x.amax(1, keepdim=True), [randn(4, 6).round()],
                  axes=[1, 2])]
    return cases


def nchw(f):
    """A function of NCHW images as one of NHWC images."""
    return lambda x, *rest: f(x.permute(0, 3, 1, 2), *rest).permute(0, 2, 3, 1)


def images():
    cases = []
    for h, w, ic, oc, kh, kw, s, p, d, g in [
        (5, 6, 2, 3, 3, 3, (1, 1), (1, 1), (1, 1), 1), (7, 6, 2, 3, 4, 4, (2, 2), (1, 1), (1, 1), 1),
        (6, 6, 1, 2, 3, 2, (2, 1), (0, 2), (1, 2), 1), (7, 7, 2, 2, 3, 3, (1, 2), (2, 1), (2, 2), 1),
        (4, 5, 4, 6, 3, 3, (1, 1), (1, 1), (1, 1), 2), (5, 5, 3, 3, 3, 3, (2, 2), (1, 1), (1, 1), 3),
        (3, 3, 3, 2, 1, 1, (1, 1), (0, 0), (1, 1), 1), (5, 5, 1, 1, 2, 2, (3, 3), (0, 0), (1, 1), 1),
    ]:
        f = nchw(lambda x, k, s=s, p=p, d=d, g=g: F.conv2d(
            x, k.permute(3, 2, 0, 1), stride=s, padding=p, dilation=d, groups=g))
        cases.append(case("convolution", f, [randn(2, h, w, ic), randn(kh, kw, ic // g, oc)],
                          image=[h, w], channels=[ic, oc], kernel=[kh, kw], stride=s, padding=p,
                          dilation=d, groups=[g]))
    for h, w, ic, oc, k, s, p, op, d, g in [
        (3, 4, 3, 2, 4, 2, 1, 0, 1, 1), (3, 3, 2, 2, 3, 2, 1, 1, 1, 1), (2, 3, 4, 2, 3, 1, 0, 0, 1, 2),
        (3, 3, 2, 1, 3, 3, 0, 2, 2, 1), (1, 1, 5, 2, 4, 1, 0, 0, 1, 1),
    ]:
        # A transposed convolution of Assay has the weights of the convolution that leads back:
        # [KH, KW, OC / groups, IC].
        f = nchw(lambda x, k, s=s, p=p, op=op, d=d, g=g: F.conv_transpose2d(
            x, k.permute(3, 2, 0, 1), stride=s, padding=p, output_padding=op, dilation=d,
            groups=g))
        cases.append(case("conv_transpose", f, [randn(2, h, w, ic), randn(k, k, oc // g, ic)],
                          image=[h, w], channels=[ic, oc], kernel=[k, k], stride=[s, s],
                          padding=[p, p], outputPadding=[op, op], dilation=[d, d], groups=[g]))
    for k, s, p in [(2, 2, 0), (3, 2, 1), (3, 1, 1), ((2, 3), (1, 2), (1, 0))]:
        pair = lambda v: list(v) if isinstance(v, tuple) else [v, v]
        attributes = dict(kernel=pair(k), stride=pair(s), padding=pair(p))
        x = randn(2, 6, 5, 2)
        cases.append(case("max_pool", nchw(lambda x: F.max_pool2d(x, k, s, p)), [x], **attributes))
        for include in (0, 1):
            f = nchw(lambda x: F.avg_pool2d(x, k, s, p, count_include_pad=bool(include)))
            cases.append(case("average_pool", f, [x], includesPadding=[include], **attributes))
    for h, w in [(2, 2), (3, 1)]:
        f = nchw(lambda x: F.interpolate(x, scale_factor=(h, w), mode="nearest"))
        cases.append(case("upsample_nearest", f, [randn(2, 3, 4, 2)], factor=[h, w]))
        f = nchw(lambda x: F.interpolate(x, scale_factor=(h, w), mode="bilinear",
                                         align_corners=False))
        cases.append(case("upsample_bilinear", f, [randn(2, 3, 4, 2)], factor=[h, w]))
    return cases


def moves():
    x = randn(2, 3, 4)
    return [case("permute", lambda x: x.permute(2, 0, 1), [x], order=[2, 0, 1]),
            case("slice", lambda x: x[:, 1:3], [x], axis=[1], range=[1, 3]),
            case("pad", lambda x: F.pad(x, (0, 0, 2, 1)), [x], axis=[1], zeros=[2, 1]),
            case("concatenate", lambda a, b: torch.cat([a, b], 1), [x, randn(2, 2, 4)], axis=[1]),
            case("reshape", lambda x: x.reshape(6, 4), [x], dims=[6, 4]),
            case("expand", lambda x: x.expand(2, 3, 4), [randn(2, 1, 4)], dims=[2, 3, 4])]


for family in (elementwise, products, reductions, images, moves):
    write(family.__name__, family())
