"""Every graded unit keeps the rules of the house, whichever units there are."""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path

import nbformat
import pytest
import yaml
from agreement import bundles_agree

from autograder import course as paths
from autograder.author.declare import load_unit
from autograder.author.source import Source, source_digest
from autograder.judge.installed import load_public
from autograder.quiz import load_bank, right_answers

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted(path.stem for path in (ROOT / "exercises" / "source").glob("*/*.ipynb"))
ADDRESS = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]

CHECKS = ("rubric.yml", "cases.py", "alternatives.py")

every_unit = pytest.mark.parametrize("unit", UNITS)


@functools.cache
def notebook(unit, kind="source"):
    return nbformat.read(ROOT / "exercises" / kind / unit / f"{unit}.ipynb", as_version=4)


@functools.cache
def checks(unit):
    return load_unit(unit, ROOT)


@functools.cache
def bank(unit):
    return load_bank(paths.quiz_file(unit, ROOT))


def graded(unit, kind="source"):
    """`(nbgrader metadata, cell)` of every cell that nbgrader knows, in order."""
    return [
        (c.metadata.nbgrader, c) for c in notebook(unit, kind).cells if "nbgrader" in c.metadata
    ]


def by_id(unit, kind="source"):
    return {meta.grade_id: cell for meta, cell in graded(unit, kind)}


def test_there_are_units():
    assert UNITS


# --------------------------------------------------------------------------------------------------------- notebooks


@every_unit
def test_files_of_a_unit_have_one_name(unit):
    for path in (
        *(paths.checks_dir(unit, ROOT) / name for name in CHECKS),
        paths.quiz_file(unit, ROOT),
        paths.source_notebook(unit, ROOT),
    ):
        assert path.is_file(), f"{path} is missing"
    assert bank(unit).unit == checks(unit).name == unit


@every_unit
def test_the_source_is_valid_and_stored_without_outputs(unit):
    source = notebook(unit)
    nbformat.validate(source)
    ids = [cell.id for cell in source.cells]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"u\d\d-[\w-]+", name) for name in ids)
    names = [meta.grade_id for meta, _ in graded(unit)]
    assert len(names) == len(set(names))
    for cell in source.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, (
                f"{unit}: clear the outputs of {cell.id}"
            )


@every_unit
def test_a_unit_is_worth_100_points(unit):
    points = {meta.grade_id: meta.points for meta, _ in graded(unit) if meta.grade}
    code = sum(
        value for name, value in points.items() if name.startswith("test_") and name != "test_quiz"
    )
    written = sum(value for name, value in points.items() if name.startswith("written_"))
    assert sum(points.values()) == 100
    assert 60 <= code <= 75 and points["test_quiz"] == bank(unit).points == 20 and written == 10
    assert {name: points[f"test_{name}"] for name in checks(unit).exercises} == {
        name: exercise.points for name, exercise in checks(unit).exercises.items()
    }
    assert load_public(unit).written == {
        name: value for name, value in points.items() if name.startswith("written_")
    }


@every_unit
def test_each_solution_cell_is_followed_by_its_test(unit):
    cells = notebook(unit).cells
    for index, cell in enumerate(cells):
        meta = cell.metadata.get("nbgrader", {})
        if (
            cell.cell_type == "code"
            and meta.get("solution")
            and not meta.grade_id.startswith("quiz_")
        ):
            after = cells[index + 1].metadata.nbgrader
            assert after.grade_id == f"test_{meta.grade_id}" and after.grade and after.locked
            assert cells[index + 1].source.splitlines() == [
                f'report = check("{meta.grade_id}", {meta.grade_id})',
                "display(report)",
                "report.score",
            ]
            assert '"""' in cell.source and "Returns:" in cell.source, (
                f"{meta.grade_id} needs a docstring with shapes"
            )


