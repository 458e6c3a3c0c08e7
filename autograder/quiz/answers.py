"""What a student typed, read as the value that was meant.

Nothing is executed: arithmetic is read from the syntax tree.
"""

from __future__ import annotations

import ast
import html
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping

from ..read import syntax

LETTERS = "ABCDEFGHIJ"
MAX_TEXT = 500  # characters of a typed answer
TAGS = re.compile(r"</?(?:i|b|em|strong|sub|sup|code|kbd)>|<br ?/?>")


class IllFormed(ValueError):
    """An answer cannot be read as what the question asks for; the message tells the student how to
    write it.
    """


_OPERATORS: dict[type[ast.AST], Callable[..., float | complex]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def arithmetic(text: str, names: Mapping[str, float] | None = None) -> float:
    """The value of a sum, product or power of numbers (and `names`), without executing anything.

    Raises:
        IllFormed: the text holds anything else, or the value is not a finite number of sane size.
    """

    def value(node: ast.AST) -> float:
        result: float | complex
        if isinstance(node, ast.Constant) and type(node.value) is int:
            result = node.value
        elif isinstance(node, ast.Constant) and type(node.value) is float:
            result = node.value
        elif isinstance(node, ast.Name) and names and node.id in names:
            result = names[node.id]
        elif isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
            result = _OPERATORS[type(node.op)](value(node.operand))
        elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            left, right = value(node.left), value(node.right)
            if isinstance(node.op, ast.Pow) and (abs(right) > 64 or abs(left) > 1e6):
                raise IllFormed("The number is too large.")
            result = _OPERATORS[type(node.op)](left, right)
        else:
            raise IllFormed("Write a number, for example 128 or 4*(3+2).")
        if isinstance(result, complex) or not math.isfinite(result) or abs(result) > 1e30:
            raise IllFormed("That is not a finite number.")
        return result

    if len(text) > MAX_TEXT:
        raise IllFormed("The answer is too long.")
    try:
        return value(syntax.parse(text.strip(), mode="eval").body)
    except IllFormed:
        raise
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError, TypeError):
        raise IllFormed("Write a number, for example 128 or 4*(3+2).") from None


# Letters, digits and signs of full width, as East Asian keyboards write them.
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
# Signs and quotes as keyboards and text programs write them, and what is meant.
_PLAIN = _HALF_WIDTH | str.maketrans("−–×·⋅÷’‘“”", "--***/''\"\"")


def read_answer(
    kind: str, given: object, texts: Iterable[str] = (), lines: Iterable[int] = ()
) -> object:
    """What was typed as an answer to a question of `kind`: the one reading, in the notebook and in
    grading.

    Args:
        given: the plain value that the answer cell sets.
        texts: of the options, or of the steps as shown.
        lines: numbers of the code lines, where one of them is the answer.

    Returns:
        The values that a number may mean; a shape; chosen letters; the number of a line; a text.

    Raises:
        IllFormed: it cannot be read as that.
    """
    texts, lines = list(texts), list(lines)
    if kind in ("number", "text", "one", "bug") and isinstance(given, (list, tuple, set)):
        given = next(iter(given)) if len(given) == 1 else given
    if lines:
        return read_line(given, lines)
    if kind == "number":
        return read_number(given)
    if kind == "shape":
        return read_shape(given)
    if kind == "output":
        return _read_output(given)
    if kind == "text":
        text = typed(given)
        if not words(text):
            raise IllFormed("Write one or a few words.")
        return text
    letters = read_letters(given, texts, kind in ("several", "order"))
    if kind == "order" and len(letters) != len(texts):
        raise IllFormed(f"Write all {len(texts)} letters, each once, in order.")
    return letters if kind == "order" else sorted(letters)


def _read_output(given: object) -> str:
    plain = isinstance(given, (str, int, float, list, tuple, dict))
    if not plain or (isinstance(given, int) and given > 10**30):
        raise IllFormed("Write what is printed, as text in quotes.")
    shown = given.translate(_HALF_WIDTH) if isinstance(given, str) else repr(given)
    if len(shown) > MAX_TEXT:
        raise IllFormed("The answer is too long.")
    return shown


def typed(given: object) -> str:
    """What was typed, as one line of text with plain spaces, signs and quotes."""
    if not isinstance(given, str):
        raise IllFormed("Write the answer as text in quotes.")
    if len(given) > MAX_TEXT:
        raise IllFormed("The answer is too long.")
    plain = given.translate(_PLAIN)
    return re.sub(r"\s+", " ", plain).strip()


def read_number(given: object) -> list[float]:
    """The values that a typed number may mean: `8 448`, `8,448`, `8448.0`, `1/6`, `0,5`, `50 %`, `=
    8448 parameters`.

    Two values come back where the comma may be a thousands mark or a decimal mark (`1,667`).
    """
    if isinstance(given, bool) or isinstance(given, (list, tuple, set, dict)) or given is None:
        raise IllFormed("Write one number, for example 128.")
    if isinstance(given, (int, float)):
        # repr of an int of absurd size is slow: bound it first.
        if isinstance(given, int) and given.bit_length() > 128:
            raise IllFormed("That is not a finite number.")
        return [arithmetic(repr(given))]
    text = typed(given).strip("'\"").lstrip("=≈~ ").rstrip(". ")
    # "8448 parameters"
    text = re.sub(r"(?<=[\d)])\s*[a-z]{2}[a-z ²³]*$", "", text, flags=re.IGNORECASE) or text
    percent = text.endswith("%")
    text = text.rstrip("% ").replace("^", "**")
    text = re.sub(r"(?<=\d)[ '_](?=\d{3}(?!\d))", "", text)  # 8 448, 8'448, 8_448
    text = re.sub(r"(?<=\d)\s*x\s*(?=[\d(])", "*", text)
    if not text:
        raise IllFormed("Write one number, for example 128.")
    readings = {text}
    if "," in text:
        thousands = re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", text)
        readings = {text.replace(",", "")} if thousands else set()
        if text.count(",") == 1 and "." not in text:
            readings.add(text.replace(",", "."))
        if not readings:
            raise IllFormed("Write one number, for example 128; leave commas out.")
    return sorted(arithmetic(reading) / (100 if percent else 1) for reading in readings)


