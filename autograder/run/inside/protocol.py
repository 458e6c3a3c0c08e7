"""What the grader asks a student's process, what that process answers, and how both travel through
a pipe.

One frame is a fixed prefix (magic, size of the JSON header, size of the arrays), a JSON header and
`.npy` files. Frames that come back are hostile: every size is capped before memory is taken, the
header is strict JSON, and every read has a deadline for the whole frame (so a slow drip ends too).
Answers are read on the other side, by `run.replies`.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import select
import struct
import sysconfig
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from . import values
from .values import BadValue, Caps

PRINTED = 2_000  # characters of a student's output that an answer keeps
MESSAGE = 2_000  # characters of an exception's message
_PREFIX = struct.Struct("<4sIQ")
_MAGIC = b"AGF1"
OUT_OF_MEMORY = 72  # exit code of a process whose own loop has no memory left to answer
_HEADER_BYTES = 4 << 20
_LIBRARIES = re.compile(  # the WebAssembly engine has all of its own in one archive
    r"^<frozen|[/\\](?:site|dist)-packages[/\\]|[/\\]python\d+\.zip[/\\]|^"
    + re.escape(sysconfig.get_path("stdlib") + os.sep)
)
_CELL = re.compile(r"<cell (.*)>", re.DOTALL)
_OURS = os.path.dirname(os.path.realpath(__file__)) + os.sep


class BadFrame(ValueError):
    """Bytes that are no frame, or a frame that is not the one expected."""


class Closed(Exception):
    """The other end of the pipe is gone."""


@dataclass(frozen=True)
class Request:
    """One question to the student's process. `operations.perform` says what each `op` does."""

    op: str  # "call" | "model"
    target: str  # name of the student's function
    args: tuple = ()
    kwargs: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)  # plain data, by op
    seconds: float = 10.0  # wall-clock limit of this one request


@dataclass(frozen=True)
class ErrorInfo:
    """An exception of the student's code: class name, message, and the line of their cell where it
    happened.
    """

    type: str
    message: str
    line: int | None = None
    source: str | None = None
    bases: tuple[str, ...] = ()  # names of the class and its parents, nearest first
    function: str | None = None  # the one whose line it is; None at the top of a cell
    cell: str | None = None  # name of the cell, where the process knows it

    @property
    def on_purpose(self) -> bool:
        """Whether that line raises the error itself; true where the line is not known."""
        return self.source is None or re.search(r"\b(raise|throw)\b", self.source) is not None


@dataclass(frozen=True)
class Answer:
    """What came of a request.

    `status` is "ok", "missing" (no such name), "error" (it raised), "timeout", "died" (killed, or
    it ended itself), "unreadable" (the answer is no plain data or too large) or "machine" (our own
    failure). `was` names what an array was before it became one: `{"value[0]": "EagerTensor"}`;
    paths begin with `value` or `after`.
    """

    status: str
    value: Any = None
    after: tuple | None = None  # the arguments after the call, when the request asked for them
    error: ErrorInfo | None = None
    seconds: float = 0.0
    printed: str = ""
    was: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """One code cell to execute, sent to the student's process before any request."""

    name: str  # grade_id, or any label; the traceback shows it as `<cell name>`
    source: str


@dataclass(frozen=True)
class Turn:
    """Said to the student's process before and after the questions about one exercise: a copy of it
    answers them (`aside`), and what they change ends with it. The begin's answer is whether there
    is a copy.
    """

    begins: bool


class Caller(Protocol):
    """Whoever can answer a request: a sandbox session, or the notebook's own kernel."""

    def ask(self, request: Request) -> Answer:
        """Answer one request. Never raises for what the student's code does."""
        ...


# Messages as frames


def encode_request(request: Request, number: str, caps: Caps = values.CAPS) -> bytes:
    """The request as a frame. Raises `BadValue` when it holds anything but plain data: that is our
    own bug.
    """
    head = {
        "kind": "request",
        "number": number,
        "op": request.op,
        "target": request.target,
        "seconds": request.seconds,
    }
    return _pack(head, (request.args, request.kwargs, request.options), caps, strict=True)


