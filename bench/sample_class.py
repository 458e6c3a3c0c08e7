"""A class of invented students, to see what grading looks like and to test the grader against plain
nbgrader.

    python bench/sample_class.py [UNIT…] [--course DIR]

Each submission is made from the released notebook, the solution, and the mistakes and alternatives
that the unit's checks declare. Nothing is written twice, so the class never drifts from the unit.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from autograder import cli
from autograder import course as paths
from autograder.author.compiler import compile_unit
from autograder.author.declare import Exercise, Variant, load_unit
from autograder.author.source import Source, source_digest
from autograder.judge import bundle
from autograder.quiz import Question, load_bank, right_answers
from autograder.quiz.answers import LETTERS
from autograder.quiz.marking import typed_answer

NAMES = (
    "ada",
    "aroha",
    "bilal",
    "chiara",
    "dmitri",
    "esi",
    "farid",
    "grete",
    "hana",
    "imani",
    "jonas",
    "kalani",
    "lucia",
    "mei",
    "nadia",
    "omar",
    "priya",
    "quentin",
    "rosa",
    "sami",
    "tuva",
    "umar",
    "vera",
    "wanjiku",
    "xavier",
    "yuki",
    "zahra",
    "anders",
    "beatriz",
    "cem",
    "divya",
    "emil",
    "fatou",
    "goran",
    "helga",
    "iker",
    "jarek",
    "kaveh",
    "lior",
    "malia",
    "noor",
    "olena",
    "pablo",
    "runa",
    "sefa",
    "thandi",
)
WRITTEN = (
    "The cell state is updated by adding, so the gradient along it is only multiplied by the forget gate.",
    "It has a memory.",
    "Because a product of many factors below 1 vanishes, and the forget gate keeps the factor near 1.",
)
DEADLINE = datetime(2026, 3, 2, 12, 0, 0)
NOISE = 'for number in range(200):\n    print("here I am", number, "x" * 60)\n'
LOOP = "    while True:\n        pass\n"


@dataclass
class Student:
    """One invented submission.

    Attributes:
        kind: what is special about it, in words.
        honest: plain nbgrader can grade it too, and must give the same points.
        answers: grade_id to the text of the cell; cells that are not named stay as released.
        change: what else is done to the notebook.
        late: handed in after the deadline.
        mistakes: exercise to the mistake that our grader must name.
    """

    name: str
    kind: str
    answers: dict[str, str]
    honest: bool = True
    change: Callable[[dict], None] | None = None
    late: bool = False
    # Exercise to the mistake that must be named.
    mistakes: dict[str, str] = field(default_factory=dict)


class SampleClass:
    """The students of one unit."""

    def __init__(self, unit: str, root: Path | None = None):
        self.root = root or paths.course_root()
        self.unit, self.source = load_unit(unit, self.root), Source(unit, self.root)
        self.bank = (
            load_bank(paths.quiz_file(unit, self.root))
            if paths.quiz_file(unit, self.root).exists()
            else None
        )
        release = paths.exercises_dir(self.root) / "release" / unit / f"{unit}.ipynb"
        self.release = json.loads(release.read_text(encoding="utf-8"))
        self.names = iter(NAMES)
        self.exercises = list(self.unit.exercises.values())
        # Training costs seconds a student. Those who are here for another exercise leave it for
        # later, as students do.
        self.trained = {
            e.name for e in self.exercises if any(c.kind == "score" for c in e.criteria)
        }

    def solution(self, exercise: str) -> str:
        return _unmarked(self.source.solution(exercise))

    def variant(self, exercise: Exercise, variant: Variant) -> str:
        return _unmarked(self.source.variant(exercise, variant))

    def answers(self, student: str, *, train: bool = False, quiz: float = 1.0) -> dict[str, str]:
        """Right answers; of the quiz a share `quiz`, the rest wrong in a usual way or left out, in
        turn.
        """
        names = [e.name for e in self.exercises if train or e.name not in self.trained]
        answers = {name: self.solution(name) for name in names}
        if self.bank is not None:
            answers["quiz_student"] = f'student = "{student}"  # @param {{type:"string"}}'
            chance = random.Random(f"{self.unit.name} {student}")
            usual = {question.id: wrong_answer(question) for question in self.bank.questions}
            missed = 0
            for question, value in right_answers(self.bank, student).items():
                right = chance.random() < quiz
                missed += not right
                if right or missed % 2:
                    answers[f"quiz_{question}"] = (
                        f"{question} = {(value if right else usual[question])!r}"
                    )
        for number, name in enumerate(self.source.written):
            answers[name] = WRITTEN[(number + len(student)) % len(WRITTEN)]
        return answers

    def students(self) -> Iterator[Student]:
        """The class, one invented student after the other."""
        first = self.exercises[0]
        name = next(self.names)
        yield Student(name, "everything right", self.answers(name, train=True))
        for turn, kind in enumerate(("another way of writing it", "yet another way")):
            name = next(self.names)
            answers = self.answers(name, train=turn == 0, quiz=0.9)
            for exercise in self.exercises:
                if exercise.name in answers and exercise.alternatives:
                    variant = exercise.alternatives[turn % len(exercise.alternatives)]
                    answers[exercise.name] = self.variant(exercise, variant)
            yield Student(name, kind, answers)
        for exercise in self.exercises:
            for mistake in exercise.mistakes if exercise is first else exercise.mistakes[:1]:
                name = next(self.names)
                answers = self.answers(name, train=exercise.name in self.trained, quiz=0.8)
                answers[exercise.name] = self.variant(exercise, mistake)
                yield Student(
                    name,
                    f"mistake {mistake.id} in {exercise.name}",
                    answers,
                    mistakes={exercise.name: mistake.id},
                )
        yield from self._mishaps(first.name, self.exercises[min(1, len(self.exercises) - 1)].name)

    def _mishaps(self, first: str, second: str) -> Iterator[Student]:
        def student(
            kind: str,
            change: Callable[[dict], None] | None = None,
            *,
            honest: bool = True,
            late: bool = False,
            name: str | None = None,
            quiz: float = 0.7,
            **cells: str,
        ) -> Student:
            name = name or next(self.names)
            return Student(name, kind, self.answers(name, quiz=quiz) | cells, honest, change, late)

        yield student("a syntax error", **{first: self.solution(first).replace("):", ")", 1)})
        yield student("a deleted answer", lambda nb: _remove(nb, first))
        yield student("a deleted test cell", lambda nb: _remove(nb, f"test_{first}"), honest=False)
        # A duplicated cell ends the whole `nbgrader autograde` run with an error about old
        # metadata.
        yield student("an answer cell twice", lambda nb: _duplicate(nb, first), honest=False)
        yield student(
            "an endless loop", honest=False, **{second: _with_body(self.solution(second), LOOP)}
        )
        name = next(self.names)
        yield Student(name, "the untouched release", {})
        yield student(
            "edited tests", lambda nb: _edit(nb, f"test_{first}", "1000"), **{first: "# later"}
        )
        name = next(self.names)
        questions = self.bank.questions if self.bank else ()
        wrong = {f"quiz_{q.id}": f"{q.id} = {wrong_answer(q)!r}" for q in questions}
        wrong |= {f"quiz_{q.id}": f'{q.id} = "Z9"' for q in questions[:1]}  # no answer at all
        yield Student(name, "a wrong quiz", self.answers(name) | wrong)
        name = next(self.names)
        half = {
            e: text
            for e, text in self.answers(name, quiz=0.4).items()
            if e not in self.source.written
        }
        for exercise in self.exercises[len(self.exercises) // 2 :]:
            half.pop(exercise.name, None)
        yield Student(name, "half done, and late", half, late=True)
        yield student("a name with accents", name="zoë-núñez-łukasz", quiz=1.0)
        yield student(
            "prints a lot",
            lambda nb: _add(nb, NOISE),
            **{
                first: _with_body(
                    self.solution(first), '    print("now in the function")\n', keep=True
                )
            },
        )

    def notebook(self, student: Student) -> dict:
        """The notebook that the student hands in."""
        notebook = copy.deepcopy(self.release)
        for cell in notebook["cells"]:
            name = _grade_id(cell)
            if name in student.answers:
                cell["source"] = student.answers[name].splitlines(keepends=True)
        if student.change:
            student.change(notebook)
        return notebook

    def hand_in(self, student: Student, course: Path) -> Path:
        """Write the submission where nbgrader looks for it."""
        folder = Path(course) / "submitted" / student.name / self.unit.name
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.notebook(student), ensure_ascii=False, indent=1)
        (folder / f"{self.unit.name}.ipynb").write_text(text + "\n", encoding="utf-8")
        when = DEADLINE + timedelta(days=1) if student.late else DEADLINE - timedelta(hours=3)
        (folder / "timestamp.txt").write_text(
            when.strftime("%Y-%m-%d %H:%M:%S UTC"), encoding="utf-8"
        )
        return folder


def wrong_answer(question: Question) -> str:
    """A wrong answer that students give, as they would type it: a distractor, or the first known
    wrong value.
    """
    wrong = [option for option in question.options if not option.correct]
    if wrong:
        letter = LETTERS[question.options.index(wrong[0])]
        return letter if wrong[0].line is None else str(wrong[0].line)
    if question.kind == "order":
        return ", ".join(LETTERS[: len(question.steps)])  # as shown, which is never the right order
    first = {name: choices[0] for name, choices in question.parameters.items()}
    value = question.common[0].value
    return str(
        value
        if question.kind in ("output", "text")
        else typed_answer(replace(question, answer=value), first)
    )


def _unmarked(text: str) -> str:
    return "".join(
        line
        for line in text.splitlines(keepends=True)
        if "### BEGIN" not in line and "### END" not in line
    )


def _grade_id(cell: dict) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def _place(notebook: dict, name: str) -> int:
    return next(index for index, cell in enumerate(notebook["cells"]) if _grade_id(cell) == name)


def _remove(notebook: dict, name: str) -> None:
    del notebook["cells"][_place(notebook, name)]


def _duplicate(notebook: dict, name: str) -> None:
    index = _place(notebook, name)
    twin = copy.deepcopy(notebook["cells"][index])
    twin["id"] = twin.get("id", name) + "-twin"
    notebook["cells"].insert(index, twin)


def _edit(notebook: dict, name: str, source: str) -> None:
    notebook["cells"][_place(notebook, name)]["source"] = source


def _add(notebook: dict, source: str) -> None:
    notebook["cells"].append(
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "own-cell",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
    )


def _with_body(solution: str, body: str, keep: bool = False) -> str:
    """The solution's function with `body` put first, or with nothing but `body`."""
    import ast

    function = next(node for node in ast.parse(solution).body if isinstance(node, ast.FunctionDef))
    lines = solution.splitlines(keepends=True)
    documented = ast.get_docstring(function) is not None
    start = function.body[0].end_lineno if documented else function.body[0].lineno - 1
    return "".join(lines[:start]) + body + ("".join(lines[start:]) if keep else "")


