"""Where the bytes come from: folder, cache, upstream. Nothing unverified gets further than this
file.

Every file has a SHA-256 in `registry.json`. A file with another hash is refused and named, wherever
it came from, and never enters the cache. Where a data set has `instead`, a folder may hold these
files in place of `files`: the same contents, packed otherwise. Archives are read in memory: no
member's name ever becomes a path on disk.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import stat
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

CONNECT_SECONDS = 4.0  # a host that has not answered by then counts as unreachable
READ_SECONDS = 15.0  # a transfer that stands still for so long is broken off
ATTEMPTS = 2

REGISTRY: dict[str, dict[str, Any]] = json.loads(
    resources.files("lessonkit.data").joinpath("registry.json").read_text("utf-8")
)

# Hosts that did not answer in this process: asked once, not once a file.
_silent_hosts: dict[str, str] = {}


class WrongHash(ValueError):
    """A file whose SHA-256 is not the registered one."""


class UnsafeArchive(ValueError):
    """An archive with a member that it should not have: a link, a path that leads outside, a size
    beyond reason.
    """


class NotFound(LookupError):
    """The data set is in none of the places. The message says why, place by place."""


def cache_dir() -> Path:
    """The folder of verified downloads, `sequence-models-course` in the user's cache."""
    base = (
        os.environ.get("XDG_CACHE_HOME")
        or os.environ.get("LOCALAPPDATA")
        or str(Path.home() / ".cache")
    )
    return Path(base) / "sequence-models-course"


def fetch(name: str, say: Callable[[str], None] = print) -> tuple[dict[str, bytes], str]:
    """All files of a data set, verified.

    Parameters: the registered `name`; `say` receives one line about each refused file. Returns
    `(files, source)`: content by file name (a `.gz` wrapper removed, and its suffix with it), and
    the place in words. Raises `NotFound` when no place has the complete set.
    """
    reasons = []
    for place in (_from_folder, _from_cache, _from_upstream):
        try:
            return place(name, say)
        except NotFound as reason:
            reasons.append(str(reason))
        except WrongHash as refusal:
            say(f"Refused: {refusal}")
            reasons.append("a file with a wrong hash was refused")
    raise NotFound("; ".join(reasons))


def _from_folder(name: str, say: Callable[[str], None]) -> tuple[dict[str, bytes], str]:
    setting = os.environ.get("COURSE_DATA_DIR")
    if not setting:
        raise NotFound("COURSE_DATA_DIR is not set")
    folder = Path(setting).expanduser()
    forms = [REGISTRY[name][form] for form in ("files", "instead") if form in REGISTRY[name]]
    there = [form for form in forms if all((folder / entry["path"]).is_file() for entry in form)]
    if not there:
        missing = (e["path"] for e in forms[0] if not (folder / e["path"]).is_file())
        raise NotFound(f"COURSE_DATA_DIR has no {next(missing)}")
    files = {}
    for entry in there[0]:
        path = folder / entry["path"]
        content = path.read_bytes()
        _verify(content, entry["sha256"], path)
        if "content_sha256" in entry:
            content = _gunzip(content, entry["content_bytes"])
        files[_plain_name(entry)] = content
    return files, "the folder COURSE_DATA_DIR"


def _from_cache(name: str, say: Callable[[str], None]) -> tuple[dict[str, bytes], str]:
    files = {}
    for entry in REGISTRY[name]["files"]:
        path = cache_dir() / name / _plain_name(entry)
        if not path.is_file():
            raise NotFound("it is not in the cache")
        content = path.read_bytes()
        try:
            _verify(content, _content_hash(entry), path)
        except WrongHash:
            path.unlink(missing_ok=True)  # else it would be refused for ever
            raise
        files[_plain_name(entry)] = content
    return files, "the cache"


def _from_upstream(name: str, say: Callable[[str], None]) -> tuple[dict[str, bytes], str]:
    entries = REGISTRY[name]["files"]
    if any(entry["url"] is None for entry in entries):
        raise NotFound("it cannot be downloaded as one file with a known hash")
    files = {}
    for entry in entries:
        content = _download(entry["url"], entry.get("content_bytes", entry["bytes"]))
        _verify(content, _content_hash(entry), entry["url"])
        files[_plain_name(entry)] = content
    for file_name, content in files.items():
        _store(cache_dir() / name / file_name, content, say)
    return files, urllib.parse.urlsplit(entries[0]["url"]).hostname or "upstream"


def _plain_name(entry: dict[str, Any]) -> str:
    base = Path(entry["path"]).name
    return base.removesuffix(".gz") if "content_sha256" in entry else base


