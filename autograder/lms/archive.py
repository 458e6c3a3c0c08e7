"""Read folders and zip files that were downloaded from a learning platform, as data.

An archive is hostile, and so is every name in it. This room writes nothing: it yields members one
at a time, each with a name that is only ever compared and printed, and a function that reads its
bytes in memory below a cap. A member that should not be there is refused with a reason, and the
others go on. A zip inside a zip is opened once, because some platforms take no notebooks and
students hand in a zip.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ..errors import CourseError
from ..read.notebook import MAX_BYTES, read_bytes
from ..text import plain_name, printable, shows

# Honest downloads stay far below these.
MAX_MEMBERS = 100_000  # in one archive or folder
MAX_DIRECTORY = 16_000_000  # bytes of the list of members in a zip
MAX_RATIO = 200  # uncompressed to compressed; notebooks full of outputs reach about 50
MAX_INNER = 50  # members of a zip inside a zip that are looked at
MAX_NAME = 1_000  # characters of a member's name
SMALL = 1_000_000  # bytes below which the ratio says nothing
HEADER = 30  # bytes before a member's name and content
_ENCRYPTED = 0x1


class BadArchive(CourseError, ValueError):
    """The download cannot be read at all; the message names the file and the remedy."""


@dataclass(frozen=True)
class Member:
    """One file of a download.

    Attributes:
        name: its path in the download, `/` between folders; for messages and for matching, never a
        path on disk.
        place: the archive or folder, for messages.
        time: when it was last changed, in UTC, as far as the archive says.
        read: the bytes, at most `notebook.MAX_BYTES`. Raises `BadArchive`, `BadNotebook`.
            Call it before the next member is asked for.
        refused: why it must not be read; None where it may.
        inside: its path in the zip `name`, where a student handed in a zip. The student wrote it:
            it says nothing about whose file it is.
    """

    name: str
    place: str
    time: datetime | None
    read: Callable[[], bytes]
    refused: str | None = None
    inside: str = ""


def members(source: Path) -> Iterator[Member]:
    """Every file of a zip, of a folder (with the zips in it), or the one file that `source` is.

    Raises:
        BadArchive: `source` is missing, no zip, damaged, or beyond all caps.
    """
    if source.is_dir():
        yield from _folder(source)
    elif source.suffix.lower() in (".ipynb", ".json", ".txt"):
        yield _file(source, source.name, str(source))
    else:
        try:
            file = open(source, "rb")
        except OSError as error:
            raise BadArchive(
                f"{source}: {(error.strerror or 'it cannot be opened').lower()}."
            ) from None
        with file:
            yield from _zip(file, str(source))


def _folder(top: Path) -> Iterator[Member]:
    count = 0
    for folder, folders, names in os.walk(top):  # follows no links
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > MAX_MEMBERS:
                raise BadArchive(
                    f"{top}: more than {MAX_MEMBERS} files. Is this the folder of the downloads?"
                )
            path = Path(folder, name)
            shown = path.relative_to(top).as_posix()
            member = _file(path, shown, str(top))
            if member.refused or not name.lower().endswith(".zip"):
                yield member
                continue
            try:
                file = open(path, "rb")
            except OSError as error:
                yield replace(member, refused=error.strerror or "it cannot be opened")
                continue
            with file:
                yield from _inner(file, shown, str(top))


def _file(path: Path, shown: str, place: str) -> Member:
    info = path.lstat()
    refused = (
        "it is a link"
        if stat.S_ISLNK(info.st_mode)
        else None
        if stat.S_ISREG(info.st_mode)
        else "it is no file"
    )
    when = datetime.fromtimestamp(info.st_mtime, UTC)
    return Member(shown, place, when, partial(read_bytes, path), refused or name_refused(shown))


def name_refused(name: str) -> str | None:
    """Why a name inside a download is not one that a platform writes."""
    if not name:
        return "it has no name"
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[/\\]", name) or ".." in parts:
        return "its name leads outside the download"
    if len(name) > MAX_NAME:
        return f"its name is longer than {MAX_NAME} characters"
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "its name is not valid UTF-8"
    return None if shows(plain_name(name)) else "its name holds characters that print nothing"


# ---------------------------------------------------------------------------------------------- zip


class _Directory(io.BufferedReader):
    """A file from which nobody reads a list of members of absurd size: zipfile asks for it in one
    piece.
    """

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile("its list of members is far too long")
        return super().read(MAX_DIRECTORY if size is None or size < 0 else size)


def _zip(file: io.BufferedReader | io.BytesIO, place: str, outer: str = "") -> Iterator[Member]:
    """Members of a zip; `outer` is its name in the download when it was handed in by a student."""
    try:
        archive = zipfile.ZipFile(_Directory(file))
        # `is_dir` of an empty name is an IndexError, and a name that begins with a zero byte is
        # read as empty.
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    except (
        zipfile.BadZipFile,
        struct.error,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
        OverflowError,
    ) as error:
        raise BadArchive(
            f"{outer or place}: not a zip that can be read ({_reason(error)}). "
            "Download it again, or unpack it with another program and name the folder."
        ) from None
    limit = MAX_INNER if outer else MAX_MEMBERS
    if len(infos) > limit:
        raise BadArchive(f"{outer or place}: more than {limit} files in one zip.")
    overlapping = _overlapping(infos)
    for info in infos:
        name = _name(info)
        refused = name_refused(name) or _zip_refused(info)
        if info.header_offset in overlapping:
            refused = refused or "it shares its bytes with others, as in a zip bomb"
        if outer:
            refused = refused or (
                "it is a zip inside a student's zip" if name.lower().endswith(".zip") else None
            )
            yield Member(
                outer,
                place,
                _time(info),
                partial(_read, archive, info, place),
                refused,
                inside=name,
            )
        elif name.lower().endswith(".zip") and refused is None:
            try:
                data = _read(archive, info, place)
            except BadArchive as error:
                yield Member(name, place, _time(info), bytes, str(error))
            else:
                yield from _inner(io.BytesIO(data), name, place)
        else:
            yield Member(name, place, _time(info), partial(_read, archive, info, place), refused)


def _inner(file: io.BufferedReader | io.BytesIO, name: str, place: str) -> Iterator[Member]:
    """A student's zip inside a download; one that cannot be read costs only itself."""
    if refused := name_refused(name):
        yield Member(name, place, None, bytes, refused)
        return
    try:
        yield from _zip(file, place, name)
    except BadArchive as error:
        yield Member(name, place, None, bytes, str(error).removeprefix(f"{name}: "))


