"""A labelled task: what a network is asked, and how its answers are judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Task:
    """Samples along the first axis, and for each what the network should say."""

    title: str
    about: str
    """Where samples and labels come from, for the page."""
    model: Path
    input: str
    output: str
    samples: np.ndarray
    calibration: np.ndarray
    """Inputs for the ranges of activations; none of them is among the samples."""
    decide: Callable[[np.ndarray], Sequence[Any]]
    """The network's answer to each sample, from its outputs."""
    measures: dict[str, Callable[[Sequence[Any]], tuple[int, int]]]
    """What is counted: how many are right, of how many."""


def hits(labels: Sequence[Any]) -> Callable[[Sequence[Any]], tuple[int, int]]:
    """Counts the answers that are their sample's label."""
    return lambda answers: (
        sum(answer == label for answer, label in zip(answers, labels, strict=True)),
        len(labels),
    )
