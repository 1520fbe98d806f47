"""Lines of text read: PP-OCRv4's recognizer on lines that Pillow draws."""

from pathlib import Path

import numpy as np
import onnx
from PIL import Image, ImageDraw, ImageFont

from task import Task

COUNT, CALIBRATION = 100, 20
HEIGHT, WIDTH = 48, 320
WORDS = """
    light ring laser weight vector matrix kernel patch signal wait chip photon mirror carrier
    sample batch layer pixel sum gain bias zero Speed Power Energy Memory Table Number Order Total
""".split()


def texts(generator: np.random.Generator, count: int) -> list[str]:
    """Two words and a number, such as a person may read off a form."""
    lines = []
    for _ in range(count):
        first, second = generator.choice(WORDS, 2, replace=False)
        lines.append(f"{first} {second} {generator.integers(1, 1000)}")
    return lines


def drawn(generator: np.random.Generator, text: str) -> np.ndarray:
    """A line in dark ink on light paper with a little grain, as the network takes pictures: blue,
    green, red, from -1 to 1, what is behind the end zero."""
    font = ImageFont.load_default(int(generator.integers(26, 36)))
    left, top, right, bottom = font.getbbox(text)
    width, height = int(right - left) + 16, int(bottom - top) + 12
    ink, paper = generator.integers(0, 90, 3), generator.integers(190, 256, 3)
    picture = Image.new("RGB", (width, height), tuple(map(int, paper)))
    ImageDraw.Draw(picture).text((8 - left, 6 - top), text, tuple(map(int, ink)), font)
    # As wide as its height asks for, or squeezed.
    width = min(WIDTH, round(width * HEIGHT / height))
    pixels = np.asarray(picture.resize((width, HEIGHT), Image.BILINEAR), np.float32)
    pixels = np.clip(pixels + generator.normal(0, 4, pixels.shape), 0, 255)
    line = np.zeros((3, HEIGHT, WIDTH), np.float32)
    line[:, :, :width] = pixels[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1
    return line


def characters(model: Path) -> list[str]:
    """What each class stands for: nothing, the characters of the model's own table, a space. The
    model, made for Chinese above all, reports few spaces; all are left out of account."""
    properties = {entry.key: entry.value for entry in onnx.load(model).metadata_props}
    return ["", *properties["character"].splitlines(), ""]


def greedy(scores: np.ndarray, table: list[str]) -> str:
    """The likeliest class of each column, repetitions once."""
    best = scores.argmax(axis=1)
    kept = np.flatnonzero(np.diff(best, prepend=-1))
    return "".join(table[index] for index in best[kept])


def distance(found: str, expected: str) -> int:
    """Characters to insert, drop or change."""
    row = list(range(len(expected) + 1))
    for i, letter in enumerate(found, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(expected, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != other))
    return row[-1]


def task(folder: Path) -> Task:
    model = folder / "models/ppocr-rec.onnx"
    generator = np.random.Generator(np.random.PCG64(1))
    written = texts(generator, COUNT)
    samples = np.stack([drawn(generator, line) for line in written])
    lines = [line.replace(" ", "") for line in written]
    calibration = np.stack([drawn(generator, line) for line in texts(generator, CALIBRATION)])
    table = characters(model)

    def read(answers: list[str]) -> tuple[int, int]:
        return sum(map(str.__eq__, answers, lines)), COUNT

    def read_characters(answers: list[str]) -> tuple[int, int]:
        total = sum(map(len, lines))
        return total - sum(map(distance, answers, lines)), total

    return Task(
        "Lines of text: ppocr-rec",
        f"{COUNT} lines of two words and a number, drawn with Pillow's own font in several sizes "
        f"and inks, {HEIGHT} x {WIDTH} pixels; right is a line read without a fault but for "
        "spaces. A character is wrong for each that must be inserted, dropped or changed. "
        f"Calibrated on {CALIBRATION} other lines.",
        model,
        "x",
        "softmax_11.tmp_0",
        samples,
        calibration,
        lambda scores: [greedy(line, table) for line in scores],
        {"lines": read, "characters": read_characters},
    )
