"""Plain nbgrader on the released notebook gives the same points as our grader, for every honest kind of student."""

from __future__ import annotations

from pathlib import Path

import grading as bench
import pytest

from autograder.course import results_folder
from autograder.record import journal
from autograder.run.limits import SandboxUnavailable
from autograder.run.pool import SandboxPool

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.tensorflow]

# Every kind once. Of the many mistakes one for each exercise; training, which takes seconds a student, once.
KINDS = (
    "everything right",
    "another way of writing it",
    "a syntax error",
    "a deleted answer",
    "the untouched release",
    "edited tests",
    "a wrong quiz",
    "half done, and late",
    "a name with accents",
    "prints a lot",
)


@pytest.fixture(scope="module")
def class_of_04(tmp_path_factory):
    pytest.importorskip("nbgrader")
    try:
        SandboxPool().close()
    except SandboxUnavailable as reason:
        pytest.skip(f"no sandbox: {reason}")
    unit = "04_lstm_gates"
    sample = bench.SampleClass(unit, ROOT)
    chosen, seen = [], set()
    for student in sample.students():
        what = next(iter(student.mistakes), student.kind)
        if not student.honest or what in seen or not student.mistakes and student.kind not in KINDS:
            continue
        seen.add(what)
        if student.kind != "everything right":
            for name in sample.trained - student.mistakes.keys():
                student.answers.pop(name, None)
        if not student.mistakes.keys() & sample.trained:
            chosen.append(student)
    stock = bench.stock_course(unit, tmp_path_factory.mktemp("plain"))
    bench.hand_in(sample, chosen, stock)
    ours = bench.our_course(stock, unit)
    bench.run_ours(ours, unit)
    bench.run_stock(stock, unit)
    by_name = {r.student: r for r in journal.read(results_folder(ours, unit) / journal.FILE)}
    return (
        chosen,
        bench.points(stock, "bench"),
        bench.points(ours, bench.course_id(ours)),
        by_name,
        sample,
    )


def test_every_kind_of_honest_student_is_there(class_of_04):
    chosen, stock, ours, _, sample = class_of_04
    kinds = {student.kind for student in chosen}
    assert set(KINDS) <= kinds
    assert {e for s in chosen for e in s.mistakes} == {
        e.name for e in sample.exercises
    } - sample.trained
    assert stock.keys() == ours.keys() == {student.name for student in chosen}


def test_the_points_are_the_same(class_of_04):
    chosen, stock, ours, _, sample = class_of_04
    for student in chosen:
        theirs, mine = stock[student.name], ours[student.name]
        assert theirs.keys() == mine.keys()
        for cell in theirs:
            if cell.removeprefix("test_") in sample.trained and student.kind == "everything right":
                # Two trainings in two processes differ in the last digits, and so may a linear part of the credit.
                assert abs(theirs[cell] - mine[cell]) <= 1.0, (student.kind, cell)
            else:
                assert theirs[cell] == mine[cell], (student.kind, cell)


def test_right_answers_get_all_points_and_the_untouched_release_none(class_of_04):
    chosen, _, ours, _, sample = class_of_04
    names = {student.kind: student.name for student in chosen}
    code = [f"test_{e.name}" for e in sample.exercises]
    full = {f"test_{e.name}": e.points for e in sample.exercises}
    right = ours[names["everything right"]]
    assert all(
        right[cell] >= 0.8 * full[cell]
        if cell.removeprefix("test_") in sample.trained
        else right[cell] == full[cell]
        for cell in code
    )
    assert right["test_quiz"] == 20
    assert all(ours[names["the untouched release"]][cell] == 0 for cell in [*code, "test_quiz"])


def test_mistakes_are_named(class_of_04):
    chosen, _, _, by_name, _ = class_of_04
    for student in chosen:
        for exercise, mistake in student.mistakes.items():
            found = next(
                e for e in by_name[student.name].notebooks[0].exercises if e.exercise == exercise
            )
            assert found.diagnosis.mistake == mistake
