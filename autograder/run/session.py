"""One submission in the sandbox: cells, questions, deadlines, restarts.

A session takes a fresh fork of the warm process, has the submission's cells executed in it one by
one, and is a `protocol.Caller`. `Session.at` stops at a place in the notebook, and a copy of the
process answers for what stands there: no question changes what later cells see. A copy that hangs
or dies costs the question; when the process itself hangs, dies or answers with rubbish, it is
killed and the next request gets another fork in which the cells are executed again. One bad
function costs what depends on it and nothing else.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .inside import protocol
from .inside.protocol import Answer, BadFrame, Cell, Closed, ErrorInfo, Request
from .inside.values import Caps
from .limits import Limits, SandboxUnavailable
from .process import MachineFault, Process, reason_of
from .replies import TurnEnded, decode_answer

_TURN_SECONDS = 30.0  # for making or ending a copy of a process
_OBEY_SECONDS = 2.0  # for ending a copy that hangs
_MOST_ABSENT = 20


class CellOutcome(NamedTuple):
    """What came of one cell at the start. `status` is "ok", "error", "timeout", "died" or
    "machine".
    """

    grade_id: str
    status: str
    error: ErrorInfo | None
    printed: str
    seconds: float


@dataclass
class _Verdict:
    """Why a process was given up."""

    status: str  # "timeout" | "died" | "unreadable"
    error: ErrorInfo
    printed: str = ""


class Session:
    """One submission in the sandbox. A `protocol.Caller`; `waited`: seconds until a sandbox was
    free for it; `absent`: modules that it asked for and that are not installed here.
    """

    def __init__(
        self,
        limits: Limits,
        take: Callable[[], Process],
        forget: Callable[[Process], None],
        cells: list[Cell],
    ) -> None:
        self.waited = 0.0
        self.absent: list[str] = []
        self._limits, self._take, self._forget, self._cells = limits, take, forget, cells
        self._caps = Caps(array_bytes=self._limits.answers_mb << 18)
        self._process: Process | None = None
        self._outcomes: dict[int, CellOutcome] = {}
        self._goal = 0  # cells that must have been executed before a question is answered
        self._done = 0  # cells that have been executed in the process
        self._wants_copy = False  # questions are for a copy of the process
        self._turn: str | None = None  # number of the turn in which a copy answers
        self._in_place = False  # a turn in which no copy could be made
        self._skip: set[int] = set()  # cells that hung or died: never executed again
        self._failures: Counter[str] = Counter()
        self._verdicts: dict[str, _Verdict] = {}
        self._losses = 0  # processes and copies that hung or died
        self._answered = 0  # bytes
        self._spent = 0.0  # seconds of the submission's budget, up to `_busy_since`
        self._busy_since: float | None = None

    @property
    def startup(self) -> list[CellOutcome]:
        """What came of each cell that has been executed so far, in order."""
        return [self._outcomes[index] for index in sorted(self._outcomes)]

    def advance(self, upto: int) -> None:
        """Have the first `upto` cells executed. Never raises for what they do."""
        if upto < self._goal:
            raise ValueError(f"cell {upto} has been passed: {self._goal} were to be executed")
        self._goal = upto
        try:
            with self._on_the_clock():
                given_up = self._ready()
        except (OSError, SandboxUnavailable, MachineFault) as reason:
            self._end()
            given_up = _Verdict("machine", ErrorInfo(type(reason).__name__, str(reason)))
        for index in range(upto):
            if index not in self._outcomes:
                assert given_up is not None
                self._outcomes[index] = CellOutcome(
                    self._cells[index].name, given_up.status, given_up.error, "", 0.0
                )

    @contextlib.contextmanager
    def at(self, place: int, *, last: bool = False) -> Iterator[Session]:
        """Questions asked in the block are answered in the state behind the first `place` cells,
        and leave no trace in it. `last`: no other question and no other cell comes after them.
        """
        self.advance(place)
        self._wants_copy = not last
        try:
            yield self
        finally:
            self._wants_copy = False
            with contextlib.suppress(OSError, SandboxUnavailable, MachineFault):
                with self._on_the_clock():
                    self._end_turn()

    def ask(self, request: Request) -> Answer:
        """Answer one request within its own time limit. Never raises for what the student's code
        does.
        """
        if self._failures[request.target] >= self._limits.max_failures:
            last = self._verdicts[request.target]
            message = (
                f"{last.error.message} This happened {self._limits.max_failures} times, so "
                "it was not run again."
            )
            return Answer(last.status, error=dataclasses.replace(last.error, message=message))
        begun = time.monotonic()
        try:
            with self._on_the_clock():
                given_up = self._ready() or self._begin_turn()
                if given_up is not None:
                    return Answer(given_up.status, error=given_up.error)
                number = self._number()
                answer = self._exchange(
                    protocol.encode_request(request, number), number, request.seconds
                )
        except (OSError, SandboxUnavailable, protocol.BadValue, MachineFault) as reason:
            self._end()
            return Answer("machine", error=ErrorInfo(type(reason).__name__, str(reason)))
        if isinstance(answer, _Verdict):
            self._failures[request.target] += 1
            self._verdicts[request.target] = answer
            seconds = time.monotonic() - begun
            return Answer(
                answer.status, error=answer.error, seconds=seconds, printed=answer.printed
            )
        return answer

    @contextlib.contextmanager
    def _on_the_clock(self) -> Iterator[None]:
        """Time spent in here counts against the whole submission."""
        self._busy_since = time.monotonic()
        try:
            yield
        finally:
            self._spent += time.monotonic() - self._busy_since
            self._busy_since = None

    def _left(self) -> float:
        busy = 0.0 if self._busy_since is None else time.monotonic() - self._busy_since
        return self._limits.wall_s - self._spent - busy

    def _ready(self) -> _Verdict | None:
        """Have a process in which the cells up to the goal have been executed; a verdict if the
        submission may not go on.
        """
        while True:
            if self._left() <= 0:
                message = (
                    f"The whole submission may run {self._limits.wall_s:g} seconds, and "
                    "they are used up."
                )
                return _Verdict("timeout", ErrorInfo("TimeLimit", message))
            if self._process is not None and self._done >= self._goal:
                return None
            if self._losses > self._limits.restarts:
                return self._too_many_losses()
            if self._process is None:
                self._process, self._done = self._take(), 0
            self._execute()

    def _too_many_losses(self) -> _Verdict:
        message = (
            f"Your code hung or ended its process {self._losses} times, so it was not started "
            "again."
        )
        return _Verdict("died", ErrorInfo("RestartLimit", message))

    def _execute(self) -> None:
        """Execute the cells that are still to be executed in the process, until one of them ends
        it. Outcomes that are there already stay.
        """
        while self._done < self._goal:
            index = self._done
            self._done += 1
            if index in self._skip:
                continue
            cell = self._cells[index]
            number = self._number()
            begun = time.monotonic()
            answer = self._exchange(protocol.encode_cell(cell, number), number, self._limits.cell_s)
            took = time.monotonic() - begun
            self._outcomes.setdefault(
                index, CellOutcome(cell.name, answer.status, answer.error, answer.printed, took)
            )
            if isinstance(answer, _Verdict):
                self._skip.add(index)
                return
            self._note_absent(answer.value)

    def _note_absent(self, names: object) -> None:
        """Keep the names of absent modules: a stranger's word, so only what looks like names."""
        for name in names if isinstance(names, tuple) else ():
            known = len(self.absent) >= _MOST_ABSENT or name in self.absent
            if isinstance(name, str) and name.isidentifier() and len(name) <= 60 and not known:
                self.absent.append(name)

    def _begin_turn(self) -> _Verdict | None:
        """Have a copy of the process answer from now on, if it is to be one."""
        if not self._wants_copy or self._turn is not None:
            return None
        if self._losses > self._limits.restarts:
            return self._too_many_losses()
        number = self._number()
        frame = protocol.encode_turn(protocol.Turn(True), number)
        answer = self._exchange(frame, number, _TURN_SECONDS)
        if isinstance(answer, _Verdict):
            return answer
        if answer.value is True:
            self._turn = number
        else:
            self._wants_copy, self._in_place = False, True
        return None

    def _number(self) -> str:
        """A number that nobody can guess, for one question. It begins with the turn's: who is not
        asked in this turn does not answer.
        """
        token = secrets.token_hex(8)
        return token if self._turn is None else f"{self._turn}.{token}"

    def _end_turn(self) -> None:
        if self._process is not None and (self._turn is not None or self._in_place):
            number = self._number()
            frame = protocol.encode_turn(protocol.Turn(False), number)
            self._exchange(frame, number, _TURN_SECONDS, ending=True)
        self._in_place = False

    def _exchange(
        self, frame: bytes, number: str, seconds: float, ending: bool = False
    ) -> Answer | _Verdict:
        """One question and its answer; if there is none, a process or its copy is gone and the
        verdict says why.
        """
        process = self._process
        assert process is not None
        seconds = max(0.0, min(seconds, self._left()))
        begun = time.monotonic()
        deadline = begun + seconds
        try:
            reply = self._converse(frame, deadline)
            took = time.monotonic() - begun
            if self._answered + len(reply) > self._limits.answers_mb << 20:
                raise BadFrame(f"all answers together are larger than {self._limits.answers_mb} MB")
            self._answered += len(reply)
            return decode_answer(reply, number, took, self._caps, self._turn)
        except TurnEnded as reason:
            self._turn = None
            process.drain_all()
            kind, message = reason_of(reason.status, self._limits)
            verdict = self._located("died", kind, message, process.text())
            process.forget()
            self._losses += not ending
            if not self._original_answers():
                self._end()
            return verdict
        except TimeoutError:
            message = f"It ran longer than {seconds:.3g} s and was stopped."
            verdict = self._located("timeout", "TimeLimit", message, process.trace())
            if self._copy_ended():
                self._losses += 1
                return verdict
        except BadFrame as reason:
            error = ErrorInfo("UnreadableAnswer", f"Its answer could not be read: {reason}.")
            verdict = _Verdict("unreadable", error)
        except Closed:
            kind, message = process.exit_reason(self._limits)
            verdict = self._located("died", kind, message, process.text())
        if process.exceeded:
            verdict = _Verdict("died", ErrorInfo("MemoryLimit", self._limits.beyond_memory))
        self._losses += 1
        self._lose()
        return verdict

    def _converse(self, frame: bytes, deadline: float) -> bytearray:
        """Send a question and receive what comes back.

        Raises:
            TimeoutError, Closed, BadFrame: see `protocol.receive`.
        """
        process = self._process
        assert process is not None
        protocol.send(process.frames, frame, deadline)
        return self._receive(deadline)

    def _lose(self) -> None:
        """Give up who did not answer."""
        self._end()

    def _receive(self, deadline: float) -> bytearray:
        process = self._process
        assert process is not None
        beside = {} if process.output is None else {process.output: process.drain}
        return protocol.receive(process.frames, deadline, self._caps, beside)

    def _original_answers(self) -> bool:
        """Whether the original is back, as it is said to be: else the next cell pays for it."""
        process, number = self._process, self._number()
        assert process is not None
        deadline = time.monotonic() + min(_OBEY_SECONDS, max(0.0, self._left()))
        try:
            frame = protocol.encode_turn(protocol.Turn(False), number)
            protocol.send(process.frames, frame, deadline)
            decode_answer(self._receive(deadline), number, 0.0, self._caps)
        except (TimeoutError, BadFrame, Closed):
            return False
        return True

    def _copy_ended(self) -> bool:
        """Have the copy that hangs ended by its original; False: it does not obey."""
        process, turn = self._process, self._turn
        if process is None or turn is None:
            return False
        process.end_copy()
        deadline = time.monotonic() + _OBEY_SECONDS
        with contextlib.suppress(TimeoutError, BadFrame, Closed):
            for _ in range(2):  # the answer may have come in the last moment
                try:
                    decode_answer(self._receive(deadline), "", 0.0, self._caps, turn)
                except TurnEnded:
                    self._turn = None
                    process.forget()
                    return True
                except BadFrame:
                    continue
        return False

    def _located(self, status: str, kind: str, message: str, output: str) -> _Verdict:
        """A verdict with the line where the process was, read off the trace that `faulthandler`
        left in its output.
        """
        printed, _, trace = re.split(
            r"^(Stack |Fatal Python error)", output + "\nStack ", maxsplit=1, flags=re.M
        )
        found = re.search(r'File "<cell ([^"\n]*)>", line ([0-9]{1,6}) in ', trace)
        if found is None:
            return _Verdict(status, ErrorInfo(kind, message), printed.rstrip())
        line = int(found[2])
        text = next((cell.source for cell in self._cells if cell.name == found[1]), "").splitlines()
        source = text[line - 1].strip()[:300] if 0 < line <= len(text) else None
        return _Verdict(status, ErrorInfo(kind, message, line or None, source), printed.rstrip())

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            self._forget(process)
            process.end()
        self._turn = None
