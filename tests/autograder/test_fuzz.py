"""Damaged and hostile input for the two readers that face students: the frame parser and the notebook reader.

What they may do with it is little: read it, or raise the one documented error. No crash, no hang, no other exception.
`test_protocol.py` and `test_notebook.py` say what they must understand.
"""

from __future__ import annotations

import json
import os
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import toycourse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.read import notebook, syntax
from autograder.read.ipython import Reader
from autograder.read.notebook import BadNotebook
from autograder.read.submission import Submission, arrange
from autograder.read.template import Template, read_template
from autograder.run import replies
from autograder.run.inside import protocol
from autograder.run.inside.protocol import Answer, BadFrame, Closed, ErrorInfo
from autograder.run.inside.values import Caps, Opaque
from autograder.text import harmless_markdown

FUZZ = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
FRAMES = 60_000
ANSWERS = [
    Answer(
        "ok",
        {"h": np.arange(6.0).reshape(2, 3), "n": [1, 2.5, None, (True, "é")]},
        printed="hello\n",
    ),
    Answer("ok", (np.ones((2, 2), np.float32), np.zeros(0, bool)), after=(np.arange(3), "x")),
    Answer("error", error=ErrorInfo("ValueError", "no", 3, "x = 1", ("ValueError", "Exception"))),
    Answer("ok", [float("nan"), 10**30, Opaque("Model", "<Model>"), {"a": {"b": [[]]}}]),
    Answer("missing"),
]


# --------------------------------------------------------------------------------------------------------- frames


def _flip(chance: random.Random, frame: bytearray, others: list[bytes]) -> None:
    for _ in range(chance.randint(1, 8)):
        frame[chance.randrange(len(frame))] ^= 1 << chance.randrange(8)


def _truncate(chance: random.Random, frame: bytearray, others: list[bytes]) -> None:
    del frame[chance.randrange(len(frame)) :]


def _lie(chance: random.Random, frame: bytearray, others: list[bytes]) -> None:
    """Other lengths in the prefix: one off, zero, huge, or those of another frame."""
    _, head, body = struct.unpack("<4sIQ", frame[:16])
    lie = chance.choice([0, 1, 2**31, 2**32 - 1, head + 1, max(0, head - 1), head + body])
    if chance.random() < 0.5:
        head = lie
    else:
        body = chance.choice([lie, 2**63, 2**64 - 1, body + 1, max(0, body - 1)])
    frame[:16] = struct.pack("<4sIQ", b"AGF1", head, body)


def _swap(chance: random.Random, frame: bytearray, others: list[bytes]) -> None:
    """The header of one frame before the arrays of another, with lengths that fit."""

    def parts(data: bytes) -> tuple[bytes, bytes]:
        _, head, _ = struct.unpack("<4sIQ", data[:16])
        return data[16 : 16 + head], data[16 + head :]

    head, body = parts(bytes(frame))[0], parts(chance.choice(others))[1]
    frame[:] = struct.pack("<4sIQ", b"AGF1", len(head), len(body)) + head + body


def _edit(chance: random.Random, frame: bytearray, others: list[bytes]) -> None:
    """A header that is JSON still, with a value of another kind somewhere in it."""
    _, size, _ = struct.unpack("<4sIQ", frame[:16])
    head, body = json.loads(bytes(frame[16 : 16 + size])), bytes(frame[16 + size :])
    key = chance.choice([*head, "points", "exercise"])
    head[key] = chance.choice(
        [
            None,
            True,
            -1,
            2**70,
            1e308,
            "x",
            "ok",
            "machine",
            [],
            [[[]]],
            {"array": 0},
            {"tuple": [1]},
            {"float": "inf"},
            {"int": "9" * 2000},
            {"opaque": [1, 2]},
            {"dict": {"a": {"array": 5}}},
        ]
    )
    text = json.dumps(head).encode()
    frame[:] = struct.pack("<4sIQ", b"AGF1", len(text), len(body)) + text + body


def _splice(chance: random.Random, frame: bytearray, others: list[bytes]) -> None:
    other, at = chance.choice(others), chance.randrange(len(frame))
    frame[at : at + chance.randrange(64)] = other[: chance.randrange(len(other))]


DAMAGES: list[Callable] = [_flip, _truncate, _lie, _swap, _edit, _splice]


def _through_a_pipe(frame: bytes, caps: Caps) -> Answer:
    """The answer as a session reads it: from a descriptor, whose writer then is gone."""
    ours, theirs = socket.socketpair()
    with ours:
        ours.setblocking(False)
        with theirs:
            theirs.sendall(frame)
        return replies.decode_answer(
            protocol.receive(ours.fileno(), time.monotonic() + 5, caps), "7", 0.25, caps
        )


