"""Fashion-MNIST as Debian's package dataset-fashion-mnist installs it."""

import gzip
from pathlib import Path

import numpy as np
import torch

FOLDER = Path("/usr/share/datasets/fashion-mnist")


def read(part: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures, uint8 [N,1,28,28], and what they show, 0 to 9: of `train` or `t10k`."""
    pictures = gzip.decompress((FOLDER / f"{part}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((FOLDER / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    pictures = np.frombuffer(pictures, np.uint8, offset=16).reshape(-1, 1, 28, 28)
    labels = np.frombuffer(labels, np.uint8, offset=8).astype(np.int64)
    return torch.from_numpy(pictures.copy()), torch.from_numpy(labels)
