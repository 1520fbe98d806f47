#!/usr/bin/env python3
"""Draws a page of dark text on light paper, as networks that find text take pictures.

    page.py FILE.npy    float32 1x3x320x320, blue, green, red, less ImageNet's mean, over its deviation
"""

import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE = 320
LINES = ["light", "a ring of 50", "weights past", "patches, 0.33 ns", "each"]
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def page() -> np.ndarray:
    picture = Image.new("RGB", (SIZE, SIZE), (236, 230, 214))
    draw = ImageDraw.Draw(picture)
    for index, line in enumerate(LINES):
        font = ImageFont.load_default(18 + 5 * index)
        draw.text((16 + 8 * index, 20 + 58 * index), line, (40, 30, 60), font)
    grain = np.random.Generator(np.random.PCG64(1)).normal(0, 3, (SIZE, SIZE, 3))
    pixels = np.clip(np.asarray(picture, np.float32) + grain, 0, 255)[:, :, ::-1] / 255
    scaled = (pixels - MEAN) / DEVIATION
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], dtype=np.float32)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    np.save(sys.argv[1], page())
