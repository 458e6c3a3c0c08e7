"""From the source notebook to the one that students get.

nbgrader's own `generate_assignment` does the work, in a temporary course directory without a
database, with the preprocessors that `exercises/nbgrader_config.py` names. The result is then put
into one normal form, so that the same source gives the same bytes on every machine.

The questions of the quiz are written once, in the bank. Their cells in the source notebook are made
from ..errors import CourseError
from ..errors import CourseError
from it (`refresh_quiz`), so `nbgrader generate_assignment` and the formgrader see them as well.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions
from traitlets.config import Config, PyFileConfigLoader

from ..course import (
    exercises_dir,
    quiz_file,
    release_folder,
    released_notebook,
    source_folder,
    source_notebook,
)
from ..errors import CourseError
from ..files import write_whole
from ..quiz import CHOICE, Bank, Question, load_bank
from ..quiz.answers import LETTERS, TAGS, plain_text
from ..quiz.model import fill, shown_steps


class _Kept(logging.Handler):
    """Keeps errors for us to tell."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.ERROR)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


class ReleaseError(CourseError, RuntimeError):
    """The source notebook cannot be released; the message names the file and the remedy."""


class ReleaseSolutions(ClearSolutions):
    """nbgrader's ClearSolutions, with a stub that names the function; quiz cells are answer forms
    and stay.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, cell_index: int
    ) -> tuple[NotebookNode, dict]:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type == "code" and name.startswith("quiz_"):
            return cell, resources
        self.code_stub = {
            "python": f'raise NotImplementedError("Write {name}, then run this cell.")'
        }
        self.text_stub = "*Write your answer here.*"
        return super().preprocess_cell(cell, resources, cell_index)


def release(unit: str, root: Path | None = None) -> Path:
    """Write the released notebook of `unit`, and the quiz cells of its source where the bank has
    changed.

    Raises:
        ReleaseError: the source or its quiz is missing or not valid.
    """
    source = source_notebook(unit, root)
    before = _read(source)
    text = _text(refresh_quiz(before, unit, root))
    if text != source.read_text(encoding="utf-8"):
        write_whole(source, text)
    target = released_notebook(exercises_dir(root), unit)
    text = released(unit, root)
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        write_whole(target, text)
    return target


def released(unit: str, root: Path | None = None) -> str:
    """The text of the released notebook as it must be, from the source as it is. Writes nothing
    into the course.

    Raises:
        ReleaseError: nbgrader refuses the source.
    """
    source = source_notebook(unit, root)
    _read(source)
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder).resolve()
        shutil.copytree(
            source.parent, source_folder(course, unit), ignore=shutil.ignore_patterns(".*")
        )
        _generate(unit, course, exercises_dir(root) / "nbgrader_config.py")
        notebook = _read(release_folder(course, unit) / source.name)
    return _text(_normal(notebook, unit))


def _generate(unit: str, course: Path, config_file: Path) -> None:
    config = Config(PyFileConfigLoader(config_file.name, str(config_file.parent)).load_config())
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = unit
    config.SaveCells.enabled = False
    config.GenerateAssignment.no_database = True
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    records: list[logging.LogRecord] = []
    handler = _Kept(records)
    # A logger of its own: nothing is printed twice.
    converter.log = logging.Logger("autograder.release")
    converter.log.addHandler(handler)
    try:
        converter.start()
    except (Exception, SystemExit) as error:
        said = (records[0].getMessage() if records else str(error)).strip().splitlines() or [
            type(error).__name__
        ]
        line = said[-1] if said[0].startswith("Traceback") else said[0]
        raise ReleaseError(
            f"nbgrader cannot release {unit}: {line[:300]} "
            f"Mend exercises/source/{unit}/{unit}.ipynb."
        ) from error


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise ReleaseError(
            f"{path}: no such notebook. Write the source notebook of the unit there."
        ) from None
    except Exception as error:
        raise ReleaseError(f"{path}: not a readable notebook ({error}).") from error


def _text(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _normal(notebook: NotebookNode, unit: str) -> NotebookNode:
    """The same notebook without anything that depends on where and when it was made; cell ids are
    kept.
    """
    notebook.metadata = nbformat.from_dict(
        {
            "colab": {"name": f"{unit}.ipynb", "provenance": []},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        kept = ("nbgrader", "autograder", "tags", "deletable", "editable")
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in kept if key in cell.metadata}
        )
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


# --------------------------------------------------------------------------------------- quiz cells


def refresh_quiz(notebook: NotebookNode, unit: str, root: Path | None = None) -> NotebookNode:
    """`notebook` (the source) with the cells of its quiz made anew from the bank; unchanged where
    there is no quiz.
    """
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    if "test_quiz" not in ids:
        return notebook
    bank = load_bank(quiz_file(unit, root))
    after = notebook.cells[ids.index("test_quiz")]
    cells = [cell for cell in notebook.cells if "quiz" not in cell.metadata.get("autograder", {})]
    at = next(index for index, cell in enumerate(cells) if cell is after)
    notebook.cells = cells[:at] + quiz_cells(bank) + cells[at:]
    return notebook


def quiz_cells(bank: Bank) -> list[NotebookNode]:
    """For each question: its text, the student's own numbers where it has any, and the cell for the
    answer.
    """
    cells, prefix = [], f"u{bank.unit[:2]}-quiz"
    for question in bank.questions:
        name = question.id

        def cell(kind: str, suffix: str, text: str, name: str = name, **nbgrader: object) -> None:
            metadata: dict = {"autograder": {"quiz": name}}
            if nbgrader:
                metadata["nbgrader"] = {
                    "cell_type": kind,
                    "grade": False,
                    "locked": False,
                    "schema_version": 3,
                    "solution": False,
                    "task": False,
                } | nbgrader
            make = (
                nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
            )
            cells.append(make(text, id=f"{prefix}-{name}{suffix}", metadata=metadata))

        cell("markdown", "-text", question_markdown(question))
        if question.parameters:
            cell(
                "code",
                "-show",
                f'unit.quiz.show("{name}", student)',
                grade_id=f"show_{name}",
                locked=True,
            )
        cell(
            "code",
            "",
            f'{name} = ""  # @param {_form(question)}',
            grade_id=f"quiz_{name}",
            solution=True,
        )
    return cells


def question_markdown(question: Question) -> str:
    """A question as Markdown, for Colab, Jupyter and GitHub alike."""
    number, points = (
        int(question.id[1:]),
        f"{question.points:g} point{'s' * (question.points != 1)}",
    )
    names = {name: name for name in question.parameters}
    parts = [
        f"**Question {number}** ({points}). "
        f"{_markdown(fill(question.prompt, names))}{_wish(question)}"
    ]
    code = fill(question.code, names)
    lines = [option.line for option in question.options if option.line is not None]
    if code and lines:
        code = "\n".join(f"{row}  {line}" for row, line in enumerate(code.split("\n"), 1))
    if code:
        parts.append(f"```{'text' if lines else 'python'}\n{code}\n```")
    shown = (
        shown_steps(question)
        if question.kind == "order"
        else [o.text for o in question.options if not lines]
    )
    if shown:
        letters = zip(LETTERS, shown, strict=False)
        parts.append("\n".join(f"- **{letter}.** {_markdown(text)}" for letter, text in letters))
    return "\n\n".join(parts)


def _wish(question: Question) -> str:
    if question.parameters:
        *first, last = question.parameters
        names = f"{', '.join(first)} and {last}" if first else last
        return f" Run the next cell to see your own {'numbers' if first else 'number'} for {names}."
    return {
        "several": " Choose all that apply.",
        "order": " Write the letters in the right order.",
        "output": " Type the output.",
    }.get(question.kind, "")


def _form(question: Question) -> str:
    """What Colab's form offers."""
    lines = [str(option.line) for option in question.options if option.line is not None]
    if question.kind in CHOICE and question.kind != "several":
        choices = lines or list(LETTERS[: len(question.options)])
        return "[" + ", ".join(f'"{choice}"' for choice in ["", *choices]) + "]"
    return '{type:"string"}'


def _markdown(markup: str) -> str:
    """Inline HTML of a bank as Markdown; code gets backticks, so that nothing in it is read as
    Markdown.
    """
    parts = re.split(r"<code>(.*?)</code>", markup)
    return "".join(
        f"`{plain_text(part)}`" if index % 2 else _escape(part) for index, part in enumerate(parts)
    )


def _escape(text: str) -> str:
    """Text between tags with Markdown's own signs escaped."""
    pieces = re.split(f"({TAGS.pattern})", text)
    return "".join(
        piece if index % 2 else re.sub(r"([*_`\[\]])", r"\\\1", piece)
        for index, piece in enumerate(pieces)
    )
