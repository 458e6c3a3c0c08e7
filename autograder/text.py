"""Text of strangers, made harmless: all the rules by which it is, to be read at once.

Everything that a student, a download or a file name brings passes one of these on its way to a
terminal, a page, a record or a table. Where HTML is written, Jinja's autoescape does the same for
whatever stands between tags. Each function promises what its first line says, for any text. Nothing
here knows where a text comes from, and nothing is shown or stored here.
"""

from __future__ import annotations

import html
import re
import unicodedata

_UNFIT = frozenset(
    {"Cc", "Cf", "Cs", "Co", "Cn"}
)  # control, format, surrogate, private, unassigned
_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[@-Z\\-_])")  # colours and moves of a terminal
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Inside a word these two choose the shape of letters (Persian, Malayalam, Sinhala).
JOINERS = "\u200c\u200d"
# Spaces that do not break a line, and the hyphen that shows only where one does.
_NAME = str.maketrans({"\xa0": " ", "\u2007": " ", "\u202f": " ", "\xad": None})
_PLAIN_TAG = r"/?(?:sub|sup|b|i|em|strong|code|br|p|kbd|u)\s*/?>"
_TAG = re.compile(rf"<(?!{_PLAIN_TAG})(?=[A-Za-z/!?])", re.IGNORECASE)
_COLON = r"(?:&(?:#0*58|#x0*3a|colon);?|:)"
_SCHEME = re.compile(rf"(javascript|vbscript|data)(?=\s*{_COLON})", re.IGNORECASE)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; an ellipsis stands for the rest."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clean(text: str, limit: int) -> str:
    """Fit to be shown: no control characters, colours or direction marks, at most `limit` long."""
    text = text[: 2 * limit]
    if not text.isprintable():
        text = _ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNFIT)
    return cut(text, limit)


def storable(text: str) -> str:
    """Fit for files and databases: no lone surrogates, no control characters; else as it was."""
    text = text.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("\ufffd", text)


def plain_name(name: str) -> str:
    """A person's name as one writes it: composed letters (NFC), ordinary spaces, no soft hyphen."""
    return unicodedata.normalize("NFC", name.translate(_NAME))


def shows(text: str) -> bool:
    """Whether every sign is one that people see, or a joiner between two letters of a word."""
    return text.isprintable() or all(map(_shows, *_with_neighbours(text)))


def _shows(before: str, sign: str, after: str) -> bool:
    if sign not in JOINERS:
        return sign.isprintable()
    return unicodedata.category(before)[0] in "LM" and unicodedata.category(after)[0] == "L"


def _with_neighbours(text: str) -> tuple[str, str, str]:
    return " " + text[:-1], text, text[1:] + " "


def printable(text: str) -> str:
    """One line of a terminal that shows every sign as it is; each other sign becomes `?`."""
    if text.isprintable():
        return text
    near = zip(*_with_neighbours(text), strict=True)
    return "".join(sign if _shows(before, sign, after) else "?" for before, sign, after in near)


def printable_lines(text: str) -> str:
    """Several lines, each `printable`."""
    return "\n".join(map(printable, text.split("\n")))


def quote(text: object, limit: int) -> str:
    """Fit to stand between backticks in a sentence: one line, no backtick, at most `limit` long."""
    return cut(" ".join(str(text).replace("`", "'").split()), limit)


def code_ticks(text: str, style: str = "") -> str:
    """HTML: the text escaped, with `code` between backticks shown as code (`style` is CSS)."""
    tag = f'<code style="{html.escape(style)}">' if style else "<code>"
    return re.sub(r"`([^`]+)`", lambda code: f"{tag}{code[1]}</code>", html.escape(text))


def quiet_markdown(text: str) -> str:
    """Markdown of nbgrader that shows the text as it is: no tag, no link, no picture."""
    return re.sub(r"\](?=[(\[:])", "] ", re.sub(r"<(?=[A-Za-z/!?])", "< ", text))


def harmless_markdown(text: str) -> str:
    """Markdown of a student that can be shown: no tag but a few plain ones, no address that runs.

    nbgrader renders raw HTML. A space behind `<` stops a tag and reads the same in prose, code and
    formulas.
    """
    return _SCHEME.sub(r"\1 ", _TAG.sub("< ", text))


def plain_cell(text: str) -> str:
    """A cell that no spreadsheet reads as a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def xml_safe(text: str) -> str:
    """Characters that XML 1.0 can write; each other one becomes U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)
