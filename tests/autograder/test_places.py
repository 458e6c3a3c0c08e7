"""Each exercise in the state of its place in the notebook, a class through the real sandbox: what is
asked when, what a missing module costs, and whose error it is."""

from __future__ import annotations

import pytest
import toycourse

pytest.importorskip("nbgrader")

from autograder.course import results_folder
from autograder.grade import classroom
from autograder.grade.places import judge_in_place
from autograder.outcome import absent_modules
from autograder.read.submission import Submission
from autograder.record import journal
from autograder.report import pages
from autograder.run.inside.protocol import Answer, ErrorInfo, Request

RIGHT = toycourse.RIGHT


def own(source: str) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": source}


def above(*sources: str):
    """A change: cells of the student's own above everything."""
    return lambda book: book["cells"].__setitem__(slice(0, 0), [own(text) for text in sources])


def below(*sources: str):
    return lambda book: book["cells"].extend(own(text) for text in sources)


def graded(course, pool_for) -> dict:
    run = classroom.grade_class(course, "toy", pool_for)
    assert not run.failed
    found = journal.read(results_folder(course, "toy") / journal.FILE)
    return {"run": run} | {
        result.student: {e.exercise: e for e in result.notebooks[0].exercises} for result in found
    }


def test_a_missing_module_costs_what_needs_it_and_is_told_once(toy_course, warm_pool):
    def hand_in(student, answers, change=None):
        toycourse.hand_in(toy_course.root, student, RIGHT | answers, change)

    needing = "import surely_absent as sa\n\ndef double(x):\n    return sa.twice(x)"
    hand_in("imports", {}, above("import numpy as np, surely_absent, also_absent, math"))
    hand_in("needs", {"double": needing})
    hand_in("tries", {}, above("try:\n    import surely_absent\nexcept ImportError:\n    pass"))
    hand_in("honest", {})
    found = graded(toy_course, warm_pool)
    for student in ("imports", "tries", "honest"):
        assert [e.points for e in found[student].values()] == [6.0, 4.0], student
        assert not any(e.needs_manual for e in found[student].values())
    needs = found["needs"]
    assert needs["double"].points == 0 and needs["double"].needs_manual
    assert needs["mean_of_rows"].points == 4 and not needs["mean_of_rows"].needs_manual
    assert "surely_absent is not installed where notebooks are graded" in str(
        [criterion.message for criterion in needs["double"].criteria]
    )
    assert found["run"].absent == {"surely_absent": 2, "also_absent": 1}
    said = absent_modules(found["run"].absent)
    assert said == [
        "2 submissions import surely_absent, which is not installed here.",
        "1 submission imports also_absent, which is not installed here.",
    ]
    page = pages.class_html(
        "toy", list(journal.read(results_folder(toy_course, "toy") / journal.FILE))
    )
    assert all(page.count(sentence) == 1 for sentence in said)
    # Who waits for a module is graded again by the same command; all others are not.
    again = classroom.grade_class(toy_course, "toy", warm_pool)
    assert (again.graded, again.unchanged) == (1, 3)


@pytest.mark.parametrize(
    ("answers", "change", "place"),
    [
        ({}, above("def norm_of(v):\n    return v['norm']"), "(cell `cell 1`)"),
        (
            {"double": RIGHT["double"] + "\n\ndef norm_of(v):\n    return v['norm']"},
            None,
            "(cell `double`)",
        ),
    ],
)
def test_an_error_inside_another_cells_helper_names_it(
    toy_course, warm_pool, answers, change, place
):
    uses = {"mean_of_rows": "def mean_of_rows(x):\n    return norm_of(x)"}
    toycourse.hand_in(toy_course.root, "ada", RIGHT | answers | uses, change)
    result = graded(toy_course, warm_pool)["ada"]
    assert result["double"].points == 6
    told = " ".join(criterion.message for criterion in result["mean_of_rows"].criteria)
    assert f"in line {2 if change else 5} of your `norm_of` {place}, `return v['norm']`" in told


CHANGES = {
    "the answers are lost at the end": (below("double = mean_of_rows = None"), (6, 4)),
    "a helper means something else at the end": (
        lambda book: (above("TWO = 2")(book), below("TWO = 'two'")(book)),
        (6, 4),
    ),
    "numpy is gone at the end": (below("for np in range(3):\n    pass"), (6, 4)),
    "nothing hides an answer that is lost at once": (above("double = 3"), (6, 4)),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_is_asked_is_what_stands_at_the_check(toy_course, warm_pool, kind):
    change, points = CHANGES[kind]
    answers = RIGHT
    if "helper" in kind:
        answers = RIGHT | {"double": "def double(x):\n    return TWO * x"}
    toycourse.hand_in(toy_course.root, "ada", answers, change)
    result = graded(toy_course, warm_pool)["ada"]
    assert tuple(exercise.points for exercise in result.values()) == points


class _Session:
    """Notes where it is asked, and answers nothing."""

    waited, absent, startup = 0.0, (), ()

    def __init__(self):
        self.asked, self.place = [], None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def session(self, cells, upto):
        return self

    def advance(self, upto):
        self.place = upto

    def at(self, place, last=False):
        self.place = (place, last)
        return self

    def ask(self, request: Request) -> Answer:
        if (request.target, self.place) not in self.asked:
            self.asked.append((request.target, self.place))
        return Answer("error", error=ErrorInfo("ValueError", "no"))


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        (["def double(x): pass", "def mean_of_rows(x): pass"], [(2, True), (2, True)]),
        (["def double(x): pass", "print(1)\ndef mean_of_rows(x): pass"], [(1, False), (2, True)]),
        (
            ["def double(x): pass", "def mean_of_rows(x): pass", "double = 3"],
            [(2, False), (2, False)],
        ),
    ],
)
def test_exercises_are_asked_together_where_nothing_between_them_matters(toy_course, cells, places):
    from autograder.grade.assignment import load_assignment

    [notebook] = load_assignment(toy_course, "toy")
    run = [(f"cell {number}", source) for number, source in enumerate(cells)]
    submission = Submission("toy", [], run, {}, {}, set(), set())
    submission.marks = {"double": 1, "mean_of_rows": 2}
    session = _Session()
    names = ["double", "mean_of_rows"]
    judge_in_place(notebook.bundle.exercises, names, submission, session)
    assert session.asked == list(zip(names, places, strict=True))
