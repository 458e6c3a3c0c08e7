"""What `exercises/checks/<unit>/cases.py` imports: the inputs that students' functions are called
with.

    from autograder.authoring import Case, Pair

    def lstm_step(rng, size):
        yield Case("two sequences, three units", *inputs(rng, 2, 4, 3), tags="plain")
        if size == "secret":
            yield Case("other sizes", *inputs(rng, *rng.integers(2, 9, 3)), tags="plain")

A function with the name of an exercise yields its cases. `size` is "public" (for the student's
notebook) or "secret" (for grading: other shapes and more cases). Everything else about an exercise,
its criteria, points and known mistakes, stands in `rubric.yml` beside it; see `author.rubric`.
Nothing here is needed to check or to grade.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import CourseError


class AuthoringError(CourseError, ValueError):
    """The checks of a unit are wrong; the message names file, line and remedy."""


class Case:
    """One call of the student's function.

    Args:
        name: what is special about it, for people: "one sentence, two units".
        *args, **kwargs: what the function is called with: plain data (see `values`), copied.
        tags: criteria choose cases by tag.
        seed: random seeds (`random`, NumPy, Keras) are set to it before the call.
        says: words that the message of the error must hold, for a criterion of the kind raises;
            case, spaces and quotes do not count.

    `tags`, `seed`, `says` are reserved: a function with such a parameter gets it by position.
    """

    def __init__(
        self,
        name: str,
        *args: Any,
        tags: Iterable[str] | str = (),
        seed: int | None = None,
        says: Iterable[str] | str = (),
        **kwargs: Any,
    ):
        if not isinstance(name, str) or not name:
            raise AuthoringError("The first argument of Case is its name, a string.")
        self.name = name
        self.args, self.kwargs = copy.deepcopy(args), copy.deepcopy(kwargs)
        self.tags = frozenset([tags] if isinstance(tags, str) else tags)
        self.seed = seed
        self.says = (says,) if isinstance(says, str) else tuple(says)
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
    # What numpy.s_[…] gives: integers, slices, Ellipsis, None, lists of integers.
    index_a: Any = None
    index_b: Any = None
