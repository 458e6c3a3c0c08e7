"""Does the course run in Colab? Install under Colab's own pins, run the first cell, the lessons and the releases.

    python tests/colab/colab_check.py [--python PATH] [--pins FILE] [--keep FOLDER] [NOTEBOOK ...]

1. A fresh environment gets the versions that Colab ships (`colab_pins.txt`).
2. In an empty folder, the notebook's own first cell is run, with the Git address replaced by a wheel built from this
   checkout. It must take under ten seconds, and no package that was there before may change.
3. The notebooks run from that folder, top to bottom, as a student's "Run all" would.

Exit code 0 when all of it holds, 1 otherwise. It never touches the course's own environment.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINS = Path(__file__).with_name("colab_pins.txt")
FIRST_CELL_SECONDS = 10.0

EXECUTE = """
import json, sys, time
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
only_first = sys.argv[2] == "first"
if only_first:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells = code[:1]
started = time.perf_counter()
client = NotebookClient(notebook, timeout=900, kernel_name="python3")
with client.setup_kernel():
    kernel_ready = time.perf_counter()
    for index, cell in enumerate(notebook.cells):
        client.execute_cell(cell, index)
    print(json.dumps({"cells": len(notebook.cells), "seconds": time.perf_counter() - kernel_ready}))
"""


def supported_python() -> str:
    """The Python nearest to Colab's: 3.13, else 3.12, else the one that runs this."""
    pyenv = Path.home() / ".pyenv" / "versions"
    for version in ("3.13", "3.12"):
        for candidate in (
            f"python{version}",
            *map(str, sorted(pyenv.glob(f"{version}.*/bin/python"))),
        ):
            try:
                subprocess.run([candidate, "-c", "import venv"], check=True, capture_output=True)
                return candidate
            except (OSError, subprocess.CalledProcessError):
                continue
    print(
        f"No Python 3.13 or 3.12 here: checking on {sys.version.split()[0]}, which Colab does not use."
    )
    return sys.executable


def freeze(python: Path) -> dict[str, str]:
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True
    )
    return {item["name"].lower(): item["version"] for item in json.loads(listed.stdout)}


def pins_from_freeze(freeze_text: str) -> str:
    """This week's versions, for the packages that the stored pins name."""
    current = dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s+]+)", freeze_text, re.M))
    current = {name.lower().replace("_", "-"): version for name, version in current.items()}
    lines = []
    for line in PINS.read_text().splitlines():
        name = re.match(r"[A-Za-z0-9_.-]+", line)
        known = name and current.get(name.group().lower().replace("_", "-"))
        lines.append(f"{name.group()}=={known}" if known else line)
    return "\n".join(lines) + "\n"


def run_notebook(python: Path, notebook: Path, folder: Path, part: str) -> dict:
    done = subprocess.run(
        [python, "-c", EXECUTE, str(notebook), part],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    if done.returncode:
        sys.exit(f"FAILED: {notebook.name} ({part}) under Colab's versions\n{done.stderr[-6000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=None)
    parser.add_argument("--pins", type=Path, default=PINS)
    parser.add_argument(
        "--pins-from", type=Path, help="a pip freeze of Colab: write pins from it and stop"
    )
    parser.add_argument("--write-pins", type=Path)
    parser.add_argument("--keep", type=Path, help="keep and reuse the environment in this folder")
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args()
    if options.pins_from:
        options.write_pins.write_text(pins_from_freeze(options.pins_from.read_text()))
        return 0

    notebooks = [path.resolve() for path in options.notebooks] or [
        *sorted((ROOT / "lessons").glob("*.ipynb")),
        *sorted((ROOT / "exercises" / "release").glob("*/*.ipynb")),
    ]
    with tempfile.TemporaryDirectory(prefix="colab-check-") as temporary:
        work = Path(temporary)
        environment = options.keep or work / "env"
        python = environment / "bin" / "python"
        pip = [python, "-m", "pip", "--disable-pip-version-check"]
        if not python.exists():
            print("== an environment with Colab's versions", flush=True)
            subprocess.run(
                [options.python or supported_python(), "-m", "venv", environment], check=True
            )
            subprocess.run([*pip, "install", "-r", options.pins], check=True)
        subprocess.run(
            [*pip, "uninstall", "-q", "-y", "sequence-models-course", "jupyterquiz"], check=True
        )

        print("== a wheel of this checkout", flush=True)
        subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", work, ROOT], check=True)
        (wheel,) = work.glob("*.whl")
        print(f"   {wheel.name}, {wheel.stat().st_size / 1e3:.0f} kB")

        print("== the first cell, in an empty folder", flush=True)
        before = freeze(python)
        empty = work / "content"
        empty.mkdir()
        source = json.loads(notebooks[0].read_text())
        first = next(cell for cell in source["cells"] if cell["cell_type"] == "code")
        text, replaced = re.subn(r'"git\+https://[^"]+"', f'"{wheel}"', "".join(first["source"]))
        if replaced != 1:
            sys.exit(
                f"FAILED: the first code cell of {notebooks[0].name} does not install the course"
            )
        first["source"] = text
        install = work / "first_cell.ipynb"
        install.write_text(json.dumps(source))
        took = run_notebook(python, install, empty, "first")["seconds"]
        after = freeze(python)
        moved = {
            name: (version, after.get(name))
            for name, version in before.items()
            if after.get(name) != version
        }
        added = sorted(set(after) - set(before))
        print(f"   {took:.1f} s; added: {', '.join(added)}; changed: {moved or 'nothing'}")
        if moved:
            sys.exit(f"FAILED: the course replaced packages of Colab: {moved}")
        if "sequence-models-course" not in added:
            sys.exit("FAILED: the first cell did not install the course")
        if took > FIRST_CELL_SECONDS:
            sys.exit(
                f"FAILED: the first cell took {took:.1f} s, more than {FIRST_CELL_SECONDS:.0f} s"
            )

        for notebook in notebooks:
            folder = work / "run" / notebook.stem
            folder.mkdir(parents=True, exist_ok=True)
            copy = Path(shutil.copy(notebook, folder))
            print(f"== {notebook.relative_to(ROOT)}", flush=True)
            result = run_notebook(python, copy, folder, "all")
            print(f"   {result['cells']} cells in {result['seconds']:.0f} s")
    print("The course runs under Colab's versions.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
