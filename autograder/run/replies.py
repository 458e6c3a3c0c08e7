"""What a student's process sent back, read as an answer. The frame is hostile and so is every text
in it.

This side alone knows what it asked and how long it waited. So nothing of that is believed: an
answer must carry the number of its question, may not claim a time-out, a death or a fault of the
machine, and its running time is measured here. Nothing of a student's runs here.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ..text import clean
from .inside import values
from .inside.protocol import MESSAGE, PRINTED, Answer, BadFrame, ErrorInfo, encode_answer, unpack
from .inside.values import BadValue, Caps

_ERROR_PARTS = {field.name for field in dataclasses.fields(ErrorInfo)}
_CLAIMABLE = frozenset({"ok", "missing", "error", "unreadable"})


class TurnEnded(Exception):
    """The process that answered for one exercise has ended, with this wait status, its original
    says.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def decode_answer(
    frame: bytearray,
    number: str,
    seconds: float,
    caps: Caps = values.CAPS,
    turn: str | None = None,
) -> Answer:
    """Read a hostile answer to question `number`; `seconds` is what the asker measured.

    Raises:
        TurnEnded: it says that the copy of turn `turn` has ended.
        BadFrame: it is malformed, too large, answers something else, or claims what only the asker
        can know.
    """
    try:
        head, value, tree = unpack(frame, caps)
    except BadValue as reason:
        raise BadFrame(f"the answer holds {reason}") from None
    if turn is not None and head["kind"] == "ended" and head["number"] == turn:
        raise TurnEnded(value if type(value) is int and 0 <= value < 1 << 16 else 0)
    if (
        head.keys() != {"kind", "number", "status", "error", "printed", "tree", "sizes"}
        or head["kind"] != "answer"
    ):
        raise BadFrame("the frame is no answer")
    if head["number"] != number:
        raise BadFrame("the frame answers another question")
    if type(head["status"]) is not str or head["status"] not in _CLAIMABLE:
        raise BadFrame("the answer claims a status that it cannot have")
    if type(head["printed"]) is not str or type(value) is not tuple or len(value) != 2:
        raise BadFrame("the answer lacks a part")
    if value[1] is not None and type(value[1]) is not tuple:
        raise BadFrame("the arguments after the call are no tuple")
    error = _error(head["error"])
    if (error is None) != (head["status"] in ("ok", "missing")):
        raise BadFrame("the answer's status and its error disagree")
    was = {
        ("after" if path.startswith("[1]") else "value") + clean(path[3:], 200): clean(name, 100)
        for path, name in values.origins(tree).items()
    }
    return Answer(
        head["status"], value[0], value[1], error, seconds, clean(head["printed"], PRINTED), was
    )


def settle(answer: Answer, caps: Caps = values.CAPS) -> Answer:
    """The answer as it would have arrived through a pipe: what an in-process caller must return."""
    return decode_answer(bytearray(encode_answer(answer, "", caps)), "", answer.seconds, caps)


def _error(tree: Any) -> ErrorInfo | None:
    if tree is None:
        return None
    if type(tree) is not dict or tree.keys() != _ERROR_PARTS:
        raise BadFrame("the error has an unknown form")
    kind, message, line, source, bases = (
        tree[key] for key in ("type", "message", "line", "source", "bases")
    )
    where = [tree[key] for key in ("function", "cell")]
    if any(type(name) not in (str, type(None)) for name in where):
        raise BadFrame("the error has an unknown form")
    if type(bases) is not list or len(bases) > 50 or any(type(name) is not str for name in bases):
        raise BadFrame("the error has an unknown form")
    if type(kind) is not str or type(message) is not str or type(source) not in (str, type(None)):
        raise BadFrame("the error has an unknown form")
    if line is not None and (type(line) is not int or not 0 < line < 10**6):
        raise BadFrame("the error names no line")
    source = None if source is None else clean(source, 300)
    return ErrorInfo(
        clean(kind, 100),
        clean(message, MESSAGE),
        line,
        source,
        tuple(clean(b, 100) for b in bases),
        *(None if name is None else clean(name, 100) for name in where),
    )
