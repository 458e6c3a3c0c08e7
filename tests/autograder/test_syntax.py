"""What students wrote is parsed one text at a time, whatever the number of threads."""

from __future__ import annotations

import ast
import re
import sys
import threading
from pathlib import Path

import pytest

from autograder.read import syntax

ROOMS = Path(syntax.__file__).parent
DEEP = "def f(a, b):\n" + "".join(
    f"    x{i} = [a[{i}] * (b + {i}), (a, {{'k': b[{i}](1)(2)}})]\n" for i in range(60)
)


def test_it_parses_as_the_library_does():
    assert ast.dump(syntax.parse(DEEP)) == ast.dump(ast.parse(DEEP))
    assert isinstance(syntax.parse("4 * 32", mode="eval"), ast.Expression)
    with pytest.raises(SyntaxError):
        syntax.parse("def f(:")
    assert ast.dump(syntax.parse("x = 1")) == ast.dump(
        ast.parse("x = 1")
    )  # a text that failed holds nobody up


def test_no_two_threads_are_in_the_parser_at_once(monkeypatch):
    inside, most, real = [], [], ast.parse

    def watched(*args, **options):
        inside.append(None)
        most.append(len(inside))
        try:
            return real(*args, **options)
        finally:
            inside.pop()

    monkeypatch.setattr(ast, "parse", watched)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [
            threading.Thread(target=lambda: [syntax.parse(DEEP) for _ in range(50)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert len(most) == 200 and max(most) == 1


def test_no_other_room_parses():
    found = {
        path.relative_to(ROOMS).as_posix()
        for path in ROOMS.rglob("*.py")
        if re.search(r"\bast\.parse\(", path.read_text(encoding="utf-8"))
    }
    assert found == {"syntax.py"}
