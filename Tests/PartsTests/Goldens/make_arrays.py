"""Writes the small arrays in arrays/ as NumPy does. Usage: python make_arrays.py

The element at position i, counted in C order, is 3 * i, whatever the type and the layout.
"""

import gzip
import pathlib
import struct

import numpy as np

folder = pathlib.Path(__file__).parent / "arrays"


def numbers(shape, kind):
    return (np.arange(np.prod(shape)) * 3).reshape(shape).astype(kind)


for kind in ["u1", "i1", "<i2", ">i2", "<u2", "<i4", ">i4", "<u4", "<i8", "<u8", "<f4", ">f4", "<f8", ">f8"]:
    name = kind.replace("<", "").replace(">", "big_")
    np.save(folder / f"{name}.npy", numbers((4, 3), kind))
np.save(folder / "bool.npy", np.array([[True, False], [False, True]]))
np.save(folder / "images.npy", numbers((2, 3, 4, 5), "<f4"))
np.save(folder / "image_bytes.npy", numbers((2, 3, 4, 3), "u1"))
np.save(folder / "fortran.npy", np.asfortranarray(numbers((2, 3, 4, 5), "<f4")))
np.save(folder / "fortran_bytes.npy", np.asfortranarray(numbers((5, 4), "u1")))
np.save(folder / "labels.npy", np.array([2, 0, 1, 2], dtype="<i8"))
for version in [(2, 0), (3, 0)]:
    with open(folder / f"version_{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, numbers((4, 3), "<f4"), version=version)
np.save(folder / "object.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save(folder / "record.npy", np.zeros(3, dtype=[("a", "<f4"), ("b", "<i4")]))
np.save(folder / "complex.npy", np.zeros(3, dtype="c8"))
np.save(folder / "scalar.npy", np.float32(3))
idx = bytes([0, 0, 8, 3]) + struct.pack(">3I", 3, 2, 4) + numbers((3, 2, 4), "u1").tobytes()
(folder / "images.idx").write_bytes(idx)
with open(folder / "images.idx.gz", "wb") as file:
    file.write(gzip.compress(idx, mtime=0))
with open(folder / "two_members.idx.gz", "wb") as file:
    file.write(gzip.compress(idx[:20], mtime=0) + gzip.compress(idx[20:], mtime=0))
with open(folder / "bomb.idx.gz", "wb") as file:
    file.write(gzip.compress(idx + bytes(4 << 20), mtime=0))
