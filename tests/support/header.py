"""The comment at the head of a fixture: what it tries, what must happen, and what its test compares."""

from __future__ import annotations


def header(source: str, known: set[str]) -> dict[str, str]:
    """Lines `# key: value` at the head of `source`; `tries` and `must` are needed, others must be `known`."""
    lines = [line[2:] for line in source.splitlines() if line.startswith("# ")]
    found = dict(line.split(": ", 1) for line in lines if ": " in line)
    assert found.keys() >= {"tries", "must"}, "an attack says what it tries and what must happen"
    assert found.keys() <= known | {"tries", "must"}, (
        f"unknown keys in the header: {found.keys() - known}"
    )
    return found
