#!/usr/bin/env python3
"""Makes ready every real model that the tests compare on: fetches it, seeds its weights where its
own are constant, and writes down what onnxruntime makes of it.

    prepare.py DIR                              all of it (2 GB, some minutes)
    prepare.py DIR --only mnist-conv,ppocr-cls  a few, without the conformance data
    prepare.py --list                           the names that --only takes

    DIR/models/NAME.onnx      the model
    DIR/oracle/NAME/          inputs, expected outputs and manifest, as oracle.py writes them
    DIR/conformance/          ONNX's own cases, with no --only, or with `conformance` in it

What is there already is kept.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = "1"
SPARSITY = "0.5"

# What each model is run on: the range that its own preprocessing gives a picture, and a size for
# each axis that it leaves open.
FETCHED = {
    "mnist-conv": ["--high=255"],
    "espcn": [],
    # QONNX: weights and activations of 4 and 8 bits; of the second, 85 % of weights are zero.
    "espcn-quant": [],
    "espcn-subpixel-quant": [],
    "mtcnn-pnet": ["--low=-1", "--dim=N=1", "--dim=M1=120", "--dim=M2=160"],
    "mtcnn-rnet": ["--low=-1", "--dim=N=4"],
    "mtcnn-onet": ["--low=-1", "--dim=N=4"],
    # Both of its open axes are called `?`, and one -1.
    "ppocr-cls": ["--low=-1", "--shape=x=1x3x48x192"],
    # A page on which to find lines of text, as there are none in a random picture.
    "ppocr-det": ["--input=x={page}"],
    "open-nsfw": ["--low=-110", "--high=140", "--dim=batch=1"],
    # A line of text; the first of its open axes has the name of one of the second.
    "ppocr-rec": ["--low=-1", "--shape=x=1x3x48x320"],
    # Bytes of a file, and 256 behind its end.
    "magika": ["--dim=unk__214=1", "--ints=bytes=0:256"],
    # 32 ms of sound and 4 ms before, at 16 kHz.
    "silero-vad": ["--low=-1", "--dim=batch=1", "--dim=sequence=576", "--ints=sr=16000"],
    "silero-vad-nested": [
        "--low=-1", "--shape=input=1x576", "--shape=state=2x1x128", "--ints=sr=16000",
    ],  # fmt: skip
    # Words of a sentence by their numbers.
    "minilm-int8": [
        "--dim=batch=1", "--dim=sequence=16", "--ints=input_ids=1000:29999",
        "--ints=attention_mask=1", "--ints=token_type_ids=0",
    ],  # fmt: skip
}
LIGHT = [
    "light_bvlc_alexnet",
    "light_densenet121",
    "light_inception_v1",
    "light_inception_v2",
    "light_resnet50",
    "light_shufflenet",
    "light_squeezenet",
    "light_vgg19",
    "light_zfnet512",
]
# Made of others: of the floats of each, halves.
HALVES = {"mtcnn-rnet-half": "mtcnn-rnet"}
NAMES = [*FETCHED, *HALVES, *LIGHT]


def tool(name: str, *arguments: str) -> None:
    """Runs one of the tools beside this file; it says itself what went wrong."""
    result = subprocess.run([sys.executable, str(HERE / name), *arguments])
    if result.returncode != 0:
        sys.exit(result.returncode)


def fresh(folder: Path, model: Path) -> bool:
    """Whether an oracle's output is there, and is this model's."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError):
        return False
    return manifest["sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()


def prepare(folder: Path, name: str) -> None:
    """Makes one model, already fetched, and its oracle output."""
    model = folder / "models" / f"{name}.onnx"
    if name in LIGHT and not model.exists():
        model.parent.mkdir(parents=True, exist_ok=True)
        raw = folder / "conformance/light" / f"{name}.onnx"
        tool("seed_weights.py", str(raw), str(model), f"--seed={SEED}", f"--sparsity={SPARSITY}")
    if name in HALVES and not model.exists():
        tool("half_precision.py", str(folder / "models" / f"{HALVES[name]}.onnx"), str(model))
    out = folder / "oracle" / name
    if fresh(out, model):
        print(f"{out}: there already", flush=True)
        return
    options = FETCHED.get(HALVES.get(name, name), [])
    if name == "ppocr-det":
        page = folder / "page.npy"
        tool("page.py", str(page))
        options = [option.format(page=page) for option in options]
    tool("oracle.py", str(model), f"--out={out}", f"--seed={SEED}", "--values=image", *options)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", help="where it all goes")
    parser.add_argument("--only", metavar="NAME,...", help="only these (see --list)")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join([*NAMES, "conformance"]))
        return
    if arguments.folder is None:
        parser.error("DIR is missing")

    names = arguments.only.split(",") if arguments.only else [*NAMES, "conformance"]
    for name in names:
        if name not in [*NAMES, "conformance"]:
            parser.error(f"nothing is called '{name}'; see --list")
    sources = {
        "conformance/light" if name in LIGHT else HALVES.get(name, name) for name in names
    }
    tool("fetch.py", str(arguments.folder), "--only", ",".join(sorted(sources)))
    for name in names:
        if name != "conformance":
            prepare(arguments.folder, name)


if __name__ == "__main__":
    main()
