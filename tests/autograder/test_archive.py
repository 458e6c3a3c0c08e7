"""Downloads as data: hostile members are refused by name, the others are read, nothing is written."""

from __future__ import annotations

import dataclasses
import io
import os
import struct
import tempfile
import zipfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lms import archive
from autograder.lms.archive import BadArchive, Member, members
from autograder.read.notebook import BadNotebook

ANY_ERROR = (BadArchive, BadNotebook)


def zipped(entries: dict[str, bytes], compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compress) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return data.getvalue()


def found(data: bytes, tmp_path: Path) -> list[Member]:
    """The members of a zip, each read while it is its turn, as `collect` does."""
    path = tmp_path / "download.zip"
    path.write_bytes(data)
    return [member if member.refused else _kept(member) for member in members(path)]


def _kept(member: Member) -> Member:
    try:
        content = member.read()
    except ANY_ERROR as error:
        return dataclasses.replace(member, read=mock.Mock(side_effect=error))
    return dataclasses.replace(member, read=lambda: content)


def with_info(**changes: object) -> bytes:
    """A zip whose one member has the given attributes."""
    data, info = io.BytesIO(), zipfile.ZipInfo("a.ipynb")
    for name, value in changes.items():
        setattr(info, name, value)
    with zipfile.ZipFile(data, "w") as file:
        file.writestr(info, b"/etc/passwd")
    return data.getvalue()


def test_a_zip_a_folder_and_a_file_give_the_same_members(tmp_path):
    entries = {"a.ipynb": b"1", "deep/b.ipynb": b"2", "grüße.txt": b"3"}
    folder = tmp_path / "folder"
    for name, content in entries.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    from_zip = {m.name: m.read() for m in found(zipped(entries), tmp_path)}
    assert from_zip == entries == {m.name: m.read() for m in members(folder)}
    assert [m.read() for m in members(folder / "a.ipynb")] == [b"1"]


@pytest.mark.parametrize(
    "name",
    [
        "../a.ipynb",
        "x/../../a.ipynb",
        "/etc/a.ipynb",
        "C:/a.ipynb",
        "..\\a.ipynb",
        "\\\\host\\a.ipynb",
        "a\x1b[31m.ipynb",
        "a\u202eb.ipynb",
        "x" * 1001,
    ],
)
def test_names_that_lead_outside_or_deceive_are_refused_and_the_others_read(name, tmp_path):
    first, second = found(zipped({name: b"bad", "good.ipynb": b"good"}), tmp_path)
    assert first.refused and second.refused is None and second.read() == b"good"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"external_attr": 0o120777 << 16}, "link"),
        ({"external_attr": 0o020666 << 16}, "device"),
    ],
)
def test_links_and_devices_are_refused(changes, says, tmp_path):
    (member,) = found(with_info(**changes), tmp_path)
    assert says in member.refused


def test_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(zipped({"a.ipynb": b"secret"}))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(signature) + offset] |= 1
    (member,) = found(bytes(data), tmp_path)
    assert "encrypted" in member.refused


def test_bombs_by_size_and_by_ratio_are_refused_and_their_neighbours_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 5_000_000)
    bombs = {
        "large.ipynb": b"\0" * 6_000_000,
        "ratio.ipynb": b"\0" * 3_000_000,
        "good.ipynb": b"{}",
    }
    large, ratio, good = found(zipped(bombs), tmp_path)
    assert "larger" in large.refused and "times its size" in ratio.refused and good.read() == b"{}"


def test_members_that_share_their_bytes_are_refused_and_their_neighbours_read(tmp_path):
    """As in Fifield's zip bomb: many entries of the list point at the same compressed bytes."""
    data = zipped({"good.ipynb": b"{}", "a.ipynb": os.urandom(6_000) * 150})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    second = data.index(b"PK\x01\x02", start + 4)
    entry, tail, n = data[second:end], bytearray(data[end:]), 400
    struct.pack_into("<HHL", tail, 8, n + 1, n + 1, second - start + n * len(entry))
    good, *bad = found(data[:second] + entry * n + tail, tmp_path)
    assert (
        good.read() == b"{}"
        and len(bad) == n
        and all("zip bomb" in member.refused for member in bad)
    )


def test_a_size_that_is_a_lie_does_not_read_more_than_the_cap(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000)
    data = bytearray(zipped({"a.ipynb": os.urandom(5_000)}, zipfile.ZIP_STORED))
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 10)
    (member,) = found(bytes(data), tmp_path)
    with pytest.raises(BadArchive):
        member.read()