def read_shape(given: object) -> tuple:
    """A shape such as `(None, 10, 32)`, `[None,10,32]`, `batch x 10 x 32` or `64`; None stands for
    any batch size.
    """
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        given = (given,)
    if isinstance(given, (list, tuple)):
        parts = [
            "None" if part is None else part if isinstance(part, str) else repr(part)
            for part in given[:20]
        ]
    else:
        text = re.sub(
            r"^\s*(?:tf\.|torch\.)?(?:TensorShape|Size)?\s*", "", typed(given).strip("'\"")
        )
        text = text.strip(" .")
        for _ in range(2):  # TensorShape([…])
            inner = re.fullmatch(r"[(\[](.*)[)\]]", text)
            text = (
                (inner[1] if inner and not re.search(r"\).*\(", inner[1]) else text)
                .strip()
                .removesuffix(",")
            )
        separator = (
            r","
            if "," in text
            else r"\s+x\s+|(?<=\w)x(?=\d)|\*"
            if re.search(r"x|\*", text)
            else r"\s+"
        )
        parts = re.split(separator, text) if text else []
    result: list[int | None] = []
    for part in parts:
        part = str(part).strip().strip("'\"").strip()
        if part.casefold() in ("none", "null", "?", "batch", "batch size", "batch_size", "b"):
            result.append(None)
            continue
        try:
            value = arithmetic(part)
        except IllFormed:
            raise IllFormed("Write a shape such as (None, 10, 32).") from None
        if value != int(value) or value < 0:
            raise IllFormed("A shape holds whole numbers, such as (None, 10, 32).")
        result.append(int(value))
    return tuple(result)


def read_letters(given: object, texts: Iterable[str], several: bool) -> list[str]:
    """The chosen letters, in the order typed; the full text of an option is understood as well."""
    texts = list(texts)
    allowed = LETTERS[: len(texts)]
    example = f"{allowed[0]}, {allowed[-1]}" if several else allowed[0]
    wish = (
        f"Write {'letters' if several else 'one letter'} from {allowed[0]} to {allowed[-1]}, "
        f"for example {example}."
    )
    if isinstance(given, (list, tuple, set, frozenset)):
        if not all(isinstance(part, str) for part in given):
            raise IllFormed(wish)
        given = ", ".join(sorted(given) if isinstance(given, (set, frozenset)) else given)
    if not isinstance(given, str):
        raise IllFormed(wish)
    text = typed(given)
    by_text = {
        words(plain_text(option)): letter for letter, option in zip(allowed, texts, strict=True)
    }
    if words(text) and words(text) in by_text and len(text) > 1:
        return [by_text[words(text)]]
    letters = re.sub(r"\bAND\b|\bTHEN\b|\bOPTIONS?\b|[\s,;:/+&.()\[\]{}'\"<>→|-]", "", text.upper())
    if (
        not letters
        or any(letter not in allowed for letter in letters)
        or len(set(letters)) < len(letters)
    ):
        raise IllFormed(wish + _alphabet(letters))
    if not several and len(letters) > 1:
        raise IllFormed(f"This question has one answer. {wish}")
    return list(letters)


def _alphabet(letters: str) -> str:
    """What to say where a letter is none of ours but may look like one (Cyrillic or Greek `В`)."""
    other = next((sign for sign in letters if sign.isalpha() and not sign.isascii()), None)
    return f" `{other}` is a letter of another alphabet." if other else ""


def read_line(given: object, lines: Iterable[int]) -> int:
    """The number of a code line, typed as `3`, `"3"` or `"line 3"`."""
    lines = list(lines)
    text = str(given).translate(_HALF_WIDTH).strip().casefold()
    found = re.fullmatch(r"(?:line|l|no\.?)?\s*#?\s*(\d{1,3})\.?", text)
    if isinstance(given, bool) or not found or int(found[1]) not in lines:
        raise IllFormed(f"Write the number of one line: {', '.join(map(str, lines))}.")
    return int(found[1])


def words(text: object) -> str:
    """`text` without case, articles, punctuation and extra space: what is compared in a typed
    answer.
    """
    text = re.sub(r"[^\w\s]|_", " ", str(text).casefold())
    return " ".join(word for word in text.split() if word not in ("a", "an", "the"))


def plain_text(markup: str) -> str:
    """Inline HTML as plain text: tags dropped, entities resolved."""
    return html.unescape(TAGS.sub("", markup))


def same_output(given: object, expected: str) -> bool:
    def squeeze(text: str) -> str:
        text = re.sub(r"\s+", " ", text.strip())
        return re.sub(r"\s*([,()\[\]{}:])\s*", r"\1", text).strip("'\"")

    text = given if isinstance(given, str) else repr(given)
    if squeeze(text) == squeeze(expected):
        return True
    try:
        return arithmetic(squeeze(text)) == arithmetic(squeeze(expected))
    except IllFormed:
        return False
