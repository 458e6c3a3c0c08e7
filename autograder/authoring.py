"""How a unit declares its exercises: cases, criteria, mistakes and alternatives.

A checks file (`exercises/checks/<unit>.py`) makes one `Unit` called `unit`. It holds no solution:
that is written once, in the source notebook. `autograder compile` runs the solution and every
mistake on the cases and stores what came out as data; judging compares data with data (see `bundle`
and `judge`).

    unit = Unit("04_lstm_gates", title="LSTM gates", needs=("numpy", "keras"))
    step = unit.exercise("lstm_step", points=20, see="04_lstm_gates#one-step-in-numpy", returns=("h", "c"))

    @step.cases
    def _(rng, size):
        yield Case("two sentences, three units", *weights(rng, batch=2, units=3))

    step.shape("shapes", points=4, title="`h` and `c` have shape (batch, units)")
    step.values("cell", pick=1, points=16, needs=["shapes"], title="The cell state is right")
    step.mistake("gates-swapped", "Your forget and input gates are swapped.", patch=[("f * c", "i * c")])
    step.alternative("one einsum", some_function)
"""

from __future__ import annotations

import ast
import copy
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .errors import CourseError
from .read import syntax

KINDS = (
    "shape",
    "values",
    "expected",
    "unchanged",
    "raises",
    "same",
    "facts",
    "outputs",
    "score",
    "speed",
)
MODEL_KINDS = ("facts", "outputs", "score")
METRICS = ("mse", "mae", "accuracy", "perplexity")

Pick = int | str | tuple | None
CaseMaker = Callable[[np.random.Generator, str], Iterable["Case"]]


class AuthoringError(CourseError, ValueError):
    """A checks file is wrong; the message names unit, exercise, criterion or mistake, and the
    remedy.
    """


class Case:
    """One call of the student's function.

    Args:
        name: what is special about it, for people: "one sentence, two units".
        *args, **kwargs: what the function is called with: plain data (see `values`), copied.
        tags: criteria choose cases by tag.
        seed: random seeds (`random`, NumPy, Keras) are set to it before the call.

    `tags`, `seed` are reserved: a function with such a parameter gets it by position.
    """

    def __init__(
        self,
        name: str,
        *args: Any,
        tags: Iterable[str] | str = (),
        seed: int | None = None,
        **kwargs: Any,
    ):
        if not isinstance(name, str) or not name:
            raise AuthoringError("The first argument of Case is its name, a string.")
        self.name = name
        self.args, self.kwargs = copy.deepcopy(args), copy.deepcopy(kwargs)
        self.tags = frozenset([tags] if isinstance(tags, str) else tags)
        self.seed = seed
        self.weights: list | None = None
        self.inputs: Any = None
        self.targets: Any = None

    def model(
        self, inputs: Any = None, targets: Any = None, weights: Sequence[np.ndarray] | None = None
    ) -> Case:
        """What to do with the Keras model (or layer) that this call returns; for facts, outputs and
        score criteria.

        Args:
            inputs: array, or tuple of arrays, on which the model is run (`training=False`).
            targets: what a score criterion compares the outputs with; stays in the bundle.
            weights: loaded with `set_weights` before the model is run.
        """
        self.inputs, self.targets = inputs, targets
        self.weights = None if weights is None else list(weights)
        return self

    def __repr__(self) -> str:
        return f"Case({self.name!r})"


@dataclass(frozen=True)
class Pair:
    """Two calls whose answers must agree: `answer(a)[index_a] == answer(b)[index_b]`, after the
    criterion's picks.
    """

    a: Case
    b: Case
    index_a: Any = (
        None  # what numpy.s_[…] gives: integers, slices, Ellipsis, None, lists of integers
    )
    index_b: Any = None


@dataclass(frozen=True)
class Variant:
    """Another way to write a solution: a wrong one (mistake) or a right one (alternative).

    Exactly one of `patch` (old text, new text[, count]) on the solution cell, `function`, and
    `text` (a whole cell).
    """

    id: str
    patch: tuple[tuple[str, str, int], ...] = ()
    function: Callable | None = None
    text: str | None = None

    def source(self, solution: str, target: str, where: str) -> str:
        """The text of the solution cell in this variant.

        Everything that runs, and everything that the sample class hands in, is this text: a
        function is taken by its source and renamed to `target`, so it may use only what the
        notebook's own cells define.

        Raises:
            AuthoringError: a patch does not fit the solution, or a function has no usable source.
        """
        if self.text is not None:
            return textwrap.dedent(self.text)
        if self.function is not None:
            return _function_source(self.function, target, where)
        result = solution
        for old, new, count in self.patch:
            found = result.count(old)
            if found != count:
                raise AuthoringError(
                    f"{where}: the patch expects {old!r} {count} time(s) in the solution and finds it {found} time(s). "
                    "Write the text as it stands in the source notebook, or give the count as a third item."
                )
            result = result.replace(old, new)
        if result == solution:
            raise AuthoringError(f"{where}: the patch changes nothing.")
        return result


