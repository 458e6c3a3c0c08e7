"""nbgrader's own `autograde` with free `assert` cells, its kernels in jail: graded as ever, and no way out."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import toycourse

pytest.importorskip("nbgrader")
from jupyter_client.provisioning import KernelProvisionerBase
from jupyter_core.utils import run_sync
from nbgrader import api

from autograder.run.jailed_kernel import JailedKernelManager
from autograder.run.limits import SandboxUnavailable
from autograder.run.pool import SandboxPool

pytestmark = pytest.mark.slow

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "free"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
c.Execute.kernel_manager_class = "autograder.jailed_kernel.JailedKernelManager"
c.Execute.timeout = 5
"""
ASSERTS = """
import numpy as np
assert np.allclose(double(np.arange(3)), [0, 2, 4])
"""
# Right only if the attack worked: the points say what came of it.
ATTACK = """
import os, socket, signal
won = []
def attempt(name, act):
    try:
        if act():
            won.append(name)
    except OSError:
        pass
def read(path):
    with open(path, "rb") as file:
        return file.read(20)
def write(path):
    with open(path, "ab") as file:
        return file.write(b" ")
def connect(family, address):
    with socket.socket(family) as s:
        s.settimeout(2)
        s.connect(address)
        return True
for path in {files!r}:
    attempt("read " + path, lambda: read(path))
    attempt("write " + path, lambda: write(path))
for path in {folders!r}:
    attempt("list " + path, lambda: os.listdir(path))
    attempt("create in " + path, lambda: write(path + "/planted"))
attempt("network", lambda: connect(socket.AF_INET, ("127.0.0.1", {port})))
attempt("Unix socket", lambda: connect(socket.AF_UNIX, {unix!r}))
attempt("signal", lambda: os.kill({pid}, 0) is None)
attempt("environment", lambda: "A_SECRET_OF_THE_GRADER" in os.environ)
def double(x):
    return 2 * x if won else won
"""


def notebook():
    cells = [
        toycourse._cell(
            "code",
            "double",
            "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
            solution=True,
        ),
        toycourse._cell("code", "test_double", ASSERTS, grade=True, locked=True, points=3),
        toycourse._cell(
            "code",
            "test_free",
            "assert double(5) == 10\nassert double('ab') == 'abab'",
            grade=True,
            locked=True,
            points=2,
        ),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def nbgrader(root, *command, **environment):
    env = (
        os.environ
        | environment
        | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "A_SECRET_OF_THE_GRADER": "1",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
    )
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    try:
        SandboxPool().close()
    except SandboxUnavailable as reason:
        pytest.skip(f"no sandbox: {reason}")
    root = tmp_path_factory.mktemp("mode_c")
    (root / "source/toy").mkdir(parents=True)
    (root / "source/toy/toy.ipynb").write_text(json.dumps(notebook()))
    (root / "nbgrader_config.py").write_text(CONFIG)
    done = nbgrader(root, "generate_assignment", "toy")
    assert done.returncode == 0, done.stderr
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(root / "socket"))
        unix.listen()

        def attack(root, *folders):
            files = ["gradebook.db", "source/toy/toy.ipynb", "submitted/right/toy/toy.ipynb"]
            return ATTACK.format(
                files=[str(root / name) for name in files],
                unix=unix.getsockname(),
                pid=os.getpid(),
                folders=[str(root), str(root / "submitted"), *folders],
                port=tcp.getsockname()[1],
            )

        answers = {
            "right": "def double(x):\n    return 2 * x",
            "wrong": "def double(x):\n    return x + 1",
            "burglar": attack(root, "/home", "/var/tmp"),
            "dies": "import os\nos._exit(0)",
            "hangs": "def double(x):\n    while True:\n        pass",
        }
        for student, answer in answers.items():
            toycourse.hand_in(root, student, {"double": answer})
        before = {
            path: path.read_bytes()
            for path in [*root.glob("source/**/*.ipynb"), *root.glob("submitted/**/*.ipynb")]
        }
        # The same attack without a jail does reach all this; else its failure would prove nothing.
        copy = tmp_path_factory.mktemp("free") / "copy"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("socket"))
        free = subprocess.run(
            [sys.executable, "-c", attack(copy) + "print(len(won))"],
            env=os.environ | {"A_SECRET_OF_THE_GRADER": "1"},
            capture_output=True,
            text=True,
        )
        scratch = tempfile.mkdtemp(
            prefix="c", dir="/tmp"
        )  # short: a socket's path has at most 107 characters
        done = nbgrader(root, "autograde", "toy", TMPDIR=scratch)
        shutil.rmtree(scratch)
    return root, done, before, free.stdout, scratch