def _name(info: zipfile.ZipInfo) -> str:
    """The name as UTF-8 where its bytes are UTF-8 although the archive does not say so, as many
    writers forget.
    """
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Where members begin that share compressed bytes. Each of them can look innocent; together
    they fill a disk.
    """
    found, end, owner = set(), -1, -1
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            found |= {owner, info.header_offset}
        if info.header_offset + HEADER + info.compress_size > end:
            end, owner = info.header_offset + HEADER + info.compress_size, info.header_offset
    return found


def _zip_refused(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link or a device"
    if info.file_size > MAX_BYTES:
        return f"it is larger than {MAX_BYTES / 1e6:.0f} MB"
    bomb = info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1)
    return f"it unpacks to more than {MAX_RATIO} times its size" if bomb else None


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str) -> bytes:
    try:
        with archive.open(info) as file:
            data = file.read(MAX_BYTES + 1)  # the size in the archive's own list may be a lie
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        OSError,
        ValueError,
        struct.error,
        UnicodeDecodeError,
        MemoryError,
    ) as error:
        raise BadArchive(f"{place}: {_name(info)}: damaged ({_reason(error)}).") from None
    if len(data) > MAX_BYTES:
        raise BadArchive(f"{place}: {_name(info)}: larger than {MAX_BYTES / 1e6:.0f} MB.")
    return data


def _reason(error: Exception) -> str:
    return printable(str(error))[:200] or type(error).__name__


def _time(info: zipfile.ZipInfo) -> datetime | None:
    """Time of last change: the extended time stamp, which is in UTC, else the zip's local time
    taken as ours.
    """
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 0x5455 and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<i", extra, 5)[0], UTC)
        extra = extra[4 + size :]
    try:
        return datetime(*info.date_time).astimezone(UTC) if info.date_time[0] > 1980 else None
    except (ValueError, OverflowError, OSError):
        return None
