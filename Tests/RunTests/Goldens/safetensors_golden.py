"""Writes tiny.safetensors with the reference library (safetensors 0.8.0), for SafetensorsTests."""
import pathlib

import numpy
from safetensors.numpy import save_file

save_file(
    {
        "weight": numpy.array([[1.5, -2.25, 3.0], [0.0, 1e-45, 3.4028235e38]], dtype=numpy.float32),
        "moment": numpy.array([0.1], dtype=numpy.float64),
        "count": numpy.array(-7, dtype=numpy.int64),
        "bytes": numpy.array([0, 127, 255], dtype=numpy.uint8),
        "empty": numpy.zeros((0, 4), dtype=numpy.float32),
    },
    pathlib.Path(__file__).with_name("tiny.safetensors"),
    metadata={"made by": "the reference library"},
)
