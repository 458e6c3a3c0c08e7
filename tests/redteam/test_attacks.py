"""Every attack in `attacks/`, run through a real pool beside an innocent submission.

An attack is a hostile cell with a header: what it `tries`, what `must` happen, and what this file compares:
`cell` and `ask` (statuses; default ok; several where the kernel decides), `error` (types), `line`, `value` (a literal,
or `Opaque`), `seconds` (limit of the call), `times` (how often it is asked; the last answer counts), `printed` (at most
so many characters), `needs` (keras: a pool whose warm process has imported it), `honest` (how the submission's other
function fares: first, second: it answers when asked so often; lost: the attack may spoil it), `asked` (copy: the attack
is asked of a copy of its process, as an exercise in the middle of a notebook is; the other function further down).
It may use the names of `_WORLD`. To add an attack, add a file.

Whatever the attack does, this must hold: no answer carries the bait, the bait is unchanged, the innocent submission
beside it goes on with its own files, the warm process survives, and the next submission finds nothing left behind.
"""

from __future__ import annotations

import ast
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from header import header

from autograder.run.inside.protocol import Request
from autograder.run.inside.values import Opaque
from autograder.run.limits import Limits, SandboxUnavailable
from autograder.run.pool import SandboxPool

ALL = sorted((Path(__file__).parent / "attacks").glob("*.py"))
KERAS = [path for path in ALL if "\n# needs: keras\n" in path.read_text(encoding="utf-8")]
ATTACKS = [path for path in ALL if path not in KERAS]
LIMITS = Limits(
    cell_s=3, wall_s=120, memory_mb=256, processes=96, file_mb=16, tmp_mb=32, answers_mb=128
)
KEYS = {
    *("needs", "cell", "ask", "error", "line", "value", "seconds", "times", "printed", "honest"),
    "asked",
}
SECRET_NAME = "AUTOGRADER_REDTEAM"

_WORLD = """
BAIT, REPOSITORY = {bait!r}, {repository!r}
HOST_PID, PORT, ABSTRACT, SECRET_NAME = {pid}, {port}, {abstract!r}, {secret!r}

def NUMBER():
    "The number of the question that is being answered, taken from the worker's own stack."
    import sys
    frame = sys._getframe()
    while frame is not None:
        if "number" in frame.f_locals and "question" in frame.f_locals:
            return frame.f_locals["number"]
        frame = frame.f_back
"""
_HONEST = "def honest(a, b):\n    return a + b"
_INNOCENT = """
import os
with open("/tmp/mine", "w") as file:
    file.write("mine")

def mine():
    with open("/tmp/mine") as file:
        return file.read(), os.listdir("/tmp"), [p for p in os.listdir("/proc") if p.isdigit()]
"""
_FIND = """
import builtins, os, sys
import numpy as np

def find():
    keras = sys.modules.get("keras")
    things = [np, builtins, sys] + ([keras, keras.Model, keras.layers.Layer] if keras else [])
    patched = any(hasattr(thing, "left") for thing in things) or np.allclose(0, 1)
    if keras:
        patched = patched or not all(map(callable, (keras.backend.clear_session, keras.ops.matmul)))
        patched = patched or "<lambda>" in (keras.Model.fit.__name__, keras.layers.LSTM.call.__name__)
    return os.listdir("/tmp"), "LEFT" in os.environ, patched, [p for p in os.listdir("/proc") if p.isdigit()]
"""


class World(NamedTuple):
    pool: SandboxPool
    bait: Path
    token: str
    cell: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from make_world(tmp_path_factory, "numpy")


@pytest.fixture(scope="module")
def keras_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    pytest.importorskip("keras")
    yield from make_world(tmp_path_factory, "keras")


def make_world(tmp_path_factory: pytest.TempPathFactory, need: str) -> Iterator[World]:
    """A pool, and what the attacks would like to reach from it."""
    folder = tmp_path_factory.mktemp("outside")
    token = secrets.token_hex(16)
    bait = folder / "gradebook.db"
    bait.write_text(token, encoding="utf-8")
    bait.chmod(0o666)
    os.environ[SECRET_NAME] = token
    abstract = f"\0autograder-{token}"
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.socket(socket.AF_UNIX) as unix,
        ):
            unix.bind(abstract)
            unix.listen()
            cell = _WORLD.format(
                bait=str(bait),
                repository=str(Path(__file__).parents[2]),
                pid=os.getpid(),
                port=server.getsockname()[1],
                abstract=abstract,
                secret=SECRET_NAME,
            )
            with SandboxPool(workers=2, needs=(need,), limits=LIMITS) as pool:
                yield World(pool, bait, token, cell)
    except SandboxUnavailable as reason:
        pytest.skip(f"no walls here: {reason}")
    finally:
        os.environ.pop(SECRET_NAME, None)


def listed(text: str) -> set[str]:
    return {part.strip() for part in text.split(",")}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: path.stem)
def test_attack(attack: Path, world: World) -> None:
    source = attack.read_text(encoding="utf-8")
    expected = header(source, KEYS)
    seconds = float(expected.get("seconds", 10))
    zygote = world.pool._warm()
    with world.pool.session([("innocent", _INNOCENT)]) as innocent:
        cells = [("world", world.cell), ("attack", source), ("honest", _HONEST)]
        apart = expected.get("asked") == "copy"
        with world.pool.session(cells, upto=2 if apart else None) as session:
            with session.at(2 if apart else 3, last=not apart):
                answers = [
                    session.ask(Request("call", "attack", seconds=seconds))
                    for _ in range(int(expected.get("times", 1)))
                ]
            with session.at(3, last=True):
                honest = [session.ask(Request("call", "honest", (20, 22))).value for _ in range(2)]
            outcome = {o.grade_id: o for o in session.startup}["attack"]
        assert innocent.ask(Request("call", "mine")).value == ("mine", ["mine"], ["1"])
    with world.pool.session([("find", _FIND)]) as following:
        assert following.ask(Request("call", "find")).value == ([], False, False, ["1"])
    assert world.pool._warm() is zygote, "the warm process survived"
    assert world.bait.read_text(encoding="utf-8") == world.token
    assert world.token not in repr(answers) and world.token not in repr(outcome)

    if expected.get("honest", "first") != "lost":
        assert honest == ([42, 42] if expected.get("honest", "first") == "first" else [None, 42])
    answer = answers[-1]
    assert outcome.status in listed(expected.get("cell", "ok")), outcome
    assert answer.status in listed(expected.get("ask", "ok")), answer
    if "error" in expected:
        assert answer.error is not None and answer.error.type in listed(expected["error"]), answer
    if "line" in expected:
        assert answer.error is not None and answer.error.line == int(expected["line"]), answer
    if "value" in expected and answer.status == "ok":
        if expected["value"] == "Opaque":
            assert type(answer.value) is Opaque, answer
        else:
            value = answer.value.tolist() if isinstance(answer.value, np.ndarray) else answer.value
            assert value == ast.literal_eval(expected["value"]), answer
    assert len(answer.printed) <= int(expected.get("printed", 2000))
    for text in (answer.printed, answer.error.message if answer.error else ""):
        assert len(text) <= 2000 and not set(text) & set("\x1b\x00\u202e")


@pytest.mark.tensorflow
@pytest.mark.parametrize("attack", KERAS, ids=lambda path: path.stem)
def test_attack_with_keras(attack: Path, keras_world: World) -> None:
    test_attack(attack, keras_world)
