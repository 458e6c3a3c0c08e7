"""Faults that are not the student's, all the way to the gradebook: a wrong check, a machine that fails.

The mark is flagged for a person, the page says whose fault it is, nothing else is touched, and the next run, with the
fault mended, gives every point. `test_judge.py` and `test_pool.py` look at the same faults close up.
"""

from __future__ import annotations

import dataclasses
import errno
from pathlib import Path

import pytest
import toycourse

pytest.importorskip("nbgrader")
from nbgrader import api  # noqa: E402

from autograder.course import results_folder
from autograder.grade import classroom  # noqa: E402
from autograder.judge import bundle  # noqa: E402
from autograder.report import pages  # noqa: E402
from autograder.run.process import Zygote  # noqa: E402

CLASS = ("ada", "ben", "eve")


@pytest.fixture
def course(toy_course):
    """The toy course with two students who have everything right and one who has written nothing."""
    root = Path(toy_course.root)
    for student in CLASS:
        toycourse.hand_in(root, student, toycourse.RIGHT if student != "eve" else {})
    return toy_course


def marks(course, student: str) -> dict[str, tuple[float | None, bool]]:
    with api.Gradebook(course.db_url, course.course_id) as book:
        grades = book.find_submission_notebook("toy", "toy", student).grades
        return {grade.name: (grade.auto_score, bool(grade.needs_manual_grade)) for grade in grades}


def page(course, student: str) -> str:
    folder = results_folder(course, "toy") / "feedback"
    return (folder / f"{pages.file_name(student)}.html").read_text(encoding="utf-8")


def break_check(root: Path) -> bytes:
    """Spoil one criterion of one exercise in the secret bundle; returns the bundle as it was."""
    path = root / "secret" / "toy.zip"
    before, made = path.read_bytes(), bundle.read(path)
    exercise = made.exercises["double"]
    wrong = tuple(
        dataclasses.replace(c, options=c.options | {"rtol": "much"}) if c.id == "values" else c
        for c in exercise.criteria
    )
    made.exercises["double"] = dataclasses.replace(exercise, criteria=wrong)
    bundle.write(made, path)
    return before


def test_an_error_in_a_check_is_flagged_told_as_ours_and_mended_by_the_next_run(
    course, warm_pool
) -> None:
    root = Path(course.root)
    before = break_check(root)
    run = classroom.grade_class(course, "toy", warm_pool)
    assert run.graded == len(CLASS) and not run.failed
    for student in ("ada", "ben"):
        found = marks(course, student)
        assert found["test_double"] == (2.0, True), (
            "what could be checked counts; the rest waits for a person"
        )
        assert found["test_mean_of_rows"] == (4.0, False) and found["test_quiz"] == (5.0, False)
        assert "no fault of yours" in page(course, student) and "not your fault" in page(
            course, student
        )
        assert "Traceback" not in page(course, student)
    assert marks(course, "eve")["test_double"] == (0.0, False), (
        "nothing was written: nothing was lost by our error"
    )

    (root / "secret" / "toy.zip").write_bytes(before)
    assert classroom.grade_class(course, "toy", warm_pool).graded == len(CLASS)
    assert marks(course, "ada")["test_double"] == (6.0, False) and "no fault of yours" not in page(
        course, "ada"
    )


def test_a_persons_mark_for_it_stays(course, warm_pool) -> None:
    break_check(Path(course.root))
    classroom.grade_class(course, "toy", warm_pool)
    with api.Gradebook(course.db_url, course.course_id) as book:
        grade = book.find_grade("test_double", "toy", "toy", "ada")
        grade.manual_score, grade.needs_manual_grade = 6.0, False
        book.db.commit()
    assert classroom.grade_class(course, "toy", warm_pool).graded >= 1, (
        "what waits is looked at again each time"
    )
    with api.Gradebook(course.db_url, course.course_id) as book:
        assert book.find_grade("test_double", "toy", "toy", "ada").score == 6.0


def test_a_machine_that_fails_costs_nobody(
    course, warm_pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EAGAIN, "no more processes")

    with monkeypatch.context() as broken:
        broken.setattr(Zygote, "fork", refuse)
        with warm_pool(()) as pool:
            pool._drop_spare()
        run = classroom.grade_class(course, "toy", warm_pool)
    assert run.left == 0
    for student in ("ada", "ben"):
        for cell in ("test_double", "test_mean_of_rows"):
            assert marks(course, student)[cell] == (0.0, True)
        assert "no fault of yours" in page(course, student)
    assert classroom.grade_class(course, "toy", warm_pool).graded == 2, (
        "the next run, without being told"
    )
    assert marks(course, "ada")["test_double"] == (6.0, False)
    assert marks(course, "ben")["test_mean_of_rows"] == (4.0, False)