@pytest.mark.slow
def test_sixty_thousand_damaged_frames_are_read_or_refused() -> None:
    """No crash, no hang, no other error than the documented ones, no memory beyond the caps."""
    chance, caps = random.Random(20260301), Caps(array_bytes=1 << 20, nodes=1000)
    whole = [protocol.encode_answer(answer, "7") for answer in ANSWERS]
    came: Counter = Counter()
    for number in range(FRAMES):
        frame = bytearray(chance.choice(whole))
        damage = DAMAGES[number % len(DAMAGES)]
        damage(chance, frame, whole)
        try:
            answer = _through_a_pipe(bytes(frame), caps)
        except (BadFrame, Closed) as error:
            came[type(error).__name__] += 1
            continue
        came["read"] += 1
        assert answer.status in ("ok", "missing", "error", "unreadable") and answer.seconds == 0.25
    assert (
        sum(came.values()) == FRAMES
        and min(came["BadFrame"], came["Closed"], came["read"]) > FRAMES / 100
    ), came


# ------------------------------------------------------------------------------------------------------- notebooks


@pytest.fixture(scope="module")
def released(ready_course) -> tuple[bytes, Template]:
    path = ready_course / "release/toy/toy.ipynb"
    filled = toycourse.filled(json.loads(path.read_text()), toycourse.RIGHT)
    return json.dumps(filled).encode(), read_template(path)


def _read(data: bytes, template: Template) -> Submission | None:
    try:
        submission = arrange(notebook.parse(data, "a.ipynb"), template)
    except BadNotebook as error:
        assert "a.ipynb" in str(error)
        return None
    ids = [
        c["metadata"]["nbgrader"]["grade_id"]
        for c in submission.cells
        if "nbgrader" in c["metadata"]
    ]
    assert sorted(ids) == sorted(cell.grade_id for cell in template.cells if cell.grade_id)
    json.dumps(submission.cells, allow_nan=False).encode()
    return submission


@settings(FUZZ, max_examples=300)
@given(st.data())
def test_a_damaged_notebook_is_read_or_refused_in_words(released, data: st.DataObject) -> None:
    whole, template = released
    book = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, max(0, len(book) - 1)))
        kind = data.draw(st.sampled_from(["flip", "cut", "insert", "repeat"]))
        if kind == "flip" and book:
            book[at] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == "cut":
            del book[at : at + data.draw(st.integers(1, 200))]
        elif kind == "insert":
            book[at:at] = data.draw(
                st.binary(max_size=20) | st.sampled_from([b"NaN", b"[" * 50, b"null,", b"\\ud800"])
            )
        else:
            book[at:at] = book[at : at + data.draw(st.integers(1, 500))]
    _read(bytes(book), template)


@settings(FUZZ, max_examples=300)
@given(
    st.text(alphabet=st.sampled_from(list(" \t\n%!?=.,(){}[]'\"\\#:;ab1é$\u202e\x00")), max_size=80)
)
def test_any_text_is_a_cell(released, text: str) -> None:
    whole, template = released
    book = json.loads(whole)
    for name in ("double", "quiz_q01"):
        toycourse.cell_of(book, name)["source"] = text
    submission = _read(json.dumps(book).encode(), template)
    assert submission is not None
    for _, source in submission.run:
        assert source.count("\n") <= text.count("\n") + 5


LONG = {
    "spaces": lambda n: " " * n + "$",
    "names": lambda n: "a, " * (n // 3) + "$",
    "marks": lambda n: "?" * n,
    "open brackets": lambda n: "(" * n,
    "minus": lambda n: "-" * n + "1",
    "dots": lambda n: "a" + ".b" * (n // 2),
    "lines": lambda n: "\n" * n + "$",
    "quotes": lambda n: "'" * n,
    "backslashes": lambda n: "\\" * n,
    "tags": lambda n: "<b " * (n // 3),
    "scheme": lambda n: "javascript" + " " * n,
    "entity": lambda n: "javascript&#" + "0" * n,
}


@pytest.mark.parametrize("kind", LONG)
def test_time_grows_with_the_length_of_a_cell_and_not_with_its_square(kind: str) -> None:
    def seconds(n: int) -> float:
        text, best = LONG[kind](n), float("inf")
        for _ in range(3):
            syntax.tree_of.cache_clear()
            begun = time.process_time()
            Reader().python(text)
            harmless_markdown(text)
            best = min(best, time.process_time() - begun)
        return best

    # eight times the length; the square would be 64 times
    assert seconds(160_000) < 30 * max(seconds(20_000), 2e-3)


def test_a_pipe_and_an_endless_device_are_never_waited_for(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(BadNotebook, match=name):
            notebook.open_regular(tmp_path / name)
