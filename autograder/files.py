"""Writing a file whole: whoever reads it finds the old content or the new, never a part.

The content is written beside its place and moved there in one step. A run that is killed leaves the
old file, and at most one temporary file for each place, which the next writer uses again. Two
writers of one file take turns. A power cut is not guarded against (nothing waits for the disk).
Nothing here knows what a file holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

try:
    import fcntl
except ImportError:  # Windows, where nothing is graded: writers do not wait for each other there
    fcntl = None  # type: ignore[assignment]

Content = bytes | str | Iterable[bytes]  # text is written as UTF-8 with its line ends as they are


class Publish(Protocol):
    """Moves a file to its place; see `write_whole` for `mode`."""

    def __call__(self, mode: int | None = None) -> None: ...


Staged = contextlib.AbstractContextManager[Publish]


def write_whole(path: Path, content: Content, mode: int | None = None) -> Path:
    """Write `content` to `path` in one step; folders that are missing are made.

    `content` may come in pieces (an iterable of bytes), so that it need not fit into memory. The
    file gets the permissions `mode`, or those of any new file (the process's umask).

    Raises:
        OSError: it cannot be written. What was there is as it was.
    """
    with staged(path, content) as publish:
        publish(mode)
    return path


@contextlib.contextmanager
def staged(path: Path, content: Content) -> Iterator[Publish]:
    """Write `content` beside `path`; the function that comes back moves it there (see
    `write_whole`).

    Where it is not called, `path` stays as it is and nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = beside(path)
    published = False

    def publish(mode: int | None = None) -> None:
        nonlocal published
        os.replace(temporary, path)
        published = True
        # Only now: a temporary file that a killed run leaves can always be written again.
        if mode is not None:
            os.chmod(path, mode)

    with _alone(temporary) as file:
        try:
            file.truncate()  # what a killed run has left
            data = content.encode("utf-8") if isinstance(content, str) else content
            for piece in (data,) if isinstance(data, bytes) else data:
                file.write(piece)
            file.flush()
            if fcntl is None:
                file.close()  # Windows moves no open file
            yield publish
        finally:
            if not published:
                temporary.unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """The temporary file of `path`: one for each, hidden, its name short however long that of
    `path` is.
    """
    digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()
    return path.with_name(f".{path.name[:30]}.{digest[:16]}.tmp")


def _alone(temporary: Path) -> BinaryIO:
    """The temporary file, open for writing by nobody else. The lock goes with the process, however
    it ends.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    while True:
        file = os.fdopen(os.open(temporary, flags, 0o666), "r+b")
        if fcntl is None:
            return file
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            if os.path.samestat(os.fstat(file.fileno()), os.stat(temporary)):
                return file
        except FileNotFoundError:
            pass
        file.close()  # whoever had it has moved it to its place: begin anew