def encode_cell(cell: Cell, number: str, caps: Caps = values.CAPS) -> bytes:
    """The cell as a frame."""
    return _pack(
        {"kind": "cell", "number": number, "name": cell.name}, cell.source, caps, strict=True
    )


def encode_turn(turn: Turn, number: str, caps: Caps = values.CAPS) -> bytes:
    """The beginning or the end of a turn as a frame."""
    return _pack({"kind": "turn", "number": number}, turn.begins, caps, strict=True)


def encode_end(status: int, number: str, caps: Caps = values.CAPS) -> bytes:
    """What the original says when the copy of turn `number` has ended."""
    return _pack({"kind": "ended", "number": number}, status, caps, strict=True)


def decode_question(
    frame: bytearray, caps: Caps = values.CAPS
) -> tuple[Request | Cell | Turn, str]:
    """What the student's process was asked, and the number that its answer must carry."""
    head, value, _ = unpack(frame, caps)
    if head["kind"] == "turn":
        return Turn(value), head["number"]
    if head["kind"] == "cell":
        return Cell(head["name"], value), head["number"]
    args, kwargs, options = value
    return Request(head["op"], head["target"], args, kwargs, options, head["seconds"]), head[
        "number"
    ]


def encode_answer(answer: Answer, number: str, caps: Caps = values.CAPS) -> bytes:
    """The answer as a frame; one whose value cannot cross becomes an "unreadable" answer that says
    why.
    """
    head = {
        "kind": "answer",
        "number": number,
        "status": answer.status,
        "error": None if answer.error is None else dataclasses.asdict(answer.error),
        "printed": answer.printed,
    }
    try:
        return _pack(head, (answer.value, answer.after), caps)
    except BadValue as reason:
        head |= {
            "status": "unreadable",
            "error": dataclasses.asdict(ErrorInfo("BadValue", str(reason))),
        }
        return _pack(head, (None, None), caps)


def describe_error(error: BaseException) -> ErrorInfo:
    """An exception in the student's process, with the innermost line that is the student's own."""
    name, bases = type(error).__name__, tuple(base.__name__ for base in type(error).__mro__)[:50]
    if isinstance(error, SyntaxError) and error.lineno:
        return ErrorInfo(
            name, str(error.msg), error.lineno, (error.text or "").strip()[:300] or None, bases
        )
    own = None
    for step in traceback.extract_tb(error.__traceback__):
        if not _LIBRARIES.search(step.filename) and not os.path.realpath(step.filename).startswith(
            _OURS
        ):
            own = step
    if own is None:
        return ErrorInfo(name, _text_of(error), bases=bases)
    source = (own.line or "").strip()[:300] or None
    function = None if own.name.startswith("<") else own.name
    cell = _CELL.fullmatch(own.filename)
    return ErrorInfo(
        name, _text_of(error), own.lineno, source, bases, function, cell[1] if cell else None
    )


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:MESSAGE]
    except Exception as second:
        return f"(its message could not be read: {type(second).__name__})"


# Frames as bytes


def _pack(head: dict, value: Any, caps: Caps, *, strict: bool = False) -> bytes:
    tree, arrays = values.dump(value, caps, strict=strict)
    blobs = [values.write_array(array) for array in arrays]
    head = head | {"tree": tree, "sizes": [len(blob) for blob in blobs]}
    text = json.dumps(head, allow_nan=False, ensure_ascii=True, separators=(",", ":")).encode(
        "ascii"
    )
    if len(text) > _HEADER_BYTES:
        raise BadValue("The value is too large. Use NumPy arrays instead of lists and strings.")
    return b"".join([_PREFIX.pack(_MAGIC, len(text), sum(map(len, blobs))), text, *blobs])