@dataclass(frozen=True)
class Mistake:
    """A named wrong variant and what the student who made it is told."""

    variant: Variant
    title: str
    message: str
    see: str | None
    where: (
        Mapping[str, Any] | None
    )  # facts (and `score`, `constant`) that give it away, for Keras models
    same_as: str | None

    @property
    def id(self) -> str:
        return self.variant.id


@dataclass(frozen=True)
class Criterion:
    """One thing that is checked, and its points."""

    id: str
    kind: str
    points: float
    title: str
    hint: str
    needs: tuple[str, ...]
    target: str
    tags: frozenset[str]  # cases with any of these; empty: every case
    pick: tuple = ()
    options: dict = field(default_factory=dict)


class Exercise:
    """One exercise: a solution cell, its cases, criteria, mistakes and alternatives. Made by
    `Unit.exercise`.
    """

    def __init__(
        self,
        unit: str,
        name: str,
        points: float,
        see: str | None,
        seconds: float,
        returns: Sequence[str],
        target: str | None,
    ):
        self.unit, self.name, self.points, self.see, self.seconds = (
            unit,
            name,
            float(points),
            see,
            float(seconds),
        )
        self.target = target or name
        self.returns = tuple(returns)
        self.case_makers: list[tuple[str, CaseMaker]] = []
        self.criteria: list[Criterion] = []
        self.mistakes: list[Mistake] = []
        self.alternatives: list[Variant] = []

    def __repr__(self) -> str:
        return f"Exercise({self.unit}/{self.name})"

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the student's functions that are called, the main one first."""
        names = [
            self.target,
            *(target for target, _ in self.case_makers),
            *(c.target for c in self.criteria),
        ]
        return tuple(dict.fromkeys(names))

    def criterion(self, id: str) -> Criterion:
        """The criterion called `id`."""
        return next(criterion for criterion in self.criteria if criterion.id == id)

    # ---------------------------------------------------------------------------------------- cases

    def cases(self, maker: CaseMaker | None = None, *, target: str | None = None) -> Callable:
        """Decorator for a function `(rng, size)` that yields `Case`s; `size` is "public" or
        "secret".

        "secret" is for grading: other shapes and more cases than the student's notebook has.
        `@step.cases(target="f")` for cases of another function of the same exercise.
        """

        def register(function: CaseMaker) -> CaseMaker:
            self.case_makers.append((target or self.target, function))
            return function

        return register if maker is None else register(maker)

    def make_cases(self, rng: np.random.Generator, size: str) -> Iterator[tuple[str, Case]]:
        """`(target, case)` of every declared case."""
        seen: set[tuple[str, str]] = set()
        for target, maker in self.case_makers:
            for case in maker(rng, size):
                if not isinstance(case, Case):
                    raise AuthoringError(
                        f"{self.unit}/{self.name}: its cases must be Case objects, got {case!r:.80}."
                    )
                if (target, case.name) in seen:
                    raise AuthoringError(
                        f"{self.unit}/{self.name}: two {size} cases are called {case.name!r}."
                    )
                seen.add((target, case.name))
                yield target, case

    # ------------------------------------------------------------------------------------- criteria

    def shape(
        self, id: str, *, points: float, title: str, pick: Pick = None, **common: Any
    ) -> None:
        """The return value has the expected structure, shapes and dtype kinds (float32 and float64
        are both right).
        """
        self._add(id, "shape", points, title, pick=pick, **common)

    def values(
        self,
        id: str,
        *,
        points: float,
        title: str,
        pick: Pick = None,
        rtol: float = 1e-4,
        atol: float = 1e-6,
        **common: Any,
    ) -> None:
        """The numbers are right: `|yours - expected| <= atol + rtol * |expected|`; wider for
        float32 and float16.

        Args:
            pick: index or key into the return value (`0`, `"dW_x"`, `(1, "h")`); None: all of it.
        """
        self._add(
            id, "values", points, title, pick=pick, rtol=float(rtol), atol=float(atol), **common
        )

    def expected(
        self,
        id: str,
        *,
        points: float,
        title: str,
        by: Callable[[Mapping[str, Any], Case], Any],
        pick: Pick = None,
        rtol: float = 1e-4,
        atol: float = 1e-6,
        **common: Any,
    ) -> None:
        """The numbers agree with those of another trusted function, such as central differences.

        Args:
            by: `(namespace, case) -> value`; the namespace is that of the solution. At compile the
                solution itself must pass.
        """
        self._add(
            id,
            "expected",
            points,
            title,
            pick=pick,
            by=by,
            rtol=float(rtol),
            atol=float(atol),
            **common,
        )

    def unchanged(self, id: str, *, points: float, title: str, **common: Any) -> None:
        """The positional arguments are after the call what they were before."""
        self._add(id, "unchanged", points, title, **common)

    def raises(
        self,
        id: str,
        error: type[Exception] | tuple[type[Exception], ...],
        *,
        points: float,
        title: str,
        case: Case | Sequence[Case] | CaseMaker,
        **common: Any,
    ) -> None:
        """Each case raises `error` (or a subclass) with a message that is not empty.

        Args:
            case: a case, several, or a function `(rng, size)` that yields them.
        """
        errors = error if isinstance(error, tuple) else (error,)
        if not errors or not all(isinstance(e, type) and issubclass(e, Exception) for e in errors):
            raise AuthoringError(f"{self._where(id)}: `raises` needs an exception class.")
        self._add(
            id,
            "raises",
            points,
            title,
            errors=tuple(e.__name__ for e in errors),
            make=_maker(case, Case),
            **common,
        )

    def same(
        self,
        id: str,
        *,
        points: float,
        title: str,
        pairs: Pair | Sequence[Pair] | Callable,
        pick_a: Pick = None,
        pick_b: Pick = None,
        rtol: float = 1e-4,
        atol: float = 1e-6,
        **common: Any,
    ) -> None:
        """The student's own two answers agree (padding, batch, permutation change nothing).

        Let it need a values criterion: a constant answer is invariant to everything.

        Args:
            pairs: a `Pair`, several, or a function `(rng, size)` that yields them.
        """
        self._add(
            id,
            "same",
            points,
            title,
            make=_maker(pairs, Pair),
            pick_a=_path(pick_a),
            pick_b=_path(pick_b),
            rtol=float(rtol),
            atol=float(atol),
            **common,
        )

    def facts(
        self, id: str, *, points: float, title: str, where: Mapping[str, Any], **common: Any
    ) -> None:
        """The Keras model that the function returns is built as told.

        Args:
            where: path into the facts (see `operations`) to a value or a predicate:
                `{"layers.0.class": "LSTM", "layers.LSTM.units": {"min": 8}, "n_parameters": {"max":
                5000}, "loss": {"in": ["mse", "mae"]}}`. Predicates: min, max, in, not, contains,
                count.
        """
        check_where(where, self._where(id))
        self._add(id, "facts", points, title, where=dict(where), **common)

    def outputs(
        self,
        id: str,
        *,
        points: float,
        title: str,
        rtol: float = 1e-4,
        atol: float = 1e-5,
        **common: Any,
    ) -> None:
        """The model's outputs on `Case.model(inputs=…, weights=…)` are those of the solution's
        model.
        """
        self._add(id, "outputs", points, title, rtol=float(rtol), atol=float(atol), **common)

    def score(
        self,
        id: str,
        *,
        points: float,
        title: str,
        metric: str,
        full: float,
        none: float,
        pick: Pick = None,
        **common: Any,
    ) -> None:
        """The trained model does better than a stated baseline on `Case.model(inputs=…,
        targets=…)`.

        Credit is linear between `none` (the baseline, no points) and `full` (all points).

        Args:
            metric: "mse", "mae" (lower is better), "accuracy" (class ids as targets; higher is
                better) or "perplexity" (class ids as targets, -1 where nothing is scored; the
                outputs are probabilities; lower is better).
        """
        if metric not in METRICS:
            raise AuthoringError(
                f"{self._where(id)}: metric {metric!r} is not one of {', '.join(METRICS)}."
            )
        if (full > none) != (metric == "accuracy"):
            raise AuthoringError(
                f"{self._where(id)}: full={full:g} is not better than none={none:g} for {metric}."
            )
        self._add(
            id, "score", points, title, metric=metric, full=float(full), none=float(none), **common
        )

    def speed(
        self,
        id: str,
        *,
        points: float,
        title: str,
        ratio: float,
        pairs: Pair | Sequence[Pair] | Callable,
        **common: Any,
    ) -> None:
        """The call on the large case `b` takes at most `ratio` times as long as on the small case
        `a`.

        It compares the student's function with itself, so it asks for vectorised code, not for a
        fast machine. At compile the solution must stay below half of `ratio`. A declared mistake
        that gives the right answers and is too slow here is named when a student's is both as well.
        """
        self._add(
            id, "speed", points, title, ratio=float(ratio), make=_maker(pairs, Pair), **common
        )

    # ------------------------------------------------------------------------------------- variants

    def mistake(
        self,
        id: str,
        message: str,
        *,
        title: str | None = None,
        see: str | None = None,
        patch: Sequence[tuple] = (),
        function: Callable | None = None,
        source: str | None = None,
        where: Mapping[str, Any] | None = None,
        same_as: str | None = None,
    ) -> None:
        """A known wrong variant.

        Args:
            message: what the student is told, in the second person; helps without giving the line
            away.
            title: its name for people; default: the id with spaces.
            see: lesson section, `04_lstm_gates#the-forget-gate`; default: that of the exercise.
            patch: `(old, new)` or `(old, new, count)` on the text of the solution cell; `old` is
                found exactly `count` (1) times.
            function: or a function in its place, or `source`, the text of a whole cell.
            where: facts that give a Keras mistake away, in the language of `facts`, plus `score`
                (the metric), `constant` (the outputs hardly vary). Default: the facts in which it
                differs from the solution.
            same_as: id of an earlier mistake that gives the same answers everywhere.
        """
        name = self._where(f"mistake {id!r}")
        if any(mistake.id == id for mistake in self.mistakes):
            raise AuthoringError(f"{name} is declared twice.")
        if len(message.split()) < 4:
            raise AuthoringError(f"{name}: its message must explain it to the student.")
        if same_as is not None and all(mistake.id != same_as for mistake in self.mistakes):
            raise AuthoringError(f"{name}: same_as={same_as!r} is not an earlier mistake.")
        if where is not None:
            check_where(where, name)
        self.mistakes.append(
            Mistake(
                _variant(id, patch, function, source, name),
                title or _in_words(id),
                message,
                see or self.see,
                where,
                same_as,
            )
        )

    def alternative(
        self,
        title: str,
        function: Callable | None = None,
        *,
        patch: Sequence[tuple] = (),
        source: str | None = None,
    ) -> None:
        """An unorthodox right solution; the audit proves that it gets full points."""
        name = self._where(f"alternative {title!r}")
        if any(alternative.id == title for alternative in self.alternatives):
            raise AuthoringError(f"{name} is declared twice.")
        self.alternatives.append(_variant(title, patch, function, source, name))

    # --------------------------------------------------------------------------------------- inside

    def _where(self, what: str) -> str:
        return f"{self.unit}/{self.name}: {what}"

    def _add(
        self,
        id: str,
        kind: str,
        points: float,
        title: str,
        *,
        hint: str = "",
        needs: Iterable[str] | str = (),
        target: str | None = None,
        cases: Iterable[str] | str = (),
        pick: Pick = None,
        **options: Any,
    ) -> None:
        where = self._where(f"criterion {id!r}")
        known = [criterion.id for criterion in self.criteria]
        needs = (needs,) if isinstance(needs, str) else tuple(needs)
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", id):
            raise AuthoringError(f"{where}: an id is lower-case letters, digits, '-' and '_'.")
        if id in known:
            raise AuthoringError(f"{where} is declared twice.")
        if not points > 0:
            raise AuthoringError(f"{where}: its points must be positive.")
        if missing := [need for need in needs if need not in known]:
            raise AuthoringError(
                f"{where} needs {', '.join(missing)}, which must be declared before it."
            )
        tags = frozenset([cases] if isinstance(cases, str) else cases)
        self.criteria.append(
            Criterion(
                id,
                kind,
                float(points),
                title,
                hint,
                needs,
                target or self.target,
                tags,
                _path(pick),
                options,
            )
        )


