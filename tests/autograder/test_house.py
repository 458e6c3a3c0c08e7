"""The rooms of the package: who may import whom, how many stand at the front, how long a file gets."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import autograder

PACKAGE = Path(autograder.__file__).parent
# From the ground up. A room imports from its own row's left and from the rows below it, never upward.
ORDER = (
    "errors files text course outcome",
    "read",
    "run",
    "judge",
    "quiz",
    "record",
    "report",
    "lms",
    "grade",
    "authoring",
    "author",
    "check",
    "cli",
    "__main__",
)
FLOORS = {room: floor for floor, row in enumerate(ORDER) for room in row.split()}
LONGEST = 450  # lines
ENTRIES = 20


def modules() -> dict[str, Path]:
    """Dotted name without `autograder.` of every file, and the file."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and parts[:-1] else parts)
        found[name] = path
    return found


def imports(name: str, path: Path, known: set[str]) -> set[str]:
    """The files of this package that a file imports: at its head, inside functions, for types only."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    package = [] if name == "__init__" else package
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names if a.name.split(".")[0] == "autograder"]
            found |= {".".join(n.split(".")[1:]) for n in names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[: len(package) - node.level + 1]
            elif node.module and node.module.split(".")[0] == "autograder":
                base = []
            else:
                continue
            tail = (node.module or "").split(".")
            base = [*base, *(tail if node.level else tail[1:])]
            for alias in node.names:
                inner = ".".join(part for part in (*base, alias.name) if part)
                found.add(inner if inner in known else ".".join(part for part in base if part))
    return {target for target in found if target in known and target != name}


def graph() -> dict[str, set[str]]:
    files = modules()
    return {name: imports(name, path, set(files)) for name, path in files.items()}


def room(name: str) -> str:
    return name.split(".")[0]


def test_the_search_for_imports_finds_every_form_of_them(tmp_path: Path) -> None:
    path = tmp_path / "pool.py"
    path.write_text(
        "from . import walls\nfrom ..errors import CourseError\nimport autograder.judge.bundle\n"
        "def f():\n    from .inside.protocol import Answer\n    from autograder import check\n"
    )
    known = {"run.walls", "errors", "judge.bundle", "run.inside.protocol", "check", "run", "x"}
    assert imports("run.pool", path, known) == known - {"run", "x"}


def test_every_room_has_its_floor_and_nothing_imports_upward() -> None:
    upward = [
        f"{name} imports {target}"
        for name, targets in graph().items()
        if name != "__init__"  # the front door opens onto the doors below, lazily
        for target in targets
        if room(target) != room(name)
        and FLOORS[room(target)] >= FLOORS[room(name)]
        and not (FLOORS[room(target)] == FLOORS[room(name)] == 0 and _left_of(target, name))
    ]
    assert not upward, "\n".join(upward)


def _left_of(target: str, name: str) -> bool:
    """On the ground, the order within the row counts."""
    ground = ORDER[0].split()
    return ground.index(room(target)) < ground.index(room(name))


def test_there_is_no_circle_of_files() -> None:
    graphlib.TopologicalSorter(
        {name: targets for name, targets in graph().items() if name != "__init__"}
    ).prepare()


def test_what_goes_inside_knows_nothing_of_the_rest() -> None:
    inside = {n: t for n, t in graph().items() if n.startswith("run.inside.")}
    assert inside and all(
        target.startswith("run.inside") for targets in inside.values() for target in targets
    )


def test_the_front_is_small_and_no_file_is_long() -> None:
    front = [path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"]
    assert len(front) <= ENTRIES, front
    long = {
        name: lines
        for name, path in modules().items()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST
    }
    assert not long


def test_the_map_names_every_room_and_each_room_its_files() -> None:
    text = autograder.__doc__ or ""
    for name, path in modules().items():
        if name in ("__init__", "__main__") or (path.name == "__init__.py" and "." in name):
            continue
        if "." not in name:
            assert name in text.split(), f"the map of the house does not name {name}"
            continue
        home = (path.parent / "__init__.py").read_text(encoding="utf-8")
        assert name.rpartition(".")[2] in ast.get_docstring(ast.parse(home)).split(), name


def test_the_front_door_is_light() -> None:
    heavy = "numpy keras tensorflow nbgrader jinja2 yaml pydantic msgspec nbformat rich".split()
    code = f"import sys, autograder; print(sorted(set({heavy}) & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