def unpack(frame: bytearray, caps: Caps) -> tuple[dict, Any, Any]:
    """The header, the value and its tree (for `values.origins`)."""
    header_bytes, body_bytes = _sizes(frame[: _PREFIX.size], caps)
    if len(frame) != _PREFIX.size + header_bytes + body_bytes:
        raise BadFrame("a frame that is longer or shorter than it says")
    view = memoryview(frame)
    try:
        head = json.loads(
            bytes(view[_PREFIX.size : _PREFIX.size + header_bytes]).decode("ascii"),
            parse_constant=_refuse,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError) as reason:
        raise BadFrame(f"a header that is no strict JSON ({type(reason).__name__})") from None
    if type(head) is not dict or not {"kind", "number", "tree", "sizes"} <= head.keys():
        raise BadFrame("a header without its parts")
    sizes = head["sizes"]
    if (
        type(sizes) is not list
        or len(sizes) > caps.nodes
        or any(type(n) is not int or n < 10 for n in sizes)
    ):
        raise BadFrame("a header that does not say how long its arrays are")
    if sum(sizes) != body_bytes:
        raise BadFrame("arrays that are longer or shorter than the header says")
    arrays, start = [], _PREFIX.size + header_bytes
    for size in sizes:
        arrays.append(values.read_array(view[start : start + size], caps))
        start += size
    return head, values.load(head["tree"], arrays, caps), head["tree"]


def _sizes(prefix: bytes | bytearray, caps: Caps) -> tuple[int, int]:
    try:
        magic, header_bytes, body_bytes = _PREFIX.unpack(prefix)
    except struct.error:
        raise BadFrame("a frame without a beginning") from None
    if magic != _MAGIC:
        raise BadFrame("bytes that are no frame")
    if header_bytes > _HEADER_BYTES or body_bytes > caps.array_bytes + 512 * caps.nodes:
        raise BadFrame("a frame larger than allowed")
    return header_bytes, body_bytes


def _refuse(name: str) -> float:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise ValueError("a key twice")
    return tree


def send(fd: int, frame: bytes, deadline: float) -> None:
    """Write a whole frame to a non-blocking descriptor before `deadline` (`time.monotonic()`).

    Raises:
        TimeoutError: the reader did not take it in time.
        Closed: the reader is gone.
    """
    view, poll = memoryview(frame), select.poll()
    poll.register(fd, select.POLLOUT)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            _wait(poll, deadline)
        except OSError:
            raise Closed from None


def receive(
    fd: int,
    deadline: float,
    caps: Caps = values.CAPS,
    beside: Mapping[int, Callable[[], bool]] | None = None,
) -> bytearray:
    """Read one whole frame from a non-blocking descriptor before `deadline`, however slowly it
    drips.

    `beside` maps other descriptors to what to do when they can be read (drain a student's output);
    one that returns False is watched no longer.

    Raises:
        TimeoutError: the frame was not complete in time.
        Closed: the writer is gone.
        BadFrame: the bytes cannot become a frame within `caps`.
    """
    beside = dict(beside or {})
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    for other in beside:
        poll.register(other, select.POLLIN)
    frame, want = bytearray(), _PREFIX.size
    while len(frame) < want:
        for ready, _ in _wait(poll, deadline):
            if ready != fd:
                if not beside[ready]():
                    poll.unregister(ready)
                continue
            try:
                chunk = os.read(fd, min(want - len(frame), 1 << 20))
            except BlockingIOError:
                continue
            except OSError:
                raise Closed from None
            if not chunk:
                raise Closed
            frame += chunk
            if len(frame) == _PREFIX.size == want:
                want += sum(_sizes(frame, caps))
    return frame


def _wait(poll: select.poll, deadline: float) -> list[tuple[int, int]]:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    events = poll.poll(min(left, 3600) * 1000)
    if not events and time.monotonic() >= deadline:
        raise TimeoutError
    return events
