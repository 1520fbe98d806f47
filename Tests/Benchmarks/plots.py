"""Draws DIR/execute.csv and DIR/scale.csv as SVG beside them, and prints what it drew."""

import csv
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "sonic", "font.size": 8}

import matplotlib.pyplot as plot  # noqa: E402

WANTED = {"0.5": 0.9, "0.9": 0.3}


def read(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def save(figure, path: Path) -> None:
    """The same bytes for the same figures."""
    metadata = {"Date": None, "Creator": None}
    figure.savefig(path, format="svg", metadata=metadata, bbox_inches="tight")
    # matplotlib leaves blanks at the end of lines.
    text = "\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n"
    path.write_text(text)
    plot.close(figure)
    print(path.stem)


def execute(rows: list[dict[str, str]], path: Path) -> None:
    """A bar for each ratio, and a line for the bound."""
    sparsities = sorted({row["sparsity"] for row in rows})
    figure, axes = plot.subplots(1, len(sparsities), figsize=(9, 3), squeeze=False)
    names = list(dict.fromkeys(row["network"] for row in rows))
    kinds = sorted({(int(row["batch"]), int(row["threads"])) for row in rows})
    for axis, sparsity in zip(axes[0], sparsities, strict=True):
        for index, (batch, threads) in enumerate(kinds):
            ratios = {
                row["network"]: float(row["ratio"])
                for row in rows
                if row["sparsity"] == sparsity
                and (int(row["batch"]), int(row["threads"])) == (batch, threads)
            }
            places = [names.index(name) + (index + 0.5) * 0.8 / len(kinds) for name in ratios]
            label = f"batch {batch}, threads {threads}"
            axis.bar(places, ratios.values(), 0.8 / len(kinds), label=label)
        axis.axhline(WANTED[sparsity], color="black", linestyle="--", linewidth=0.8)
        axis.set_xticks([k + 0.4 for k in range(len(names))], names, rotation=30)
        axis.set_title(f"time / onnxruntime's, {float(sparsity):.0%} zeros (dashed: wanted)")
    axes[0][0].legend(frameon=False)
    save(figure, path)


def scale(rows: list[dict[str, str]], path: Path) -> None:
    """A panel for each curve."""
    curves = list(dict.fromkeys(row["curve"] for row in rows))
    figure, axes = plot.subplots(1, len(curves), figsize=(2.4 * len(curves), 2.4), squeeze=False)
    for axis, curve in zip(axes[0], curves, strict=True):
        points = [row for row in rows if row["curve"] == curve]
        across = [float(row["x"]) for row in points]
        for column, style in (("run", "o-"), ("compile", "s-")):
            times = [float(row[column]) for row in points]
            axis.plot(across, times, style, markersize=3, label=column)
        axis.set_yscale("log")
        if curve != "sparsity":
            axis.set_xscale("log")
        axis.set_xlabel(curve)
    axes[0][0].set_ylabel("seconds")
    axes[0][0].legend(frameon=False)
    figure.tight_layout()
    save(figure, path)


folder = Path(sys.argv[1])
for name, draw in (("execute", execute), ("scale", scale)):
    if (folder / f"{name}.csv").exists():
        draw(read(folder / f"{name}.csv"), folder / f"{name}.svg")
