"""A unit as the compiler sees it: the rubric, with its defaults filled in and its functions found.

`load_unit` reads the three files of `exercises/checks/<unit>`: `rubric.yml` (data, see `rubric`),
`cases.py` (the only one that runs) and `alternatives.py` (text: it is parsed and never imported).
The solution itself stands in the source notebook (see `source`), and nowhere else.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..authoring import AuthoringError, Case, Pair
from ..course import checks_dir, units
from ..errors import CourseError
from . import rubric as schema
from .rubric import INDEPENDENT, Rubric, read_rubric
from .strict_yaml import Document

CaseMaker = Callable[[np.random.Generator, str], Iterable[Case]]


@dataclass(frozen=True)
class Swap:
    """`old` becomes `new`; it is found `count` times in the solution."""

    old: str
    new: str
    count: int = 1


@dataclass(frozen=True)
class Variant:
    """Another way to write a solution: the solution with swaps (a mistake), or a whole cell of its
    own (an alternative).
    """

    id: str
    place: str  # file:line
    swaps: tuple[Swap, ...] = ()
    text: str | None = None

    def source(self, solution: str) -> str:
        """The text of the solution cell in this variant.

        Raises:
            AuthoringError: a swap does not fit the solution.
        """
        if self.text is not None:
            return self.text
        result = solution
        for swap in self.swaps:
            result, found = swapped(result, swap)
            if found != swap.count:
                raise AuthoringError(
                    f"{self.place}: {self.id!r} swaps {swap.old!r}, which is found {found} time(s) "
                    f"in the solution, not {swap.count}. Write the text as it stands in the source "
                    "notebook, or say how often as a third item."
                )
        if result == solution:
            raise AuthoringError(f"{self.place}: the swap of {self.id!r} changes nothing.")
        return result


@dataclass(frozen=True)
class Mistake(Variant):
    """A named wrong variant and what the student who made it is told."""

    message: str = ""
    section: str | None = None
    where: dict[str, Any] | None = None  # facts that give a mistake in a Keras model away
    same_as: str | None = None

    @property
    def title(self) -> str:
        """Its id in words."""
        words = self.id.replace("-", " ").replace("_", " ")
        return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Criterion:
    """One thing that is checked, and its points. `options`: what its kind needs besides."""

    id: str
    kind: str
    place: str
    points: float
    title: str
    hint: str
    needs: tuple[str, ...]
    tags: frozenset[str]  # cases with any of these; empty: every case
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Exercise:
    """One exercise: the cases, criteria, mistakes and alternatives of a solution cell."""

    unit: str
    name: str
    place: str
    section: str | None
    seconds: float
    returns: tuple[str, ...]
    cases: CaseMaker | None
    criteria: tuple[Criterion, ...]
    mistakes: tuple[Mistake, ...]
    alternatives: tuple[Variant, ...]

    @property
    def points(self) -> float:
        """The sum of its criteria."""
        return sum(criterion.points for criterion in self.criteria)

    def make_cases(self, rng: np.random.Generator, size: str) -> Iterator[Case]:
        """The cases, drawn from `rng`; `size` is "public" or "secret"."""
        seen: set[str] = set()
        for case in _made(self.cases, Case, rng, size) if self.cases else ():
            if case.name in seen:
                raise AuthoringError(
                    f"{_place(self.cases)}: two {size} cases of {self.name!r} are called "
                    f"{case.name!r}. Give each a name of its own."
                )
            seen.add(case.name)
            yield case


@dataclass(frozen=True)
class Unit:
    """One graded unit. `needs`: what is imported before student code runs."""

    name: str
    title: str
    needs: tuple[str, ...]
    exercises: dict[str, Exercise]


def swapped(text: str, swap: Swap) -> tuple[str, int]:
    """`text` with `swap.old` replaced by `swap.new`, and how often it was found.

    Lines after the first, of both, are indented as the line in which the old text begins.
    """
    first, pieces, end, found = swap.old.partition("\n")[0], [], 0, 0
    for match in re.finditer(re.escape(first), text):
        start = match.start()
        line = text[text.rfind("\n", 0, start) + 1 :]
        indent = line[: len(line) - len(line.lstrip(" "))]
        old = _indented(swap.old, indent)
        if start >= end and text.startswith(old, start):
            pieces += [text[end:start], _indented(swap.new, indent)]
            end, found = start + len(old), found + 1
    return "".join([*pieces, text[end:]]), found


def _indented(text: str, indent: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(indent + line if line else line for line in rest)])


# ------------------------------------------------------------------------------------------ loading


def load_unit(name: str, root: Path | None = None) -> Unit:
    """The unit called `name`, from its folder in `exercises/checks`.

    Raises:
        AuthoringError: one line for each thing that is wrong, with file, line and remedy.
    """
    folder = checks_dir(name, root)
    path = folder / "rubric.yml"
    if not path.is_file():
        raise AuthoringError(f"{path}: no such rubric. Units: {', '.join(units(root)) or 'none'}.")
    rubric, document = read_rubric(path)
    build = _Build(name, rubric, document, _cases_module(folder))
    alternatives = build.alternatives(folder / "alternatives.py")
    exercises = {
        name: build.exercise(name, alternatives.get(name, ())) for name in rubric.exercises
    }
    if build.problems:
        raise AuthoringError("\n".join(build.problems))
    return Unit(name, rubric.title, tuple(rubric.needs), exercises)


def _cases_module(folder: Path) -> ModuleType:
    """`cases.py` of a unit, imported as a part of the package `checks` of this course alone.

    So it can say `from ..common.padding import holes`, and two courses with files of one name do
    not see each other's. It is imported afresh each time.
    """
    path = folder / "cases.py"
    if not path.is_file():
        raise AuthoringError(f"{path}: no such file. It holds the inputs of the exercises.")
    package = f"_checks_{hashlib.sha256(str(folder.parent.resolve()).encode()).hexdigest()[:12]}"
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
    sys.modules[package] = ModuleType(package)
    sys.modules[package].__path__ = [str(folder.parent)]
    importlib.invalidate_caches()
    try:
        return importlib.import_module(f"{package}.{folder.name}.cases")
    except Exception as error:
        raise AuthoringError(_raised(error, path)) from error


class _Build:
    """Makes exercises of a rubric; what is wrong is collected in `problems`."""

    def __init__(self, unit: str, rubric: Rubric, document: Document, cases: ModuleType):
        self.unit, self.rubric, self.document, self.cases = unit, rubric, document, cases
        self.problems: list[str] = []

    def exercise(self, name: str, alternatives: tuple[Variant, ...]) -> Exercise:
        """The exercise `name` with its defaults."""
        said, at = self.rubric.exercises[name], ("exercises", name)
        criteria: list[Criterion] = []
        for id, criterion in said.criteria.items():
            criteria.append(self._criterion(name, id, criterion, criteria))
        section = self._section(said.section)
        mistakes: list[Mistake] = []
        for id, mistake in said.mistakes.items():
            place = self.document.place((*at, "mistakes", id))
            if mistake.same_as is not None and all(m.id != mistake.same_as for m in mistakes):
                self.problems.append(
                    f"{place}: {name}, mistake {id!r} is the same as {mistake.same_as!r}, which is "
                    "no mistake above it. Name one that is."
                )
            mistakes.append(
                Mistake(
                    id,
                    place,
                    tuple(Swap(*swap) for swap in mistake.swap),
                    message=mistake.message,
                    section=self._section(mistake.section) or section,
                    where=mistake.where,
                    same_as=mistake.same_as,
                )
            )
        own = all("make" in criterion.options for criterion in criteria)
        return Exercise(
            self.unit,
            name,
            self.document.place(at),
            section,
            float(said.seconds),
            tuple(said.returns),
            None if own else self._function(name, at, "rng, size", "its cases"),
            tuple(criteria),
            tuple(mistakes),
            alternatives,
        )

    def _criterion(
        self, exercise: str, id: str, said: schema.AnyCriterion, above: list[Criterion]
    ) -> Criterion:
        at = ("exercises", exercise, "criteria", id)
        shape = next((c.id for c in above if c.kind == "shape"), None)
        default = [] if shape is None or said.kind in INDEPENDENT else [shape]
        needs = default if said.needs is None else said.needs
        if missing := [need for need in needs if all(c.id != need for c in above)]:
            self.problems.append(
                f"{self.document.place((*at, 'needs'))}: {exercise}, criterion {id!r} needs "
                f"{', '.join(missing)}, which is no criterion above it. Above are "
                f"{', '.join(c.id for c in above) or 'none'}."
            )
        common = {"kind", "points", "title", "hint", "needs", "tags"}
        # A flag that is not set is left out: most criteria have none.
        options = {k: v for k, v in said.model_dump(exclude=common).items() if v is not False}
        if "of" in options:
            options["of"] = tuple(options["of"])
        if said.kind == "raises":
            options["errors"] = tuple(options.pop("error"))
        if "by" in options:
            options["by"] = self._function(options["by"], (*at, "by"), "namespace, case", "numbers")
        for key, kind in (("cases", Case), ("pairs", Pair)):
            if key in options:
                function = self._function(options.pop(key), (*at, key), "rng, size", f"{key}")
                options["make"] = partial(_made, function, kind)
        return Criterion(
            id,
            said.kind,
            self.document.place(at),
            float(said.points),
            said.title,
            said.hint,
            tuple(needs),
            frozenset(getattr(said, "tags", ())),
            options,
        )

    def _section(self, said: str | None) -> str | None:
        """A section of the unit's own lesson is named without the lesson."""
        return said if said is None or "#" in said else f"{self.unit}#{said}"

    def _function(self, name: str, at: tuple, parameters: str, what: str) -> Any:
        function = getattr(self.cases, name, None)
        if not callable(function):
            self.problems.append(
                f"{self.document.place(at)}: {self.cases.__file__} defines no function `{name}`. "
                f"Write `def {name}({parameters})`, which gives {what}, or mend the name."
            )
        return function

    def alternatives(self, path: Path) -> dict[str, tuple[Variant, ...]]:
        """Right answers by exercise: functions called `exercise__anything`, titled by their
        docstrings.
        """
        if not path.is_file():
            return {}
        text = path.read_text(encoding="utf-8")
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            self.problems.append(f"{path}:{error.lineno}: {error.msg}.")
            return {}
        found: dict[str, dict[str, Variant]] = {}
        for node in tree.body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue
            place = f"{path}:{node.lineno}"
            if not isinstance(node, ast.FunctionDef) or node.decorator_list:
                self.problems.append(
                    f"{place}: only plain functions are read here. Import inside the function what "
                    "the notebook does not import."
                )
                continue
            exercise = node.name.partition("__")[0]
            title = (ast.get_docstring(node) or "").partition("\n")[0]
            if exercise not in self.rubric.exercises or exercise == node.name:
                self.problems.append(
                    f"{place}: `{node.name}` belongs to no exercise. Call it `exercise__anything`; "
                    f"exercises are {', '.join(self.rubric.exercises)}."
                )
            elif not title or title in found.setdefault(exercise, {}):
                self.problems.append(
                    f"{place}: `{node.name}` needs a docstring of its own, whose first line says "
                    "what is unusual about it."
                )
            else:
                source = ast.get_source_segment(text, node) or ""
                source = source.replace(f"def {node.name}", f"def {exercise}", 1) + "\n"
                found[exercise][title] = Variant(title, place, text=source)
        return {exercise: tuple(variants.values()) for exercise, variants in found.items()}


def _made(function: Callable, kind: type, rng: np.random.Generator, size: str) -> list:
    """What a function of cases.py returns or yields, one or several, as a list."""
    try:
        made = function(rng, size)
        made = [made] if isinstance(made, kind) else list(made)
    except CourseError:
        raise
    except Exception as error:
        raise AuthoringError(_raised(error, Path(_code(function).co_filename))) from error
    if not made or not all(isinstance(item, kind) for item in made):
        raise AuthoringError(
            f"{_place(function)}: it must yield {kind.__name__} objects, and gives {made!r:.80}."
        )
    return made


def _code(function: Any) -> Any:
    while isinstance(function, partial):
        function = function.func
    return function.__code__


def _place(function: Any) -> str:
    code = _code(function)
    return f"{code.co_filename}:{code.co_firstlineno}: `{code.co_name}`"


def _raised(error: Exception, path: Path) -> str:
    """An error of cases.py, with the line of that file which raised it."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}."
    frames = traceback.extract_tb(error.__traceback__)
    at = next((frame.lineno for frame in reversed(frames) if frame.filename == str(path)), 1)
    return f"{path}:{at}: it stops with {type(error).__name__}: {error}."
