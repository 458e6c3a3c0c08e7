"""Solutions of different students that are suspiciously alike: a short list for a person to look
at, never a proof.

Winnowing, the method of MOSS: Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for
document fingerprinting", SIGMOD 2003, doi:10.1145/872757.872770. Code is read as tokens and never
run. Comments, layout and the names that a student chose do not count. What the release holds does
not count either, nor what many students have in
common: the obvious way to write a formula is nobody's own. Short answers leave no fingerprint, so
none is listed.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import io
import itertools
import keyword
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..course import released_notebook, released_notebooks, submissions
from ..read import syntax
from ..read.ipython import Reader
from ..read.notebook import BadNotebook
from ..read.submission import Submission, read_submission
from ..read.template import Template, read_template

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

GRAM = 12  # tokens in one fingerprint: about a line and a half
# Of so many neighbouring fingerprints one is kept, so any common run of GRAM + WINDOW - 1 tokens is
# found.
WINDOW = 4
# What more than this share of the class has in common, or so many students, is nobody's own.
COMMON, MOST = 0.2, 20
LEAST = 8  # common fingerprints below which a pair is not listed
NO_PROOF = (
    "This is no proof. Alike code has many reasons: a common source, working together where that "
    "is allowed, a short exercise. Read both solutions, and ask, before you conclude anything."
)
PYTHON = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins)])
_SILENT = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
)


@dataclass(frozen=True)
class Pair:
    """Two students' solutions: `share` is the part of the smaller one's own fingerprints that the
    other has too.
    """

    first: str
    second: str
    share: float
    common: int
    exercises: tuple[str, ...]  # those that hold most of what is common, first


def tokens(source: str, known: frozenset[str] = frozenset()) -> list[str]:
    """The tokens of `source`; names that are neither Python's nor in `known` nor attributes are all
    one name.
    """
    found: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(Reader().python(source)).readline):
            if token.type in _SILENT:
                continue
            own = (
                token.type == tokenize.NAME
                and token.string not in PYTHON
                and token.string not in known
            )
            found.append("name" if own and found[-1:] != ["."] else token.string)
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        pass  # the tokens before the error count
    return found


def fingerprints(words: list[str]) -> set[int]:
    """Winnowing: of every WINDOW neighbouring hashes of GRAM tokens, the smallest (the last of
    equals).
    """
    hashes = [
        int.from_bytes(
            hashlib.blake2b(
                "\0".join(words[i : i + GRAM]).encode("utf-8", "replace"), digest_size=8
            ).digest(),
            "big",
        )
        for i in range(len(words) - GRAM + 1)
    ]
    if len(hashes) < WINDOW:
        return set(hashes)
    return {min(hashes[i : i + WINDOW]) for i in range(len(hashes) - WINDOW + 1)}


def all_grams(words: list[str]) -> set[int]:
    """Every hash, not only the kept ones: what the template holds must go wherever the windows
    fall.
    """
    return {h for i in range(len(words) - GRAM + 1) for h in fingerprints(words[i : i + GRAM])}


def pairs(
    code: dict[str, dict[str, str]],
    released: Iterable[str],
    known: frozenset[str] = frozenset(),
    share: float = 0.5,
) -> list[Pair]:
    """Pairs whose own code is alike, most alike first.

    Args:
        code: student to exercise to source.
        released: sources of the template, which are nobody's own.
        known: names that the template gives.
        share: how alike a listed pair is at least, from 0 to 1.
    """
    template = set().union(*(all_grams(tokens(source, known)) for source in released))
    prints = {
        student: {
            name: fingerprints(tokens(source, known)) - template for name, source in parts.items()
        }
        for student, parts in code.items()
    }
    whole = {student: set().union(*parts.values()) for student, parts in prints.items()}
    holders = Counter(itertools.chain.from_iterable(whole.values()))
    limit = max(2, min(MOST, int(COMMON * len(code))))
    common = {h for h, count in holders.items() if count > limit}
    whole = {student: found - common for student, found in whole.items()}
    shared: Counter[tuple[str, str]] = Counter()
    owners: dict[int, list[str]] = {}
    for student in sorted(whole):
        for h in whole[student]:
            owners.setdefault(h, []).append(student)
    for students in owners.values():
        shared.update(itertools.combinations(students, 2))
    result = []
    for (first, second), count in shared.items():
        size = min(len(whole[first]), len(whole[second]))
        if count >= LEAST and count / size >= share:
            weight = {
                name: len(prints[first].get(name, set()) & prints[second].get(name, set()) - common)
                for name in prints[first]
            }
            heaviest = sorted(weight, key=lambda name: weight[name], reverse=True)
            names = tuple(name for name in heaviest if weight[name])
            result.append(Pair(first, second, count / size, count, names))
    return sorted(result, key=lambda pair: (-pair.share, pair.first, pair.second))


def given_names(released: Iterable[str]) -> frozenset[str]:
    """Functions, modules and constants that the template gives: nobody can rename them, so they are
    kept.
    """
    names: set[str] = set()
    for source in released:
        for node in syntax.parse(Reader().python(source)).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names |= {alias.asname or alias.name for alias in node.names}
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(names)


def own_code(submission: Submission, template: Template) -> dict[str, str]:
    """Exercise to source, of the cells that the student wrote."""
    given = {
        name for name in template.by_id() if template.by_id()[name].role != "solution"
    } | submission.untouched
    return {
        name: source for name, source in submission.run if name not in given and name != "preamble"
    }


def similar(
    course: CourseDirectory, assignment: str, share: float = 0.5
) -> tuple[list[Pair], list[str]]:
    """Pairs of alike solutions among the submissions of `assignment`, and students whose notebook
    cannot be read.
    """
    notebooks = released_notebooks(course, assignment) or [released_notebook(course, assignment)]
    templates = [read_template(path) for path in notebooks]
    released = [
        cell.cell["source"]
        for template in templates
        for cell in template.cells
        if cell.cell["cell_type"] == "code"
    ]
    known = given_names(released)
    code: dict[str, dict[str, str]] = {}
    unread = []
    for student, folder in submissions(course, assignment):
        for template in templates:
            try:
                submission = read_submission(folder / f"{template.name}.ipynb", template)
            except BadNotebook:
                unread.append(student)
                continue
            code.setdefault(student, {}).update(own_code(submission, template))
    return pairs(code, released, known, share), unread


def text(assignment: str, found: list[Pair]) -> str:
    """The list for people."""
    if not found:
        return f"{assignment}: no two solutions are strikingly alike."
    lines = [f"{assignment}: {len(found)} pairs of solutions are strikingly alike.", NO_PROOF]
    for pair in found:
        where = ", ".join(pair.exercises[:4])
        lines.append(
            f"  {pair.share:4.0%}  {pair.first} and {pair.second}  "
            f"({pair.common} fingerprints; {where})"
        )
    return "\n".join(lines)
