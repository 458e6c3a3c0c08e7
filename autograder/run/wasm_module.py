"""The engine's program, changed before it runs: functions opened to the host, pandas left out, a
largest memory.

The pages of the book (book/_tools/live.py) and the wall `wasm` run the same pinned program. Here
are bytes only: nothing is fetched, kept or run. Sections and numbers are as the WebAssembly core
specification has them, chapter 5.
"""

from __future__ import annotations

from collections.abc import Iterator

PAGE = 65536  # bytes, WebAssembly's


def exported(wasm: bytes, wanted: tuple[str, ...]) -> bytes:
    """The same program, whose functions of these names can be called by the host.

    Raises:
        ValueError: it has no function of that name.
    """
    _check(wasm)
    names = next(
        (_names(body) for kind, body in _sections(wasm) if kind == 0 and _is_names(body)), {}
    )
    numbers = {name: index for index, name in names.items()}
    lacking = [name for name in wanted if name not in numbers]
    if lacking:
        raise ValueError(f"a program without {', '.join(lacking)}")
    out = bytearray(wasm[:8])
    for kind, body in _sections(wasm):
        if kind == 7:
            count, at = _number(body, 0)
            more = (_leb(len(n)) + n.encode() + b"\0" + _leb(numbers[n]) for n in wanted)
            body = _leb(count + len(wanted)) + body[at:] + b"".join(more)
        out += bytes([kind]) + _leb(len(body)) + body
    return bytes(out)


def slim(wasm: bytes, most: int) -> bytes:
    """The same program with a largest size of its memory (bytes), without the names of its
    functions, and without pandas.

    pandas is linked into the program and is two fifths of it. Nothing here imports it, so each
    function of it becomes one instruction, which ends the process. They are known by their names;
    helpers that every module of Cython has under the same name lie among them.

    Raises:
        ValueError: this is not such a program.
    """
    _check(wasm)
    sections = list(_sections(wasm))
    imported = next((_number(body, 0)[0] for kind, body in sections if kind == 2), 0)
    names = next((_names(body) for kind, body in sections if kind == 0 and _is_names(body)), {})
    pandas = [index for index, name in names.items() if "pandas" in name]
    first, last = min(pandas, default=0), max(pandas, default=-1)
    ended = {
        index - imported
        for index in range(first, last + 1)
        if "pandas" in names.get(index, "") or names.get(index, "").startswith(("__pyx_", "__Pyx_"))
    }
    out, limited = bytearray(wasm[:8]), False
    for kind, body in sections:
        if kind == 0 and _is_names(body):
            continue
        if kind == 5:
            count, at = _number(body, 0)
            flags, (least, _) = body[at], _number(body, at + 1)
            if count != 1 or flags not in (0, 1):
                raise ValueError("a memory of another kind")
            body, limited = b"\x01\x01" + _leb(least) + _leb(most // PAGE), True
        if kind == 10:
            body = _without(body, ended)
        out += bytes([kind]) + _leb(len(body)) + body
    if not limited:
        raise ValueError("a program without a memory")
    return bytes(out)


def _sections(wasm: bytes) -> Iterator[tuple[int, bytes]]:
    at = 8
    while at < len(wasm):
        kind = wasm[at]
        size, at = _number(wasm, at + 1)
        yield kind, wasm[at : at + size]
        at += size


def _is_names(body: bytes) -> bool:
    length, at = _number(body, 0)
    return body[at : at + length] == b"name"


def _names(body: bytes) -> dict[int, str]:
    """The names of functions by their numbers, of the section called "name"."""
    length, at = _number(body, 0)
    at, found = at + length, {}
    while at < len(body):
        kind = body[at]
        size, at = _number(body, at + 1)
        if kind == 1:
            count, place = _number(body, at)
            for _ in range(count):
                index, place = _number(body, place)
                length, place = _number(body, place)
                found[index] = body[place : place + length].decode("utf-8", "replace")
                place += length
        at += size
    return found


def _without(body: bytes, ended: set[int]) -> bytes:
    """The section of code in which the functions of these numbers only end the process."""
    count, at = _number(body, 0)
    out = bytearray(_leb(count))
    for index in range(count):
        begin = at
        size, at = _number(body, at)
        at += size
        out += (
            b"\x03\x00\x00\x0b" if index in ended else body[begin:at]
        )  # no locals, unreachable, end
    return bytes(out)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The unsigned LEB128 number at `at`, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _leb(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = value >> 7, value & 127
        out.append(low | (128 if value else 0))
        if not value:
            return bytes(out)


def _check(wasm: bytes) -> None:
    if wasm[:8] != b"\0asm\1\0\0\0":
        raise ValueError("not a WebAssembly program")