@every_unit
def test_the_notebook_installs_from_the_one_address(unit):
    install = by_id(unit)["install"].source
    assert install == (
        "try:\n    import autograder\nexcept ModuleNotFoundError:\n"
        f'    %pip install -q "git+{ADDRESS["url"]}@{ADDRESS["branch"]}"'
    )
    repository = ADDRESS["url"].removeprefix("https://github.com/")
    for link in re.findall(
        r"https://colab\.research\.google\.com/github/(\S+?)/blob/(\w+)/(\S+?\.ipynb)",
        "\n".join(cell.source for cell in notebook(unit).cells),
    ):
        assert link[:2] == (repository, ADDRESS["branch"]) and (ROOT / link[2]).is_file(), link


@every_unit
def test_what_our_grader_runs_does_not_need_the_grader(unit):
    for meta, cell in graded(unit):
        if cell.metadata.get("autograder", {}).get("run"):
            assert meta.locked and not re.search(r"autograder|course_unit|%pip", cell.source), (
                meta.grade_id
            )


@every_unit
def test_written_questions_have_a_marking_guide_that_stays_here(unit):
    for name in Source(unit, ROOT).written:
        guide = by_id(unit)[name].source
        assert guide.startswith("### BEGIN SOLUTION") and guide.endswith("### END SOLUTION")
        assert "Marking guide" in guide and len(guide.split()) > 60
        assert by_id(unit, "release")[name].source == "*Write your answer here.*"


# ------------------------------------------------------------------------------------------------------------ checks


@every_unit
def test_each_exercise_has_criteria_mistakes_and_alternatives(unit):
    assert checks(unit).exercises
    for exercise in checks(unit).exercises.values():
        assert len(exercise.criteria) >= 4, exercise.name
        assert len(exercise.mistakes) >= 5, exercise.name
        assert len(exercise.alternatives) >= 3, exercise.name


