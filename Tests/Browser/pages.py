"""Pages to look at, with the JSON that says what must be on them."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Names that would act if they were taken for HTML, for a script or for the end of one.
HOSTILE = ["<script>document.title='owned'</script>", "</script><img src=x onerror=alert(1)>",
           "a\" onclick=\"alert(1)\u0001", "&lt;b&gt;", "\u202eevil"]


@dataclass
class Page:
    name: str
    path: Path
    report: dict
    inspection: dict


def sonic(command, *arguments):
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"sonic {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def make(command, folder, name, model, *flags):
    """Compiles a model and writes its page."""
    program, page = folder / f"{name}.sonic", folder / f"{name}.html"
    sonic(command, "compile", model, "-o", program, *flags)
    return of_program(command, name, program, page)


def of_program(command, name, program, page):
    sonic(command, "inspect", program, "--format", "html", "-o", page)
    return Page(
        name, page, json.loads(sonic(command, "estimate", program, "--json")),
        json.loads(sonic(command, "inspect", program, "--format", "json", "--instructions")))


def demo(command, folder):
    return make(command, folder, "demo", ROOT / "Docs/Demo/fashion.onnx",
                "--calibrate", ROOT / "Docs/Demo/calibration.npy")


def run(command, folder):
    """The demo network run on many pictures."""
    page, report = folder / "run.html", folder / "run.json"
    sonic(command, "run", folder / "demo.sonic", "--input", ROOT / "Docs/Demo/images.npy",
          "--report", report, "--report-html", page)
    inspection = sonic(command, "inspect", folder / "demo.sonic", "--format", "json")
    return Page("run", page, json.loads(report.read_text()), json.loads(inspection))


def comparison(command, folder):
    """The demo network on two machines, side by side; its JSON is the comparison's."""
    machine = folder / "two-banks.yaml"
    text = sonic(command, "machines", "show", "sonic")
    machine.write_text(text.replace("banks:  {value: 1", "banks:  {value: 2"))
    second, page = folder / "second.sonic", folder / "comparison.html"
    sonic(command, "compile", ROOT / "Docs/Demo/fashion.onnx", "-o", second, "--machine", machine,
          "--calibrate", ROOT / "Docs/Demo/calibration.npy")
    both = ["inspect", folder / "demo.sonic", second]
    sonic(command, *both, "--format", "html", "-o", page)
    return Page("comparison", page, {}, json.loads(sonic(command, *both, "--format", "json")))


def resnet(command, folder, models):
    return make(command, folder, "resnet50", models / "models/light_resnet50.onnx")


def hostile(command, folder):
    """A network whose every name is hostile."""
    name, first, second, third, fourth = HOSTILE
    model = {
        "format": "sonic-model", "version": 1, "name": name,
        "inputs": [{"name": fourth, "type": "float", "shape": [1, 1, 6, 6]}],
        "weights": {"random": {"seed": 1, "sparsity": 0.5}},
        "layers": [
            {"name": first, "conv": 4, "kernel": 3, "relu": True},
            {"name": second, "flatten": True},
            {"name": third, "dense": 3},
        ],
    }
    path = folder / "hostile.json"
    path.write_text(json.dumps(model))
    return make(command, folder, "hostile", path)