class Unit:
    """One graded unit: its exercises and its written questions.

    Args:
        name: name of the source notebook, checks file and quiz bank.
        needs: what the worker imports before it runs anything: ("numpy",) or ("numpy", "keras").
    """

    def __init__(self, name: str, *, title: str, needs: Sequence[str] = ("numpy",)):
        self.name, self.title, self.needs = name, title, tuple(needs)
        self.exercises: dict[str, Exercise] = {}
        self.written: dict[str, float] = {}

    def exercise(
        self,
        name: str,
        *,
        points: float,
        see: str | None = None,
        seconds: float = 10.0,
        returns: Sequence[str] = (),
        target: str | None = None,
    ) -> Exercise:
        """Declare an exercise.

        Args:
            name: grade_id of the solution cell; the function has the same name unless `target` says
            otherwise.
            points: as in the source notebook's test cell; equals the sum of its criteria.
            see: lesson section that helps, `04_lstm_gates#one-step-in-numpy`.
            seconds: wall-clock limit of one call.
            returns: names of the parts of the return value, for messages: ("h", "c").
        """
        if name in self.exercises:
            raise AuthoringError(f"{self.name}: the exercise {name!r} is declared twice.")
        self.exercises[name] = Exercise(self.name, name, points, see, seconds, returns, target)
        return self.exercises[name]

    def manual(self, grade_id: str, *, points: float) -> None:
        """Declare a written question, graded by hand."""
        self.written[grade_id] = float(points)

    def validate(self) -> None:
        """Raise AuthoringError where the declarations do not fit together."""
        for exercise in self.exercises.values():
            where = f"{self.name}/{exercise.name}"
            if not exercise.criteria:
                raise AuthoringError(f"{where}: it has no criteria.")
            total = sum(criterion.points for criterion in exercise.criteria)
            if abs(total - exercise.points) > 1e-9:
                raise AuthoringError(
                    f"{where}: it is worth {exercise.points:g} points, but its criteria sum to "
                    f"{total:g}."
                )