def anchors(unit):
    path = ROOT / "lessons" / f"{unit}.ipynb"
    assert path.is_file(), (
        f"The lesson {path.name} does not exist yet, so the links of the unit lead nowhere."
    )
    text = "\n".join(
        c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"
    )
    titles = re.findall(r"^#+ +(.+)$", re.sub(r"```.*?```", "", text, flags=re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


@every_unit
def test_every_link_into_the_lesson_leads_to_a_heading(unit):
    found = anchors(unit)
    links = {
        mistake.section
        for exercise in checks(unit).exercises.values()
        for mistake in exercise.mistakes
    }
    links |= {exercise.section for exercise in checks(unit).exercises.values()}
    links |= {question.section for question in bank(unit).questions}
    for link in links:
        lesson, _, anchor = str(link).partition("#")
        assert lesson == unit and anchor in found, f"{link}: no such heading in the lesson"


@every_unit
def test_explanations_speak_to_the_student_and_do_not_hold_the_solution(unit):
    for exercise in checks(unit).exercises.values():
        solution = by_id(unit)[exercise.name].source
        body = solution.partition("### BEGIN SOLUTION")[2].partition("### END SOLUTION")[0]
        lines = [line.strip() for line in body.splitlines() if len(line.strip()) > 12]
        for mistake in exercise.mistakes:
            assert not any(line in mistake.message for line in lines), mistake.id
            assert "!" not in mistake.message.replace("!=", ""), (
                f"{mistake.id}: no exclamation marks"
            )


# -------------------------------------------------------------------------------------------------------------- quiz


@every_unit
def test_the_quiz_is_long_and_varied_enough(unit):
    questions = bank(unit).questions
    assert len(questions) >= 10 and len({question.kind for question in questions}) >= 5
    assert sum(bool(question.parameters) for question in questions) >= 2
    assert all(question.points and question.section for question in questions)
    for question in questions:
        assert question.explain or question.options, question.id
        assert len(question.common) >= 3 or question.kind not in (
            "number",
            "shape",
            "output",
            "text",
        ), question.id


@every_unit
def test_the_right_options_are_not_always_at_the_same_place(unit):
    letters = [
        right_answers(bank(unit))[question.id]
        for question in bank(unit).questions
        if question.kind == "one"
    ]
    assert len(set(letters)) > 1 or len(letters) < 2


@every_unit
def test_the_graded_quiz_is_not_the_practice_quiz(unit):
    path = ROOT / "lessons" / "lessonkit" / "quizzes" / f"{unit}.yml"
    assert path.is_file(), f"{path} is missing"
    practice = {
        re.sub(r"\W+", " ", question.prompt.lower()) for question in load_bank(path).questions
    }
    assert not practice & {
        re.sub(r"\W+", " ", question.prompt.lower()) for question in bank(unit).questions
    }


@every_unit
def test_right_answers_score_20_and_no_key_is_released(unit):
    for student in ("alice", "bob"):
        results = bank(unit).grade(right_answers(bank(unit), student), student=student)
        assert sum(result.points for result in results) == 20
    text = json.dumps(notebook(unit, "release")) + json.dumps(bank(unit).public())
    for question in bank(unit).questions:
        told = [option.explain for option in question.options] + [
            common.explain for common in question.common
        ]
        for secret in [*told, question.explain]:
            assert not secret or secret not in text, f"{question.id}: {secret}"


# ------------------------------------------------------------------------------------------------- release and bundle


@every_unit
def test_the_release_is_up_to_date(unit):
    from autograder.author.release import released

    stored = (ROOT / "exercises" / "release" / unit / f"{unit}.ipynb").read_text(encoding="utf-8")
    assert stored == released(unit, ROOT), f"Run `autograder release {unit}`."


@every_unit
def test_the_release_holds_no_solution(unit):
    text = json.dumps(notebook(unit, "release"))
    assert "SOLUTION" not in text and "HIDDEN" not in text and "Marking guide" not in text
    for name in checks(unit).exercises:
        stub = by_id(unit, "release")[name].source
        assert stub.endswith(f'raise NotImplementedError("Write {name}, then run this cell.")')


@every_unit
def test_the_public_bundle_belongs_to_this_source(unit):
    stored = load_public(unit)
    assert stored.source == source_digest(unit, ROOT), f"Run `autograder compile {unit}`."
    assert stored.quiz == bank(unit).public()


@pytest.mark.slow
@every_unit
def test_the_public_bundle_says_what_compiling_says_now(unit):
    from autograder.author.compiler import compile_unit

    assert bundles_agree(load_public(unit), compile_unit(unit, root=ROOT)) == []


# ----------------------------------------------------------------------------------------------------------- grading


def run_cells(unit, kind):
    """Run the cells of a notebook that the grader would run, as a student's kernel would; stubs raise when called."""
    namespace = {"__name__": "__main__"}
    for cell in notebook(unit, kind).cells:
        meta = cell.metadata.get("nbgrader", {})
        solution = meta.get("solution") and not meta.get("grade_id", "").startswith("quiz_")
        if cell.cell_type == "code" and (
            solution or cell.metadata.get("autograder", {}).get("run")
        ):
            exec(compile(cell.source, f"<{meta.grade_id}>", "exec"), namespace)
    return namespace


@every_unit
@pytest.mark.parametrize(("kind", "share"), [("source", 1), ("release", 0)])
def test_the_solution_scores_full_and_the_untouched_release_nothing(unit, kind, share):
    from autograder import course_unit

    namespace = run_cells(unit, kind)
    for name, exercise in checks(unit).exercises.items():
        report = course_unit(unit).check(name, namespace[name])
        assert report.score == pytest.approx(share * exercise.points), repr(report)


@pytest.mark.slow
@every_unit
def test_mistakes_are_caught_and_named_and_alternatives_accepted(unit):
    stored = os.environ.get("COURSE_AUDIT")
    if (
        stored
    ):  # `make test` has just made it, mutants included; nobody needs to train every mistake twice
        found = json.loads((ROOT / stored).read_text(encoding="utf-8"))
        assert unit in [entry["unit"] for entry in found["units"]]
        assert found["passed"], found["rates"]
        return
    from autograder.author.audit import audit

    report = audit([unit], mutants="none", root=ROOT)
    assert report.passed, report.text()
