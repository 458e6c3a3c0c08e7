"""Files are written whole: old or new, never a part, whatever happens to the writers."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading

import pytest

from autograder.files import beside, staged, write_whole


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"\x00\xff", b"\x00\xff"),
        ("é\r\n\n", "é\r\n\n".encode()),
        (iter([b"a", b"", b"b"]), b"ab"),
        ("", b""),
    ],
)
def test_content_arrives_as_it_is(tmp_path, content, expected):
    path = tmp_path / "new" / "folder" / "file"
    assert write_whole(path, content) == path
    assert path.read_bytes() == expected
    assert names(path.parent) == ["file"]


def test_a_shorter_content_replaces_a_longer_one(tmp_path):
    path = tmp_path / "file"
    write_whole(path, "long " * 100)
    write_whole(path, "short")
    assert path.read_text() == "short"


def test_permissions_are_those_of_a_new_file_or_the_ones_asked_for(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "plain", "x")
        write_whole(tmp_path / "read-only", "x", mode=0o444)
        write_whole(tmp_path / "read-only", "y", mode=0o444)
    finally:
        os.umask(before)
    assert mode(tmp_path / "plain") == 0o640
    assert mode(tmp_path / "read-only") == 0o444
    assert (tmp_path / "read-only").read_text() == "y"


def test_what_was_there_stays_when_writing_fails(tmp_path):
    path = tmp_path / "file"
    write_whole(path, "old")

    def pieces():
        yield b"half"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_whole(path, pieces())
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text() == "old" and names(tmp_path) == ["file"]


def test_staged_files_that_are_not_published_leave_nothing(tmp_path):
    path = tmp_path / "file"
    write_whole(path, "old")
    with staged(path, "new") as publish:
        assert path.read_text() == "old"
    assert path.read_text() == "old" and names(tmp_path) == ["file"]
    with staged(path, "new") as publish:
        publish()
        assert path.read_text() == "new"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("letter", ["x", "é", "𝄞"])
def test_a_name_as_long_as_a_name_may_be(tmp_path, letter):
    path = tmp_path / (letter * (255 // len(letter.encode())))
    write_whole(path, "whole")
    assert path.read_text() == "whole"


def test_long_names_that_differ_at_the_end_have_temporaries_of_their_own(tmp_path):
    assert beside(tmp_path / ("x" * 200 + "1")) != beside(tmp_path / ("x" * 200 + "2"))
    assert beside(tmp_path / "name").name.startswith(".")


def test_a_link_in_place_of_the_temporary_file_is_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    path = tmp_path / "file"
    beside(path).symlink_to(victim)
    with pytest.raises(OSError):
        write_whole(path, "new")
    assert victim.read_text() == "untouched"


KILLED = """
import os, signal, sys
from pathlib import Path
from autograder.files import write_whole
def pieces():
    yield b"half of the new content, longer than what comes later" * 10_000
    sys.stdout.write("begun"); sys.stdout.flush()
    signal.pause()
write_whole(Path(sys.argv[1]), pieces())
"""


def test_a_killed_writer_leaves_one_temporary_file_that_the_next_one_uses(tmp_path):
    path = tmp_path / "file"
    write_whole(path, "old")
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
        assert writer.stdout.read(5) == b"begun"
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        assert path.read_text() == "old"
    assert names(tmp_path) == sorted([beside(path).name, "file"])
    write_whole(path, "new")
    assert path.read_text() == "new" and names(tmp_path) == ["file"]


def test_writers_at_the_same_time_take_turns_and_readers_see_whole_files(tmp_path):
    path, errors, seen = tmp_path / "file", [], set()
    contents = [bytes([65 + number]) * 300_000 for number in range(4)]
    write_whole(path, contents[0])
    done = threading.Event()

    def write(content):
        try:
            for _ in range(40):
                write_whole(path, [content[:100_000], content[100_000:]])
        except BaseException as error:
            errors.append(error)

    def read():
        while not done.is_set():
            seen.add(path.read_bytes())

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    reader = threading.Thread(target=read)
    for thread in [reader, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert not errors
    assert seen <= set(contents)
    assert names(tmp_path) == ["file"]
