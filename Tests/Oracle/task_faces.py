"""Faces or not: MTCNN's second network on the labelled crops of scikit-image's `lfw_subset`."""

from pathlib import Path

import numpy as np
from PIL import Image

from task import Task, hits

SIDE = 24
PHOTOGRAPHS = ["astronaut.png", "camera.png", "chelsea.png", "coffee.png", "rocket.jpg"]
CALIBRATION = 100


def prepared(crops: list[Image.Image]) -> np.ndarray:
    """As MTCNN prepares them: 24x24 by averages over areas, columns before rows, from -1 to 1."""
    pixels = [np.asarray(crop.convert("RGB").resize((SIDE, SIDE), Image.BOX)) for crop in crops]
    return ((np.stack(pixels).transpose(0, 2, 1, 3) - 127.5) / 128).astype(np.float32)


def photographed(folder: Path) -> list[Image.Image]:
    """Crops of any size out of the package's photographs."""
    generator = np.random.Generator(np.random.PCG64(1))
    crops = []
    for index in range(CALIBRATION):
        with Image.open(folder / PHOTOGRAPHS[index % len(PHOTOGRAPHS)]) as photograph:
            side = int(generator.integers(SIDE, min(photograph.size) // 2))
            left, top = (int(generator.integers(0, size - side)) for size in photograph.size)
            crops.append(photograph.crop((left, top, left + side, top + side)))
    return crops


def task(folder: Path) -> Task:
    pictures = folder / "tasks/scikit-image/data"
    crops = (np.load(pictures / "lfw_subset.npy") * 255).round().astype(np.uint8)
    labels = [True] * 100 + [False] * 100
    return Task(
        "Faces: mtcnn-rnet",
        "The 100 faces and 100 other crops of scikit-image's `lfw_subset`; a face is what scores "
        f"over 0.5. Calibrated on {CALIBRATION} crops of photographs in the same package.",
        folder / "models/mtcnn-rnet.onnx",
        "input_2",
        "softmax_1",
        prepared([Image.fromarray(crop) for crop in crops]),
        prepared(photographed(pictures)),
        lambda scores: [bool(score > 0.5) for score in scores[:, 1]],
        {"crops": hits(labels)},
    )
