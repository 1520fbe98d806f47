"""Kinds of clothing: the demo network on all test pictures of Fashion-MNIST."""

import gzip
from pathlib import Path

import numpy as np

from task import Task, hits

DEMO = Path(__file__).resolve().parents[2] / "Docs/Demo"
# Where the Debian package dataset-fashion-mnist puts them.
DATASET = Path("/usr/share/datasets/fashion-mnist")
PICTURES_HEADER, LABELS_HEADER = 16, 8


def read(name: str, header: int) -> np.ndarray:
    """The bytes of an IDX file behind its header."""
    return np.frombuffer(gzip.open(DATASET / name).read(), np.uint8, offset=header)


def task(folder: Path) -> Task:
    labels = read("t10k-labels-idx1-ubyte.gz", LABELS_HEADER).tolist()
    calibration = np.load(DEMO / "calibration.npy")
    return Task(
        "Clothing: the demo network",
        f"All {len(labels):,} test pictures of Fashion-MNIST (Debian's dataset-fashion-mnist); "
        f"nine of ten weights are zero. Calibrated on {len(calibration)} training pictures.",
        DEMO / "fashion.onnx",
        "image",
        "logits",
        read("t10k-images-idx3-ubyte.gz", PICTURES_HEADER).reshape(-1, 1, 28, 28),
        calibration,
        lambda scores: scores.argmax(axis=1).tolist(),
        {"pictures": hits(labels)},
    )
