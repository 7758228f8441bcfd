"""Writes images and what PyTorch makes of them to resized/. Usage: python make_resized.py"""

import pathlib

import numpy as np
import torch
from torch.nn.functional import interpolate

folder = pathlib.Path(__file__).parent / "resized"
image = torch.rand(2, 3, 7, 5, generator=torch.Generator().manual_seed(1))
np.save(folder / "source.npy", image.numpy())
for size in [(7, 5), (3, 2), (14, 10), (16, 3), (1, 1)]:
    resized = interpolate(image, size, mode="bilinear", antialias=True, align_corners=False)
    np.save(folder / f"bilinear_{size[0]}_{size[1]}.npy", resized.numpy())
    # Where sizes divide, adaptive pooling takes the mean of the area.
    if 7 % size[0] == 0 and 5 % size[1] == 0:
        np.save(
            folder / f"area_{size[0]}_{size[1]}.npy",
            torch.nn.functional.adaptive_avg_pool2d(image, size).numpy(),
        )
