"""Type of a file from its bytes: magika on the files of three pinned Python packages."""

import hashlib
import itertools
import json
from pathlib import Path

import numpy as np

from task import Task

PACKAGES = ["onnx", "scikit-image", "sphinx"]
# Labels that an extension stands for.
LABELS = {
    ".cc": {"cpp"},
    ".css": {"css"},
    ".gif": {"gif"},
    ".h": {"c", "cpp"},
    ".html": {"html", "jinja"},
    ".ini": {"ini"},
    ".jpg": {"jpeg"},
    ".js": {"javascript"},
    ".json": {"json"},
    ".md": {"markdown"},
    ".npy": {"npy"},
    ".npz": {"npz"},
    ".png": {"png"},
    ".po": {"po"},
    ".proto": {"proto"},
    ".py": {"python"},
    ".pyi": {"python"},
    ".rst": {"rst"},
    ".so": {"elf"},
    ".svg": {"svg"},
    ".tif": {"tiff"},
    ".txt": {"txt"},
    ".xml": {"xml"},
}
COUNT, CALIBRATION = 200, 50


def features(content: bytes, config: dict) -> list[int]:
    """The first and the last bytes of a file, white space at its ends left out."""
    pad, block = config["padding_token"], config["block_size"]
    first = content[:block].lstrip()[: config["beg_size"]]
    last = content[-block:].rstrip()[-config["end_size"] :]
    return [
        *first, *[pad] * (config["beg_size"] - len(first)),
        *[pad] * (config["end_size"] - len(last)), *last,
    ]  # fmt: skip


def files(folder: Path, least: int) -> list[Path]:
    """Files for the test, then others for calibration: one of each extension in turn, in the order
    of a hash of their names."""
    of_extension: dict[str, list[tuple[bytes, Path]]] = {suffix: [] for suffix in LABELS}
    for package in PACKAGES:
        for path in (folder / package).rglob("*"):
            if path.suffix in LABELS and path.is_file() and path.stat().st_size >= least:
                digest = hashlib.sha256(str(path.relative_to(folder)).encode()).digest()
                of_extension[path.suffix].append((digest, path))
    turns = itertools.zip_longest(*map(sorted, of_extension.values()))
    drawn = [entry[1] for turn in turns for entry in turn if entry]
    return drawn[: COUNT + CALIBRATION]


def task(folder: Path) -> Task:
    config = json.loads((folder / "tasks/magika.json").read_text())
    drawn = files(folder / "tasks", config["min_file_size_for_dl"])
    chosen, spare = drawn[:COUNT], drawn[COUNT:]
    names = [config["overwrite_map"].get(name, name) for name in config["target_labels_space"]]

    def prepared(paths: list[Path]) -> np.ndarray:
        return np.array([features(path.read_bytes(), config) for path in paths], np.int32)

    def right(answers: list[str]) -> tuple[int, int]:
        pairs = zip(answers, chosen, strict=True)
        return sum(answer in LABELS[path.suffix] for answer, path in pairs), len(chosen)

    return Task(
        "Types of files: magika",
        f"{COUNT} files out of the wheels of {', '.join(PACKAGES)}, of {len(LABELS)} extensions in "
        "turn; right is what agrees with the extension. Calibrated on "
        f"{len(spare)} other files of these.",
        folder / "models/magika.onnx",
        "bytes",
        "target_label",
        prepared(chosen),
        prepared(spare),
        lambda scores: [names[index] for index in scores.argmax(axis=1)],
        {"files": right},
    )