def scores(root, student):
    with api.Gradebook(f"sqlite:///{root}/gradebook.db", "free") as gb:
        return {
            g.name: g.auto_score for g in gb.find_submission_notebook("toy", "toy", student).grades
        }


@pytest.mark.parametrize(
    ("student", "points"), [("right", (3, 2)), ("wrong", (0, 0)), ("hangs", (0, 0))]
)
def test_free_asserts_are_graded(graded, student, points):
    root, done, *_ = graded
    assert scores(root, student) == dict(zip(("test_double", "test_free"), points, strict=True)), (
        done.stderr
    )


def test_a_kernel_that_dies_costs_nobody_else_anything(graded):
    root, done, *_ = graded
    assert "'dies'" in done.stderr or scores(root, "dies") == {"test_double": 0, "test_free": 0}


def test_no_attack_from_a_free_cell_reaches_anything(graded):
    root, _, before, free, _ = graded
    assert (
        free == "14\n"
    )  # three files read and written, two folders listed and planted in, and the four others
    assert scores(root, "burglar") == {"test_double": 0, "test_free": 0}
    cells = json.loads((root / "autograded/burglar/toy/toy.ipynb").read_text())["cells"]
    assert not toycourse.cell_of({"cells": cells}, "double")[
        "outputs"
    ]  # it ran to its end, and won nothing
    assert all(path.read_bytes() == content for path, content in before.items())
    assert not list(root.rglob("planted"))


def test_nothing_of_a_kernel_is_left(graded):
    *_, scratch = graded
    assert not any(
        scratch.encode() in path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")
    )


RUN = """
import json, resource, sys
import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import Execute
from autograder.jailed_kernel import JailedKernelManager

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10

cells = [nbformat.v4.new_code_cell(source) for source in json.loads(sys.argv[1])]
nbgraders = Execute(kernel_manager_class=JailedKernelManager, timeout=int(sys.argv[2]), kernel_name="python3")
before = peak()
try:
    nbgraders.preprocess(nbformat.v4.new_notebook(cells=cells), {})
    ended = "well"
except (CellTimeoutError, DeadKernelError) as reason:  # nbgrader lists this student and goes on
    ended = type(reason).__name__
texts = [[output.get("text", output.get("ename", "")) for output in cell.outputs] for cell in cells]
print(json.dumps({"ended": ended, "grown": peak() - before, "texts": texts}))
"""


def run(*sources, timeout):
    """The cells in a jailed kernel, as nbgrader runs them: how it ended, our memory's growth in MB, every output."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(sources), str(timeout)],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_flood_of_output_ends_and_does_not_fill_the_graders_memory(graded):
    """Without the cap the grader keeps all that the kernel prints, as fast as it can print: about 700 MB in 3 s."""
    what = run(
        "1",
        "while True:\n    print('x' * 10**6, flush=True)",
        "print('x' * (1 << 25))",
        "1 == 2",
        timeout=3,
    )
    assert what["grown"] < 100 and sum(map(len, sum(what["texts"], []))) < 10 << 20


def test_who_prints_a_large_list_by_mistake_is_graded(graded):
    """23 MB in one message: it is cut where it is sent, because a connection that breaks takes the notebook with it."""
    what = run(
        "print(list(range(3 * 10**6)))",
        "for _ in range(10**5):\n    print('x' * 200)",
        "assert 1 == 2",
        timeout=60,
    )
    (large,), _, last = what["texts"]
    assert what["ended"] == "well" and last == ["AssertionError"] and what["grown"] < 100
    assert large.startswith("[0, 1, 2,") and large.endswith("[cut after 1048576 characters]\n")


def test_who_catches_the_interrupt_holds_up_nobody(graded):
    what = run(
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n"
        "        pass",
        timeout=3,
    )
    assert what["ended"] == "CellTimeoutError"


class Elsewhere(KernelProvisionerBase):
    """A provisioner that starts its kernels on another machine."""


Elsewhere.__abstractmethods__ = frozenset()


def test_a_kernel_that_is_not_started_on_this_machine_is_refused(graded):
    manager = JailedKernelManager()
    # Not `asyncio.run`: a browser of the same test session keeps an event loop running in this thread.
    try:
        manager.provisioner = Elsewhere()
        with pytest.raises(SandboxUnavailable, match="An? Elsewhere starts no process on this"):
            run_sync(manager._find)()
    finally:
        run_sync(manager._async_cleanup_resources)()
