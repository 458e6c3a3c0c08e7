"""Frames: what goes through, what is refused, and that no reader waits longer than it was told."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.run import replies
from autograder.run.inside import protocol
from autograder.run.inside.protocol import Answer, BadFrame, Cell, Closed, ErrorInfo, Request
from autograder.run.inside.values import BadValue, Caps, Opaque

# the same on every machine, however slow
FUZZ = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

GOOD = Answer(
    "ok",
    {"h": np.arange(3.0), "n": [1, 2.5, None, (True, "é")]},
    after=(np.ones((2, 2), np.float32),),
    printed="hello\n",
)


@pytest.fixture
def pair() -> Iterator[tuple[int, int]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        yield ours.fileno(), theirs.fileno()


def soon(seconds: float = 10.0) -> float:
    return time.monotonic() + seconds


def decode(frame: bytes, number: str = "7") -> Answer:
    return replies.decode_answer(bytearray(frame), number, 0.25)


def test_a_request_arrives(pair: tuple[int, int]) -> None:
    request = Request("call", "step", (np.eye(2), 3), {"b": None}, {"seed": 1}, 2.5)
    protocol.send(pair[0], protocol.encode_request(request, "7"), soon())
    back, number = protocol.decode_question(protocol.receive(pair[1], soon()))
    assert number == "7"
    assert (back.op, back.target, back.kwargs, back.options, back.seconds) == (
        "call",
        "step",
        {"b": None},
        {"seed": 1},
        2.5,
    )
    np.testing.assert_array_equal(back.args[0], np.eye(2))
    assert back.args[1] == 3


def test_a_cell_arrives() -> None:
    cell = Cell("lstm_step", "x = 'é'\n")
    assert protocol.decode_question(bytearray(protocol.encode_cell(cell, "1"))) == (cell, "1")


def test_our_own_questions_must_be_plain_data() -> None:
    with pytest.raises(BadValue):
        protocol.encode_request(Request("call", "step", (object(),)), "7")


def test_an_answer_arrives_with_the_askers_time() -> None:
    back = decode(protocol.encode_answer(GOOD, "7"))
    assert (back.status, back.printed, back.seconds, back.error) == ("ok", "hello\n", 0.25, None)
    assert back.value["n"] == [1, 2.5, None, (True, "é")]
    np.testing.assert_array_equal(back.value["h"], np.arange(3.0))
    np.testing.assert_array_equal(back.after[0], np.ones((2, 2)))


def test_origins_are_told_by_path() -> None:
    answer = Answer("ok", (np.ma.ones(2), 1), after=(0, {"b": np.ma.ones(1)}))
    assert replies.settle(answer).was == {
        "value[0]": "MaskedArray",
        "after[1]['b']": "MaskedArray",
    }


def test_settling_shares_no_memory_and_drops_objects() -> None:
    array = np.zeros(2)
    settled = replies.settle(Answer("ok", (array, object())))
    settled.value[0][0] = 1
    assert array[0] == 0 and type(settled.value[1]) is Opaque


def test_an_answer_too_large_says_so() -> None:
    back = decode(protocol.encode_answer(Answer("ok", list(range(20_000))), "7"))
    assert back.status == "unreadable" and "array" in back.error.message


def test_errors_arrive_clean_and_short() -> None:
    nasty = ErrorInfo(
        "E" * 1000, "\x1b[31mred\x1b[0m \x00\u202e" + "x" * 10_000, 3, "s" * 1000, ("A", "B")
    )
    error = decode(protocol.encode_answer(Answer("error", error=nasty), "7")).error
    assert error.message.startswith("red x") and error.message.endswith("…")
    assert (len(error.type), len(error.message), len(error.source)) == (100, 2000, 300)
    assert (error.line, error.bases) == (3, ("A", "B"))


@pytest.mark.parametrize(
    ("number", "change"),
    [
        ("8", {}),
        ("7", {"kind": "request"}),
        ("7", {"status": "machine"}),
        ("7", {"status": "timeout"}),
        ("7", {"status": "died"}),
        ("7", {"status": ["ok"]}),
        ("7", {"status": "error"}),
        ("7", {"error": {"type": "E", "message": "m"}}),
        (
            "7",
            {
                "status": "error",
                "error": {
                    "type": "E",
                    "message": "m",
                    "line": -1,
                    "source": None,
                    "bases": [],
                    "function": None,
                    "cell": None,
                },
            },
        ),
        (
            "7",
            {
                "status": "error",
                "error": {
                    "type": "E",
                    "message": "m",
                    "line": True,
                    "source": None,
                    "bases": [],
                    "function": None,
                    "cell": None,
                },
            },
        ),
        (
            "7",
            {
                "status": "error",
                "error": {
                    "type": "E",
                    "message": 3,
                    "line": None,
                    "source": None,
                    "bases": [],
                    "function": None,
                    "cell": None,
                },
            },
        ),
        (
            "7",
            {
                "status": "error",
                "error": {
                    "type": "E",
                    "message": "",
                    "line": None,
                    "source": None,
                    "bases": [1],
                    "function": None,
                    "cell": None,
                },
            },
        ),
        ("7", {"printed": None}),
        ("7", {"tree": {"tuple": [1]}}),
        ("7", {"tree": {"tuple": [1, [2]]}}),
        ("7", {"tree": 5}),
        ("7", {"sizes": [10]}),
        ("7", {"sizes": None}),
        ("7", {"points": 100}),
    ],
    ids=str,
)
def test_forged_answers_are_refused(number: str, change: dict) -> None:
    head = {
        "kind": "answer",
        "number": "7",
        "status": "ok",
        "error": None,
        "printed": "",
        "tree": {"tuple": [1, None]},
    }
    head |= {"sizes": []}
    assert decode(frame(head)).value == 1
    with pytest.raises(BadFrame):
        decode(frame(head | change), number)


def frame(head: object, body: bytes = b"", magic: bytes = b"AGF1") -> bytes:
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<4sIQ", magic, len(text), len(body)) + text + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"AGF1",
        frame({}),
        frame(b"nonsense"),
        frame(b'{"kind": NaN}'),
        frame(b'{"kind": "answer", "kind": "answer"}'),
        frame(b"[" * 100_000),
        frame(b"\xff\xfe"),
        frame(b"1" * 5000),
        frame({}, magic=b"PK\x03\x04"),
        frame({"kind": "answer", "number": "7", "tree": {"array": 0}, "sizes": [12]}, b"x" * 12),
        protocol.encode_answer(GOOD, "7")[:-1],
        protocol.encode_answer(GOOD, "7") + b"x",
    ],
    ids=lambda data: str(data[:40]),
)
def test_bytes_that_are_no_frame_are_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        decode(data)


@settings(FUZZ, max_examples=400)
@given(st.data())
def test_a_damaged_answer_is_refused_or_still_plain(data: st.DataObject) -> None:
    whole = bytearray(protocol.encode_answer(GOOD, "7"))
    for _ in range(data.draw(st.integers(1, 4))):
        kind = data.draw(st.sampled_from(["flip", "cut", "insert"]))
        at = data.draw(st.integers(0, len(whole) - 1))
        if kind == "flip":
            whole[at] ^= data.draw(st.integers(1, 255))
        elif kind == "cut":
            del whole[at : at + data.draw(st.integers(1, 40))]
        else:
            whole[at:at] = data.draw(st.binary(min_size=1, max_size=20))
        if not whole:
            break
    try:
        answer = decode(bytes(whole))
    except BadFrame:
        return
    assert answer.status in ("ok", "missing", "error", "unreadable") and answer.seconds == 0.25


@settings(FUZZ, max_examples=300)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["tuple", "dict", "array", "float", "int", "opaque", "was", "x"]),
                x,
                max_size=2,
            )
        ),
        max_leaves=15,
    )
)
def test_any_tree_is_a_value_or_refused(tree: object) -> None:
    head = {
        "kind": "answer",
        "number": "7",
        "status": "ok",
        "error": None,
        "printed": "",
        "tree": {"tuple": [tree, None]},
    }
    try:
        decode(frame(head | {"sizes": []}))
    except BadFrame:
        pass


def test_an_announced_size_takes_no_memory(pair: tuple[int, int]) -> None:
    os.write(pair[0], struct.pack("<4sIQ", b"AGF1", 100, 2**60))
    with pytest.raises(BadFrame):
        protocol.receive(pair[1], soon())


def test_caps_are_the_callers(pair: tuple[int, int]) -> None:
    protocol.send(pair[0], protocol.encode_answer(Answer("ok", np.zeros(10_000)), "7"), soon())
    with pytest.raises(BadFrame):
        protocol.receive(pair[1], soon(), Caps(array_bytes=1000, nodes=10))


def test_a_slow_drip_ends_at_the_deadline(pair: tuple[int, int]) -> None:
    stop = threading.Event()

    def drip() -> None:
        for byte in protocol.encode_answer(GOOD, "7"):
            if stop.wait(0.02):
                return
            os.write(pair[0], bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        with pytest.raises(TimeoutError):
            protocol.receive(pair[1], soon(0.3))
    finally:
        stop.set()
        thread.join()


def test_a_reader_who_does_not_read_ends_at_the_deadline(pair: tuple[int, int]) -> None:
    with pytest.raises(TimeoutError):
        protocol.send(pair[0], bytes(64 << 20), soon(0.2))


def test_a_closed_pipe_is_told(pair: tuple[int, int]) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.sendall(b"AGF1")
    theirs.close()
    with ours, pytest.raises(Closed):
        protocol.receive(ours.fileno(), soon())
    ours, theirs = socket.socketpair()
    theirs.close()
    ours.setblocking(False)
    with ours, pytest.raises(Closed):
        protocol.send(ours.fileno(), bytes(1 << 20), soon())


def test_output_is_drained_while_waiting(pair: tuple[int, int]) -> None:
    read, write = os.pipe()
    os.write(write, b"noise")
    os.close(write)
    seen = []

    def drain() -> bool:
        seen.append(os.read(read, 100))
        if not seen[-1]:
            protocol.send(pair[0], protocol.encode_answer(GOOD, "7"), soon())
        return bool(seen[-1])

    assert protocol.receive(pair[1], soon(), beside={read: drain})
    os.close(read)
    assert seen == [b"noise", b""]


def test_errors_name_the_students_own_line() -> None:
    source = "def f(x):\n    import json\n    return json.loads(x)\n\nf('{')\n"
    with pytest.raises(ValueError) as caught:
        exec(compile(source, "<cell f>", "exec"), {})
    error = protocol.describe_error(caught.value)
    assert (error.type, error.line) == ("JSONDecodeError", 3) and "ValueError" in error.bases
    with pytest.raises(SyntaxError) as caught:
        compile("x = 1\ny = (", "<cell g>", "exec")
    error = protocol.describe_error(caught.value)
    assert (error.type, error.line, error.source) == ("SyntaxError", 2, "y = (")


def test_a_message_that_cannot_be_read() -> None:
    class Silent(Exception):
        def __str__(self) -> str:
            raise KeyError

    assert "KeyError" in protocol.describe_error(Silent()).message
