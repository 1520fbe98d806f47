"""Seeded inputs that look like what a network is given: shared by oracle.py and seed_weights.py."""

import numpy as np

KINDS = ["normal", "image"]


def picture(generator: np.random.Generator, planes: int, height: int, width: int) -> np.ndarray:
    """Random pictures in [0, 1], planes x height x width, that have large forms as photographs do.

    Independent noise at every pixel is a poor test picture: after a few layers and an average over
    the plane, every such picture looks alike. So: octaves of smooth noise, the coarse ones
    strongest, each plane with a brightness of its own, and a little grain.
    """
    image = np.zeros((planes, height, width))
    cells = 2
    while cells <= min(32, max(height, width)):
        coarse = generator.normal(size=(planes, cells + 1, cells + 1))
        image += stretch(stretch(coarse, 1, height), 2, width) / cells
        cells *= 2
    image += 0.5 * generator.normal(size=(planes, 1, 1)) + 0.05 * generator.normal(size=image.shape)
    return 1 / (1 + np.exp(-2 * image))


def stretch(array: np.ndarray, axis: int, size: int) -> np.ndarray:
    """Linear interpolation along an axis to `size` samples, end point to end point."""
    position = np.linspace(0, array.shape[axis] - 1, size)
    low = np.minimum(position.astype(int), array.shape[axis] - 2)
    part = (position - low).reshape([-1 if k == axis else 1 for k in range(array.ndim)])
    return array.take(low, axis) * (1 - part) + array.take(low + 1, axis) * part


def image_like(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """An array of values in [0, 1], with pictures where the shape has room for them: channels
    first, or last where the last axis is 1 to 4 long and the one before it is longer."""
    if len(shape) >= 4 and shape[-1] <= 4 < shape[-2]:
        return np.moveaxis(image_like(generator, (*shape[:-3], shape[-1], *shape[-3:-1])), -3, -1)
    if len(shape) >= 3 and 0 not in shape:
        return picture(generator, int(np.prod(shape[:-2])), *shape[-2:]).reshape(shape)
    return generator.uniform(size=shape)


def make(
    generator: np.random.Generator,
    dtype: np.dtype,
    shape: tuple[int, ...],
    kind: str = "normal",
    low: float = 0.0,
    high: float = 1.0,
) -> np.ndarray:
    """One input.

    Floats: normal(0, 1), or pictures from `low` to `high`. Integers: small ones, 0 to 9, or for
    pictures 0 to 255 where they are bytes. Booleans: either.
    """
    if dtype == np.bool_:
        return generator.integers(0, 2, size=shape).astype(np.bool_)
    if np.issubdtype(dtype, np.integer):
        if kind == "image" and dtype.itemsize == 1:
            top = np.iinfo(dtype).max
            return np.floor(image_like(generator, shape) * top + 0.5).astype(dtype)
        return generator.integers(0, 10, size=shape).astype(dtype)
    if kind == "image":
        return (low + (high - low) * image_like(generator, shape)).astype(dtype)
    return generator.normal(size=shape).astype(dtype)
