"""Reading YAML that people write, with the line of every key, value and item.

YAML has surprises: `no` is false, `1e-4` is a string, of two equal keys the last one wins, and an
alias can blow a small file up. Here only `true` and `false` are booleans, numbers are what JSON
calls numbers, and equal keys, aliases and tags are errors. Nothing is ever imported or run.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..authoring import AuthoringError

LIMIT = 1_000_000  # bytes; a rubric has some ten thousand

Place = tuple[str | int, ...]

_SCALARS = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"]),
    ("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789")),
    (
        "tag:yaml.org,2002:float",
        re.compile(r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"),
        list("-0123456789"),
    ),
)


@dataclass(frozen=True)
class Document:
    """What a file says, and where: `lines` has the line of each path, `("exercises", "f")`."""

    path: Path
    data: Any
    lines: dict[Place, int]

    def place(self, path: Place = ()) -> str:
        """`file:line` of `path`, or of the nearest thing around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.path}:{self.lines.get(path, 1)}"


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(None, None, "aliases (*) are not used here", mark)
        if getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(None, None, f"tags ({event.tag}) are not used here", mark)
        return super().compose_node(parent, index)


for _tag, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)


def read(path: Path) -> Document:
    """The document in `path`.

    Raises:
        AuthoringError: it cannot be read, is no YAML, or says something twice; the message names
            file, line and remedy.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise AuthoringError(f"{path}: it cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise AuthoringError(f"{path}:{line}: this is no UTF-8 text. Save it as UTF-8.") from None
    if len(raw) > LIMIT:
        raise AuthoringError(f"{path}: it has {len(raw):,} bytes, at most {LIMIT:,} are read.")
    lines: dict[Place, int] = {}
    try:
        node = yaml.compose(text, _Loader)
        data = None if node is None else _plain(node, (), lines, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        raise AuthoringError(f"{path}:{line}: this is no YAML: {_words(error)}.") from None
    except yaml.YAMLError as error:  # a character that YAML does not know
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        raise AuthoringError(f"{path}:{line}: this is no YAML: {error!s:.80}.") from None
    except RecursionError:
        raise AuthoringError(f"{path}: it is nested too deeply to be a rubric.") from None
    return Document(path, data, lines)


def _words(error: yaml.MarkedYAMLError) -> str:
    words = ", ".join(part for part in (error.context, error.problem) if part)
    if "mapping values are not allowed" in words:
        words += ". A text with a colon and a blank in it needs quotes, or a block after `>-`"
    if "cannot start any token" in words:
        words += ". A text that begins with this character needs quotes, or a block after `>-`"
    return words


def _plain(node: yaml.Node, at: Place, lines: dict[Place, int], path: Path) -> Any:
    """The data of a node; notes the lines of everything in it."""
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*at, n), lines, path) for n, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, path)
    result: dict[str, Any] = {}
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != "tag:yaml.org,2002:str":
            said = getattr(key_node, "value", "")
            said = said if isinstance(said, str) else "this"
            raise AuthoringError(f"{path}:{line}: the key {said} is no text. Put it in quotes.")
        key = key_node.value
        if key in result:
            raise AuthoringError(
                f"{path}:{line}: `{key}` stands in line {lines[(*at, key)]} already. "
                "Keep one of the two, or give one another name."
            )
        lines[(*at, key)] = line
        result[key] = _plain(value, (*at, key), lines, path)
    return result


def _scalar(node: yaml.ScalarNode, path: Path) -> Any:
    kind, text = node.tag.rpartition(":")[2], node.value
    if kind == "null":
        return None
    if kind == "bool":
        return text == "true"
    if kind == "int":
        return int(text) if len(text) < 20 else float(text)
    if kind == "float":
        number = float(text)
        if math.isinf(number):
            raise AuthoringError(
                f"{path}:{node.start_mark.line + 1}: the number {text} is too large."
            )
        return number
    return text