def test_a_hundred_thousand_members_are_refused_at_once(tmp_path):
    data = zipped({"a.ipynb": b""})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, tail = data[start:end], bytearray(data[end:])
    n = 100_001
    struct.pack_into("<HHL", tail, 8, n & 0xFFFF, n & 0xFFFF, n * len(entry))
    with pytest.raises(BadArchive, match="more than 100000 files"):
        found(data[:start] + entry * n + tail, tmp_path)
    n = archive.MAX_DIRECTORY // len(entry) + 1
    struct.pack_into("<HHL", tail, 8, n & 0xFFFF, n & 0xFFFF, n * len(entry))
    with pytest.raises(BadArchive, match="far too long"):
        found(data[:start] + entry * n + tail, tmp_path)


def test_a_students_zip_is_opened_once_and_only_its_outer_name_counts(tmp_path):
    inner = zipped({"victim_1_2_toy.ipynb": b"x", "again.zip": zipped({"a.ipynb": b""})})
    read = found(zipped({"ada_5_6_work.zip": inner}), tmp_path)
    assert [(m.name, m.inside) for m in read] == [
        ("ada_5_6_work.zip", "victim_1_2_toy.ipynb"),
        ("ada_5_6_work.zip", "again.zip"),
    ]
    assert read[0].refused is None and "inside a student's zip" in read[1].refused


def test_a_students_broken_zip_costs_only_itself(tmp_path):
    read = found(zipped({"ada_5_6_work.zip": b"PK no zip", "bob_1_2_toy.ipynb": b"{}"}), tmp_path)
    assert "not a zip" in read[0].refused and read[1].read() == b"{}"
    many = {f"{n}.ipynb": b"" for n in range(archive.MAX_INNER + 1)}
    assert "more than" in found(zipped({"ada_5_6_work.zip": zipped(many)}), tmp_path)[0].refused


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "secret.ipynb").write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (folder / "b").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.ipynb")
    assert {m.name: m.refused for m in members(folder)} == {
        "a.ipynb": "it is a link",
        "pipe.ipynb": "it is no file",
    }


def test_names_in_other_encodings(tmp_path):
    data = zipped({"grxxe.ipynb": b"1"}).replace(
        b"grxxe", "grüe".encode()
    )  # UTF-8, and the flag not set
    assert found(data, tmp_path)[0].name == "grüe.ipynb"
    data = zipped({"grxe.ipynb": b"1"}).replace(b"grxe", b"gr\xfce")
    assert (
        found(data, tmp_path)[0].refused is None
    )  # read as the old PC character set: odd, and harmless
    folder = tmp_path / "folder"
    folder.mkdir()
    with open(os.fsencode(folder) + b"/gr\xfce.ipynb", "wb"):
        pass
    assert "UTF-8" in next(members(folder)).refused


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"no zip at all", b"PK\x05\x06" + b"\0" * 18 + b"junk", zipped({"a": b"b"})[:-30]],
    ids=["empty", "two letters", "text", "junk behind", "cut"],
)  # a zip holds the time: no name
def test_what_is_no_zip_is_named_with_the_remedy(data, tmp_path):
    try:
        assert found(data, tmp_path) == []
    except BadArchive as error:
        assert "download.zip" in str(error) and "Download it again" in str(error)


@pytest.mark.parametrize("first", [b"\0", b"/"])
def test_a_member_without_a_name_costs_only_itself(tmp_path, first):
    data = zipped({"xbad.ipynb": b"1", "good.ipynb": b"2"}).replace(
        b"xbad.ipynb", first + b"bad.ipynb"
    )
    good = [member for member in found(data, tmp_path) if not member.refused]
    assert [(member.name, member.read()) for member in good] == [("good.ipynb", b"2")]


def test_a_missing_source_is_named(tmp_path):
    with pytest.raises(BadArchive, match="no such file"):
        list(members(tmp_path / "nothing.zip"))


def read_all(data: bytes) -> None:
    """Every member of a download is refused, read below the cap, or its error is one of ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "d.zip")
        path.write_bytes(data)
        try:
            for member in members(path):
                assert member.refused or ".." not in member.name.split("/")
                try:
                    assert member.refused or len(member.read()) <= archive.MAX_BYTES
                except ANY_ERROR:
                    pass
        except BadArchive:
            pass
        assert os.listdir(folder) == ["d.zip"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes(data):
    read_all(data)


BASE = zipped(
    {
        "ada_5_6_work.zip": zipped({"toy.ipynb": b"{}" * 40}),
        "bob_1_2_toy.ipynb": b'{"cells": []}' * 30,
    }
)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(BASE) - 1), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, len(BASE)),
    st.integers(0, 40),
)
def test_any_damage_to_a_real_zip(changes, cut, length):
    data = bytearray(BASE)
    for place, value in changes:
        data[place] = value
    del data[cut : cut + length]
    read_all(bytes(data))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=40), st.binary(max_size=50), max_size=6))
def test_any_names(entries):
    usable = {
        n: c
        for n, c in entries.items()
        if "\0" not in n and n.isprintable() and not n.endswith("/")
    }
    read_all(zipped(usable))
