"""Every hostile submission in `submissions/`, handed in beside honest ones and graded in one run.

A fixture has a header: what it `tries`, what `must` happen, and what this file compares: `status` (graded, unreadable,
or refused for its name; default graded), `points`, `says` (words that the student's page, or for a refused name the
list of failures, must hold). `hostile(folder, book, bait)` gets the student's folder, a right notebook and the path of
a file that nobody may read or change, and returns the notebook to hand in (a dict or bytes) or writes it itself.
`STUDENT` is the student's name where that is the attack. To add one, add a file.

For the whole run: it ends, honest students have their points, the bait is as it was and its text nowhere; no page
holds an element that a student made, no table a cell that a spreadsheet computes, no file a template that was filled.
"""

from __future__ import annotations

import csv
import html.parser
import io
import json
import os
import runpy
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.course import results_folder
from autograder.grade.assignment import columns, load_assignment

pytest.importorskip("nbgrader")
import toycourse  # noqa: E402
from header import header  # noqa: E402

from autograder.grade import classroom  # noqa: E402
from autograder.record import database, journal  # noqa: E402
from autograder.report import pages  # noqa: E402

SUBMISSIONS = sorted((Path(__file__).parent / "submissions").glob("*.py"))
KEYS = {"status", "points", "says"}
HONEST = ("Zoë", "ada")
OURS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "section",
    "article",
    "p",
    "span",
    "div",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "code",
    "pre",
    "strong",
    "em",
    "a",
    "details",
    "summary",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "svg",
    "rect",
    "text",
    "br",
    "b",
    "i",
    "nav",
    "figure",
    "small",
    "figcaption",
    "time",
    "dl",
    "dt",
    "dd",
    "g",
    "line",
    "path",
    "circle",
    "abbr",
    "button",
}


@pytest.fixture(scope="module")
def graded(
    ready_course: Path, warm_pool, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SimpleNamespace]:
    """The class after its one grading run."""
    base = tmp_path_factory.mktemp("hostile")
    shutil.copytree(ready_course.parent, base / "course")
    course = database.course_directory(base / "course" / "exercises")
    root, token = Path(course.root), secrets.token_hex(16)
    bait = base / "bait"
    bait.write_text(token, encoding="utf-8")
    right = toycourse.filled(
        json.loads((root / "release/toy/toy.ipynb").read_text()), toycourse.RIGHT
    )
    for name in HONEST:
        toycourse.submit(root, name, right)
    students = {}
    for path in SUBMISSIONS:
        fixture = runpy.run_path(str(path))
        student = students[path] = fixture.get("STUDENT", path.stem)
        folder = toycourse.submit(root, student, b"")
        (folder / "toy.ipynb").unlink()
        book = fixture["hostile"](folder, json.loads(json.dumps(right)), bait)
        if book is not None:
            toycourse.submit(root, student, book, timestamp=None)
    before = {path.name for path in base.iterdir()}
    run = classroom.grade_class(course, "toy", warm_pool)
    found = {r.student: r for r in journal.read(results_folder(course, "toy") / journal.FILE)}
    table, page = base / "points.csv", base / "class.html"
    shown = columns(load_assignment(course, "toy"))
    journal.write_csv(found.values(), shown, table)
    pages.write_class_report(page, "toy", found.values(), shown)
    assert {path.name for path in base.iterdir()} == before | {"points.csv", "class.html"}
    yield SimpleNamespace(
        course=course,
        root=root,
        run=run,
        found=found,
        bait=bait,
        token=token,
        students=students,
        failed=dict(run.failed),
        table=table,
        page=page,
        feedback=root / "results/toy/feedback",
    )


@pytest.mark.parametrize("attack", SUBMISSIONS, ids=lambda path: path.stem)
def test_submission(attack: Path, graded: SimpleNamespace) -> None:
    expected = header(attack.read_text(encoding="utf-8"), KEYS)
    student, status = graded.students[attack], expected.get("status", "graded")
    says = expected.get("says", "")
    if status == "refused":
        assert student not in graded.found and says in graded.failed[student]
    else:
        result = graded.found[student]
        assert result.notebooks[0].status == status, result
        page = (graded.feedback / f"{pages.file_name(student)}.html").read_text(encoding="utf-8")
        assert says in page
        assert (student in graded.failed) == (status != "graded")
        assert result.points == float(expected.get("points", 0))
        assert foreign_elements(page) == [], "an element that we did not make"
    test_everybody_else_is_as_they_were(graded)


def test_everybody_else_is_as_they_were(graded: SimpleNamespace) -> None:
    for name in HONEST:
        assert graded.found[name].points == 15.0 and graded.found[name].graded
    assert graded.bait.read_text(encoding="utf-8") == graded.token, "a file outside was changed"
    assert graded.run.left == 0 and graded.run.graded == len(graded.found) - len(
        graded.failed.keys() & graded.found
    )


def test_what_was_written_tells_nothing_and_runs_nothing(graded: SimpleNamespace) -> None:
    secret = graded.token.encode()
    for top, _, names in os.walk(graded.root):
        for name in names:
            path = Path(top) / name
            if "/submitted/" not in str(path) and path.is_file():
                data = path.read_bytes()
                assert secret not in data, f"{path} holds the text of a file that nobody may read"
                assert path.suffix != ".html" or (b"{{7*7}}" in data or b"49}}" not in data)
    assert foreign_elements(graded.page.read_text(encoding="utf-8")) == []
    for path in graded.feedback.glob("*.html"):
        assert foreign_elements(path.read_text(encoding="utf-8")) == [], path
    autograded = list((graded.root / "autograded").glob("*/toy/toy.ipynb"))
    assert len(autograded) == graded.run.graded
    for path in autograded:
        assert path.stat().st_size < 1_000_000
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            shown = [
                data
                for out in cell.get("outputs", [])
                for data in [out["data"].get("text/html", "")]
            ]
            shown += [cell["source"]] if cell["cell_type"] == "markdown" else []
            for text in shown:
                assert "<script" not in text and "<svg" not in text and "javascript:" not in text, (
                    path
                )


def test_no_cell_of_the_table_is_computed(graded: SimpleNamespace) -> None:
    rows = list(csv.reader(io.StringIO(graded.table.read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(graded.found) + 1 and {len(row) for row in rows} == {len(rows[0])}
    assert not [
        cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    ]


class _Elements(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.foreign += [tag] if tag not in OURS else []
        for name, value in attributes:
            runs = (value or "").strip().startswith("javascript")
            if runs or name.startswith("on") or name in ("srcdoc", "formaction"):
                self.foreign.append(f"{tag} {name}")


def foreign_elements(page: str) -> list[str]:
    """Elements and attributes of a page that our templates never make."""
    parser = _Elements()
    parser.feed(page)
    return parser.foreign
