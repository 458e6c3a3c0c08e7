"""The attacks of `attacks/` behind the wall `wasm`.

What most of them reach for is not there: no process, no thread, no socket, no file that can be written, no `ctypes`. So
an attack may also end with the error that says so. Those that forge answers write to descriptor 3; here they are given
the door of the engine in its place. Whatever the attack does, the same must hold as behind the other wall.
"""

from __future__ import annotations

import ast
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import test_attacks as usual
import wasmwall
from header import header

from autograder.run.inside.protocol import Request
from autograder.run.inside.values import Opaque
from autograder.run.wasm import WasmPool

# In the place of the pipe: what is written to its descriptor goes through the door.
_DOOR = """
import os

def _write(descriptor, data, write=os.write):
    if descriptor != 3:
        return write(descriptor, data)
    import _host
    _host.call(bytes(data))
    return len(data)

os.write = _write
"""
_NOT_THERE = {
    *("AttributeError", "OSError", "ModuleNotInstalled", "RuntimeError", "PermissionError"),
    *("FileNotFoundError", "NotImplementedError"),
}
# What ends otherwise than behind the other wall, and why that is no less safe.
DIFFERENT = {
    "deep_nesting": "a stack overflow ends the instance",
    "truncated_frame": "an answer comes as a whole: half of one is no frame",
}
_INNOCENT = "kept = [7]\ndef mine():\n    return kept"
_FIND = """
import builtins, os, sys
import numpy as np

def find():
    patched = any(hasattr(thing, "left") for thing in (np, builtins, sys)) or np.allclose(0, 1)
    return "LEFT" in os.environ, patched
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[usual.World]:
    wasmwall.require()
    token = secrets.token_hex(16)
    bait = tmp_path_factory.mktemp("outside") / "gradebook.db"
    bait.write_text(token, encoding="utf-8")
    os.environ[usual.SECRET_NAME] = token
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            WasmPool(workers=2, limits=usual.LIMITS) as pool,
        ):
            cell = usual._WORLD.format(
                bait=str(bait),
                repository=str(Path(__file__).parents[2]),
                pid=os.getpid(),
                port=server.getsockname()[1],
                abstract=f"\0{token}",
                secret=usual.SECRET_NAME,
            )
            yield usual.World(pool, bait, token, _DOOR + cell)
    finally:
        os.environ.pop(usual.SECRET_NAME, None)


@pytest.mark.parametrize("hostile", usual.ATTACKS, ids=lambda path: path.stem)
def test_attack(hostile: Path, world: usual.World) -> None:
    source = hostile.read_text(encoding="utf-8")
    expected = header(source, usual.KEYS)
    seconds = float(expected.get("seconds", 10))
    with world.pool.session([("innocent", _INNOCENT)]) as innocent:
        cells = [("world", world.cell), ("attack", source), ("honest", usual._HONEST)]
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
        assert innocent.ask(Request("call", "mine")).value == [7]
    with world.pool.session([("find", _FIND)]) as following:
        assert following.ask(Request("call", "find")).value == (False, False)
    assert world.bait.read_text(encoding="utf-8") == world.token
    assert world.token not in repr(answers) and world.token not in repr(outcome)
    if expected.get("honest", "first") != "lost":
        assert honest[-1] == 42
    answer = answers[-1]
    assert answer.status != "machine", answer
    said = {outcome.error.type} if outcome.error else set()
    said |= {answer.error.type} if answer.error else set()
    if not said & _NOT_THERE and hostile.stem not in DIFFERENT:
        assert outcome.status in usual.listed(expected.get("cell", "ok")), outcome
        assert answer.status in usual.listed(expected.get("ask", "ok")), answer
        if "value" in expected and answer.status == "ok":
            if expected["value"] == "Opaque":
                assert type(answer.value) is Opaque, answer
            else:
                assert np.array_equal(answer.value, ast.literal_eval(expected["value"])), answer
    assert len(answer.printed) <= int(expected.get("printed", 2000))
    for text in (answer.printed, answer.error.message if answer.error else ""):
        assert len(text) <= 2000 and not set(text) & set("\x1b\x00\u202e")
