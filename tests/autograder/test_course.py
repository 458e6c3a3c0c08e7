"""Where things lie is said in one place, for a plain folder and for nbgrader's configured one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import autograder
from autograder import course
from autograder.course import NoCourse, addresses, id_problem, name_problem

PACKAGE = Path(autograder.__file__).parent
FOLDERS = {
    "source",
    "release",
    "submitted",
    "autograded",
    "secret",
    "quizzes",
    "results",
    "feedback",
}
FUZZ = settings(deadline=None, derandomize=True)  # the same on every machine, however slow


def joined_names(source: str) -> list[str]:
    """The texts of `source` that name a file or folder in a path: `a / "b"`, `Path("b")` and their
    like.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        parts = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("Path", "joinpath", "join", "glob", "rglob", "format_path"):
                parts = node.args
        for part in parts:
            if isinstance(part, ast.JoinedStr):
                part = part.values[0]
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found.append(part.value)
    return found


def test_no_other_file_names_a_folder_of_the_course_directory():
    assert joined_names(
        'x / "a"; Path("b", c); y.joinpath(f"d/{e}"); z.glob("f"); "g"; h["i"]'
    ) == [*("a", "b", "d/", "f")]
    seen = 0
    for path in PACKAGE.rglob("*.py"):
        names = {part for name in joined_names(path.read_text("utf-8")) for part in name.split("/")}
        if path.name == "course.py":
            seen = len(FOLDERS & names)
        else:
            assert not FOLDERS & names, f"{path}: ask autograder.course where it is"
    assert seen >= 5  # the test would see them


@pytest.fixture
def configured(tmp_path):
    pytest.importorskip("nbgrader")
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    return config, lambda: CourseDirectory(config=config)


PLACES = [
    (course.source_folder, ("u",), "source/u"),
    (course.release_folder, ("u",), "release/u"),
    (course.released_notebook, ("u",), "release/u/u.ipynb"),
    (course.submitted_folder, ("ada", "u"), "submitted/ada/u"),
    (course.autograded_folder, ("ada", "u"), "autograded/ada/u"),
    (course.secret_folder, (), "secret"),
    (course.secret_bundle, ("u",), "secret/u.zip"),
    (course.quiz_bank, ("u",), "quizzes/u.yml"),
    (course.results_folder, ("u",), "results/u"),
]


@pytest.mark.parametrize("place, names, expected", PLACES, ids=lambda x: getattr(x, "__name__", ""))
def test_a_plain_folder_and_nbgraders_directory_agree(configured, tmp_path, place, names, expected):
    _, make = configured
    assert place(tmp_path, *names) == tmp_path / expected
    assert place(make(), *names) == tmp_path / expected


def test_nbgraders_configuration_moves_nbgraders_folders(configured, tmp_path):
    config, make = configured
    config.CourseDirectory.release_directory = "given out"
    config.CourseDirectory.directory_structure = "{assignment_id}/{nbgrader_step}/{student_id}"
    assert course.release_folder(make(), "u") == tmp_path / "u/given out"
    assert course.submitted_folder(make(), "ada", "u") == tmp_path / "u/submitted/ada"
    assert course.secret_bundle(make(), "u") == tmp_path / "secret/u.zip"


def test_released_notebooks_come_in_the_order_of_their_names(tmp_path):
    assert course.released_notebooks(tmp_path, "u") == []
    folder = tmp_path / "release/u"
    folder.mkdir(parents=True)
    for name in ("b.ipynb", "a.ipynb", "c.txt"):
        (folder / name).touch()
    assert [p.name for p in course.released_notebooks(tmp_path, "u")] == ["a.ipynb", "b.ipynb"]


def test_submissions_are_folders_with_the_assignment_in_them(configured, tmp_path):
    _, make = configured
    assert list(course.submissions(make(), "u")) == []
    for name in ("bob/u", "ada/u", "cyd/other", ".hidden/u", "=1+1/u"):
        (tmp_path / "submitted" / name).mkdir(parents=True)
    (tmp_path / "submitted/file").touch()
    assert [name for name, _ in course.submissions(make(), "u")] == ["=1+1", "ada", "bob"]
    assert dict(course.submissions(make(), "u"))["ada"] == tmp_path / "submitted/ada/u"


# ---------------------------------------------------------------------------------------- addresses


def test_addresses_come_from_the_configuration(tmp_path):
    file = tmp_path / "_config.yml"
    file.write_text("title: T\nrepository:\n  url: https://github.com/Owner/Name/\n")
    assert addresses(tmp_path) == {
        "title": "T",
        "repository": "https://github.com/Owner/Name",
        "branch": "main",
        "book": "https://owner.github.io/Name",
    }
    file.write_text(
        "repository: {url: https://x.org/a/b, branch: dev}\nhtml: {baseurl: https://book.org/}\n"
    )
    assert addresses(tmp_path) == {
        "title": "",
        "repository": "https://x.org/a/b",
        "branch": "dev",
        "book": "https://book.org",
    }


@pytest.mark.parametrize("text", ["", "title: T", "repository: x", "repository:\n  branch: b"])
def test_a_configuration_without_a_repository_says_what_to_write(tmp_path, text):
    (tmp_path / "_config.yml").write_text(text)
    with pytest.raises(NoCourse, match=r"_config\.yml.*Write `repository:`"):
        addresses(tmp_path)


# --------------------------------------------------------------------------------------- student ids


@pytest.mark.parametrize(
    "student, folder, made",
    [
        ("ada", True, True),
        ("Ada Lovelace_12", True, True),
        ("x" * 128, True, True),
        ("x" * 129, False, False),
        ("é" * 101, True, False),  # 202 bytes
        ("a:b", True, False),  # a folder somewhere, but no name that we make
        (".ada", True, False),
        ("a\nb", False, False),
        (" ada", False, False),
        ("\ud800", False, False),
        ("a/b", True, False),
        ("", True, False),
    ],
)
def test_ids(student, folder, made):
    assert (name_problem(student) is None) == folder
    assert (id_problem(student) is None) == made


@FUZZ
@given(st.text(st.characters(exclude_categories=[]), max_size=140))
@example("CON")
def test_an_id_that_we_make_is_one_folder_below_the_course_directory(student):
    if id_problem(student) is None:
        assert name_problem(student) is None
        place = Path("/c/submitted") / student
        assert place.parent == Path("/c/submitted") and len(place.name.encode()) <= 200
