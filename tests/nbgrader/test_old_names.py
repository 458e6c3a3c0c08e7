"""What courses and students already hold goes on working: configuration files, released notebooks.

`configuration_0_1.py` is the `nbgrader_config.py` of a course that began with version 0.1, before
the rooms of the package had folders.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
import toycourse

pytest.importorskip("nbgrader")
from IPython.core.inputtransformer2 import TransformerManager
from nbgrader import api
from traitlets.utils.importstring import import_item

import autograder

CONFIGURATION = Path(__file__).with_name("configuration_0_1.py")
OLD = {
    "autograder.release.ReleaseSolutions": "autograder.author.release.ReleaseSolutions",
    "autograder.nbgrader_plugins.Sanitize": "autograder.grade.nbgrader_plugins.Sanitize",
    "autograder.nbgrader_plugins.Grade": "autograder.grade.nbgrader_plugins.Grade",
    "autograder.nbgrader_plugins.ExportMarks": "autograder.grade.nbgrader_plugins.ExportMarks",
    "autograder.jailed_kernel.JailedKernelManager": (
        "autograder.run.jailed_kernel.JailedKernelManager"
    ),
}


@pytest.mark.parametrize("name", OLD)
def test_an_old_name_is_the_same_object_as_the_new_one(name):
    assert import_item(name) is import_item(OLD[name])
    module = name.rpartition(".")[0]
    assert import_module(module) is import_module(OLD[name].rpartition(".")[0])
    assert import_module(module).__spec__.name == OLD[name].rpartition(".")[0]


def test_the_old_configuration_names_nothing_else_of_ours():
    named = set(re.findall(r'"(autograder\.[\w.]+)"', CONFIGURATION.read_text(encoding="utf-8")))
    assert named and named <= OLD.keys()


def test_released_notebooks_import_only_names_that_are_there():
    folder = Path(autograder.__path__[0]).parent / "exercises" / "release"
    notebooks = sorted(folder.glob("*/*.ipynb"))
    assert notebooks
    asked = set()
    for path in notebooks:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type != "code" or "autograder" not in cell.source:
                continue
            code = TransformerManager().transform_cell(cell.source)
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.ImportFrom) and (node.module or "")[:10] == "autograder":
                    asked |= {(node.module, alias.name) for alias in node.names}
    assert ("autograder", "course_unit") in asked
    for module, name in asked:
        assert hasattr(import_module(module), name), f"{module} has no {name}"


@pytest.mark.slow
def test_a_course_with_the_old_configuration_is_released_and_graded(toy_course):
    root = Path(toy_course.root)
    shutil.copy(CONFIGURATION, root / "nbgrader_config.py")
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }

    def nbgrader(*command):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=root,
            env=env,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    toycourse.hand_in(root, "ada", toycourse.RIGHT)
    nbgrader("autograde", "toy")
    with api.Gradebook(f"sqlite:///{root / 'gradebook.db'}", "sequence-models") as book:
        assert book.find_submission("toy", "ada").score == 15
    shutil.rmtree(root / "release" / "toy")
    nbgrader("generate_assignment", "toy", "--force")
    assert "NotImplementedError" in (root / "release/toy/toy.ipynb").read_text(encoding="utf-8")
