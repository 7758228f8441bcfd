"""Writes optimizers.json: parameters after five steps of PyTorch's optimisers.

Made with PyTorch 2.13: python3 optimizers.py > optimizers.json
"""

import json

import torch

STEPS = 5
CASES = [
    ("sgd", torch.optim.SGD, dict(lr=0.1)),
    ("sgd momentum", torch.optim.SGD, dict(lr=0.1, momentum=0.9)),
    ("sgd nesterov decay", torch.optim.SGD,
     dict(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05)),
    ("adam", torch.optim.Adam, dict(lr=0.01)),
    ("adam decay", torch.optim.Adam, dict(lr=0.01, betas=(0.5, 0.9), weight_decay=0.05)),
    ("adamw", torch.optim.AdamW, dict(lr=0.01, weight_decay=0.05)),
    ("rmsprop", torch.optim.RMSprop, dict(lr=0.01)),
    ("rmsprop momentum decay", torch.optim.RMSprop,
     dict(lr=0.01, alpha=0.9, momentum=0.9, weight_decay=0.05)),
    ("adagrad", torch.optim.Adagrad, dict(lr=0.1)),
    ("adagrad decay", torch.optim.Adagrad, dict(lr=0.1, weight_decay=0.05)),
]


def main():
    torch.manual_seed(1)
    start = torch.randn(19)
    gradients = torch.randn(STEPS, 19)
    results = {}
    for name, optimizer, settings in CASES:
        parameter = start.clone().requires_grad_()
        step = optimizer([parameter], **settings)
        for gradient in gradients:
            parameter.grad = gradient.clone()
            step.step()
        results[name] = parameter.tolist()
    print(json.dumps(
        dict(start=start.tolist(), gradients=gradients.tolist(), results=results), indent=1))


main()
