"""The sample class, made from a unit's own declarations, and what our grader says of each of its students."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sample_class import SampleClass, prepare

from autograder.course import results_folder
from autograder.grade import classroom
from autograder.judge import bundle
from autograder.record import journal


@pytest.fixture
def graded(toy_course, warm_pool):
    root = Path(toy_course.root)
    sample = SampleClass("toy", root.parent)
    students = {student.kind: student for student in sample.students()}
    for student in students.values():
        sample.hand_in(student, root)
    run = classroom.grade_class(toy_course, "toy", warm_pool)
    found = {r.student: r for r in journal.read(results_folder(toy_course, "toy") / journal.FILE)}
    return students, run, {kind: found[student.name] for kind, student in students.items()}


def code(result):
    return {e.exercise: e.points for e in result.notebooks[0].exercises}


FULL = {"double": 6.0, "mean_of_rows": 4.0}


def test_each_kind_gets_what_it_deserves(graded):
    students, run, found = graded
    assert not run.failed and run.graded == len(students)
    expected = {
        "everything right": FULL,
        "another way of writing it": FULL,
        "yet another way": FULL,
        "prints a lot": FULL,
        "a deleted test cell": FULL,
        "an answer cell twice": FULL,
        "a name with accents": FULL,
        "a wrong quiz": FULL,
        "a syntax error": FULL | {"double": 0.0},
        "a deleted answer": FULL | {"double": 0.0},
        "edited tests": FULL | {"double": 0.0},
        "an endless loop": FULL | {"mean_of_rows": 0.0},
        "the untouched release": {"double": 0.0, "mean_of_rows": 0.0},
        "half done, and late": FULL | {"mean_of_rows": 0.0},
    }
    assert {kind: code(found[kind]) for kind in expected} == expected
    assert sum(q.points for q in found["everything right"].notebooks[0].quiz) == 5
    assert sum(q.points for q in found["a wrong quiz"].notebooks[0].quiz) == 0


def test_every_mistake_is_there_and_named(graded):
    students, _, found = graded
    mistakes = {kind: student.mistakes for kind, student in students.items() if student.mistakes}
    assert [m for m in mistakes.values()] == [{"double": "added"}, {"mean_of_rows": "columns"}]
    for kind, expected in mistakes.items():
        named = {
            e.exercise: e.diagnosis.mistake
            for e in found[kind].notebooks[0].exercises
            if e.diagnosis
        }
        assert named == expected


def test_what_was_done_to_a_notebook_is_said(graded):
    _, _, found = graded
    notes = {kind: " ".join(result.notebooks[0].notes) for kind, result in found.items()}
    assert "locked" in notes["edited tests"] and "put back" in notes["a deleted test cell"]
    assert (
        "2 cells `double`" in notes["an answer cell twice"]
        and "missing" in notes["a deleted answer"]
    )
    assert notes["everything right"] == notes["prints a lot"] == ""


def test_the_class_is_the_same_every_time(toy_course):
    made = []
    for _ in range(2):
        sample = SampleClass("toy", Path(toy_course.root).parent)
        made.append([(s.name, s.kind, json.dumps(sample.notebook(s))) for s in sample.students()])
    assert made[0] == made[1]
    assert len({name for name, _, _ in made[0]}) == len(made[0]) >= 15


def test_compiled_cases_are_taken_where_they_belong_to_the_unit_and_made_where_not(
    toy_course, tmp_path
):
    root, compiled = Path(toy_course.root).parent, tmp_path / "compiled"
    own = bundle.read(prepare("toy", tmp_path / "own", root=root) / "secret/toy.zip")
    bundle.write(replace(own, seed="kept"), compiled / "toy.zip")
    taken = bundle.read(prepare("toy", tmp_path / "taken", compiled, root) / "secret/toy.zip")
    assert (taken.seed, taken.source) == ("kept", own.source)
    bundle.write(replace(own, seed="kept", source="of yesterday"), compiled / "toy.zip")
    made = bundle.read(prepare("toy", tmp_path / "made", compiled, root) / "secret/toy.zip")
    assert (made.seed, made.source) == (own.seed, own.source)