def _content_hash(entry: dict[str, Any]) -> str:
    digest: str = entry.get("content_sha256", entry["sha256"])
    return digest


def _verify(content: bytes, expected: str, where: Path | str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise WrongHash(
            f"{where} has SHA-256 {found[:12]}…, not {expected[:12]}…; delete it, or fetch it again"
        )


def _gunzip(content: bytes, size: int) -> bytes:
    with gzip.open(io.BytesIO(content)) as stream:
        return stream.read(size + 1)[:size]


def _store(path: Path, content: bytes, say: Callable[[str], None]) -> None:
    """Write whole or not at all; a cache that cannot be written costs a line, not the lesson."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(temporary, path)
    except OSError as error:
        say(f"Not cached: {path.name} ({error.strerror}).")


def _open_within(url: str, seconds: float) -> Any:
    """`urlopen` that gives up after `seconds` in all. Its own time-out does not cover a name server
    that is silent.
    """
    box: dict[str, Any] = {}

    def work() -> None:
        try:
            box["response"] = urllib.request.urlopen(url, timeout=seconds)
        except Exception as error:  # handed over to the waiting thread
            box["error"] = error

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds + 0.5)
    if "error" in box:
        raise box["error"]
    if "response" not in box:
        raise TimeoutError(f"no answer within {seconds:.0f} s")
    return box["response"]


def _download(url: str, size: int) -> bytes:
    host = urllib.parse.urlsplit(url).hostname or url
    if host in _silent_hosts:
        raise NotFound(_silent_hosts[host])
    problem = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(1.0)
        try:
            response = _open_within(url, CONNECT_SECONDS)
        except urllib.error.HTTPError as error:
            problem = f"{host} answers {error.code} for {url}"
            if error.code < 500:
                break
            continue
        except (OSError, TimeoutError):
            _silent_hosts[host] = f"{host} does not answer"
            raise NotFound(_silent_hosts[host]) from None
        try:
            return _read(response, size, url)
        except OSError as error:
            problem = f"the transfer from {host} broke off ({error})"
    raise NotFound(problem)


def _read(response: Any, size: int, url: str) -> bytes:
    from rich.progress import Progress

    if sock := getattr(getattr(getattr(response, "fp", None), "raw", None), "_sock", None):
        sock.settimeout(READ_SECONDS)
    chunks, got = [], 0
    with response, Progress(transient=True) as progress:
        task = progress.add_task(Path(urllib.parse.urlsplit(url).path).name, total=size)
        # One byte more than expected is enough to know that it is the wrong file.
        while got <= size and (chunk := response.read(min(1 << 16, size + 1 - got))):
            chunks.append(chunk)
            got += len(chunk)
            progress.update(task, completed=got)
    return b"".join(chunks)


def read_archive(
    content: bytes,
    wanted: str,
    member_bytes: int = 1 << 20,
    members: int = 200_000,
    total_bytes: int = 1 << 30,
) -> Iterator[tuple[str, bytes]]:
    """The members of a tar or zip archive whose whole name matches the pattern `wanted`, read in
    memory. All others are passed over, and only counted.

    Parameters: the archive's bytes; `wanted`, a regular expression; the largest wanted member, the
    largest number of members and the largest sum of all their sizes that are reasonable. Yields
    `(name, bytes)`. Raises `UnsafeArchive` on an absolute name, a name with `..`, a link or device,
    or a cap exceeded.
    """
    pattern, total = re.compile(wanted), 0
    for count, (name, size, regular, read) in enumerate(_members(content)):
        if (
            name.startswith(("/", "\\"))
            or ".." in re.split(r"[/\\]", name)
            or re.match(r"[A-Za-z]:", name)
        ):
            raise UnsafeArchive(f"member {name!r} leads outside the archive")
        if not regular:
            raise UnsafeArchive(f"member {name!r} is a link or a device")
        total += size
        found = pattern.fullmatch(name) is not None
        if count >= members or total > total_bytes or (found and size > member_bytes):
            raise UnsafeArchive(f"member {name!r} is beyond what this data set can hold")
        if found:
            yield name, read()


def _members(content: bytes) -> Iterator[tuple[str, int, bool, Callable[[], bytes]]]:
    """Name, size, whether it is a regular file, and how to read it, for all that is no folder."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    regular = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)
                    yield info.filename, info.file_size, regular, partial(archive.read, info)
        return
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|*") as tar:
        for member in tar:
            if not member.isdir():
                yield member.name, member.size, member.isreg(), partial(_extracted, tar, member)


def _extracted(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    if stream is None:
        raise UnsafeArchive(f"member {member.name!r} holds no bytes of its own")
    return stream.read()