# ------------------------------------------------------------------------------------------ helpers


def check_where(where: Mapping[str, Any], name: str) -> None:
    """Raise AuthoringError unless `where` is a mapping of paths to plain values or known
    predicates.
    """
    for path, wanted in where.items():
        unknown = (
            set(wanted) - {"min", "max", "in", "not", "contains", "count"}
            if isinstance(wanted, Mapping)
            else ()
        )
        if not isinstance(path, str) or unknown:
            raise AuthoringError(
                f"{name}: {path!r}: unknown predicate {', '.join(sorted(unknown))}."
            )


def _variant(
    id: str, patch: Sequence[tuple], function: Callable | None, text: str | None, where: str
) -> Variant:
    if sum([bool(patch), function is not None, text is not None]) != 1:
        raise AuthoringError(f"{where}: give exactly one of patch, function and source.")
    patches = []
    for item in patch:
        if (
            len(item) not in (2, 3)
            or not all(isinstance(part, str) for part in item[:2])
            or not item[0]
        ):
            raise AuthoringError(
                f"{where}: a patch is a list of (old text, new text) or (old, new, count)."
            )
        patches.append((item[0], item[1], item[2] if len(item) == 3 else 1))
    return Variant(id, tuple(patches), function, text)


def _function_source(function: Callable, target: str, where: str) -> str:
    try:
        text = textwrap.dedent(inspect.getsource(function))
        tree = syntax.parse(text)
    except (OSError, TypeError, SyntaxError) as error:
        raise AuthoringError(
            f"{where}: its source cannot be read ({error}). Use a plain `def`."
        ) from None
    first = tree.body[0]
    if not isinstance(first, ast.FunctionDef) or first.decorator_list or len(tree.body) != 1:
        raise AuthoringError(
            f"{where}: use one plain `def` without decorators; lambdas have no source of their own."
        )
    lines = text.splitlines()
    row = first.lineno - 1
    lines[row] = re.sub(rf"^def\s+{re.escape(first.name)}\b", f"def {target}", lines[row])
    result = "\n".join(lines) + "\n"
    if first.name != target and re.search(rf"\b{re.escape(first.name)}\b", result):
        result = re.sub(rf"\b{re.escape(first.name)}\b", target, result)  # it calls itself
    return result


def _path(pick: Pick) -> tuple:
    return () if pick is None else pick if isinstance(pick, tuple) else (pick,)


def _maker(given: Any, kind: type) -> Callable[[np.random.Generator, str], list]:
    """`given` (one, several, or a function that makes them) as a function that makes a list of
    them.
    """

    def make(rng: np.random.Generator, size: str) -> list:
        made = given(rng, size) if callable(given) else given
        made = [made] if isinstance(made, kind) else list(made)
        if not made or not all(isinstance(item, kind) for item in made):
            raise AuthoringError(
                f"One or more {kind.__name__} objects are needed, got {made!r:.80}."
            )
        return made

    return make


def _in_words(id: str) -> str:
    words = id.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