def prepare(
    unit: str, course: Path, compiled: Path | None = None, root: Path | None = None
) -> Path:
    """Make `course` an nbgrader course directory that holds `unit` and a secret bundle of its own.

    The bundle is the one in the folder `compiled`, where one is that belongs to the unit as it is
    now.
    """
    home = paths.exercises_dir(root)
    course.mkdir(parents=True, exist_ok=True)
    for part in (f"source/{unit}", f"release/{unit}"):
        shutil.copytree(home / part, course / part, dirs_exist_ok=True)
    for part in ("nbgrader_config.py", f"quizzes/{unit}.yml"):
        (course / part).parent.mkdir(exist_ok=True)
        if (home / part).exists():
            shutil.copy(home / part, course / part)
    secret = course / "secret" / f"{unit}.zip"
    if not _belongs(secret, unit, root):
        if compiled is not None and _belongs(compiled / secret.name, unit, root):
            secret.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(compiled / secret.name, secret)
        else:
            bundle.write(compile_unit(unit, seed="sample class", size="secret", root=root), secret)
    return course


def _belongs(path: Path, unit: str, root: Path | None) -> bool:
    return path.exists() and bundle.read(path).source == source_digest(unit, root)


def demo(unit: str, course: Path) -> int:
    """Hand in the class, grade it and write the class report; what an instructor sees."""
    sample = SampleClass(unit)
    students = list(sample.students())
    for student in students:
        sample.hand_in(student, course)
    print(f"{unit}: {len(students)} submissions handed in.", flush=True)
    grade = ["grade", unit, "--course", str(course)]
    code = cli.main(grade)
    if code == cli.NO_SANDBOX:
        print(
            "No sandbox here: these invented students are graded in plain subprocesses. Nobody else is.",
            flush=True,
        )
        code = cli.main([*grade, "--unsafe-no-sandbox"])
    return code or cli.main(["report", unit, "--course", str(course)])


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Grade a class of invented students, in a course of its own."
    )
    parser.add_argument(
        "units", nargs="*", metavar="UNIT", help="default: every unit that is released"
    )
    parser.add_argument(
        "--course", type=Path, default=Path("_build/demo"), help="where (default: _build/demo)"
    )
    parser.add_argument(
        "--compiled", type=Path, help="where bundles of grading size may lie that need no compiling"
    )
    arguments = parser.parse_args(argv)
    released = [
        unit for unit in paths.units() if (paths.exercises_dir() / "release" / unit).is_dir()
    ]
    codes = [
        demo(unit, prepare(unit, arguments.course, arguments.compiled))
        for unit in arguments.units or released
    ]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
