"""The sources of the book fit together: configuration, table of contents, titles, links, addresses, question banks."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import addresses
import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = [
    TOC["root"],
    *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]),
]
LINK = re.compile(r"\]\((?!https?:|mailto:|\{\{)([^)\s#]*)(#[^)\s]*)?\)")


def source_of(chapter: str) -> Path:
    return next(
        path for path in (ROOT / f"{chapter}.md", ROOT / f"{chapter}.ipynb") if path.exists()
    )


def text_of(path: Path) -> str:
    """Markdown of a page or of a notebook, without code blocks."""
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors_of(path: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub and the book make them."""
    titles = re.findall(r"^#{1,4} +(.+?)\s*$", text_of(path), flags=re.MULTILINE)
    plain = [re.sub(r"[`*_]|\[([^]]*)\]\([^)]*\)", r"\1", title) for title in titles]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in plain}


def test_a_failing_cell_cannot_be_published():
    execute = CONFIG["execute"]
    assert (
        execute["raise_on_error"] is True
        and execute["show_tb"] is True
        and execute["allow_errors"] is False
    )
    assert execute["execute_notebooks"] == "cache", (
        "`auto` runs every lesson again at each build with --all"
    )
    assert re.search(
        r"jupyter-book build \. --all -W --keep-going",
        (ROOT / "Makefile").read_text(encoding="utf-8"),
    )


def test_repository_is_a_github_address_with_a_branch():
    assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", CONFIG["repository"]["url"])
    assert CONFIG["repository"]["branch"]
    assert CONFIG["launch_buttons"]["colab_url"] == "https://colab.research.google.com"


def test_every_page_is_in_the_table_of_contents_once():
    there = [
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path in (
            *sorted((ROOT / "book").glob("*.md")),
            *sorted((ROOT / "lessons").glob("*.ipynb")),
        )
    ]
    assert sorted(CHAPTERS) == sorted(there)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_page_has_one_title(chapter):
    titles = re.findall(r"^# +\S.*$", text_of(source_of(chapter)), flags=re.MULTILINE)
    assert len(titles) == 1, titles


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_links_lead_somewhere(chapter):
    source = source_of(chapter)
    broken = []
    for path, anchor in LINK.findall(text_of(source)):
        target = (source.parent / path).resolve() if path else source
        known = (
            anchors_of(target)
            if target.exists() and target.suffix in (".md", ".ipynb")
            else {anchor[1:]}
        )
        if not target.exists() or (anchor and anchor[1:] not in known):
            broken.append(path + anchor)
    assert not broken


@pytest.mark.parametrize(
    "chapter", [chapter for chapter in CHAPTERS if chapter.startswith("book/")]
)
def test_pages_take_the_address_from_the_configuration(chapter):
    text = source_of(chapter).read_text(encoding="utf-8")
    assert CONFIG["repository"]["url"] not in text, (
        "write {{ repository }}, {{ github:PATH }} or {{ colab:PATH }}"
    )


def test_notebooks_agree_with_the_configuration():
    assert addresses.differing(ROOT) == [], "run `python book/_tools/addresses.py --write`"


def test_a_fork_that_forgets_a_notebook_is_told(tmp_path):
    line = '    %pip install -q "git+https://github.com/somebody/else@old"\n'
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(line)])
    for name in ("lessons/01_x.ipynb", "exercises/release/01_x/01_x.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True)
        nbformat.write(notebook, tmp_path / name)
    (tmp_path / "README.md").write_text(
        "[x](https://colab.research.google.com/github/a/b/blob/c/lessons/01_x.ipynb)\n"
        "[bubblewrap](https://github.com/containers/bubblewrap)\n",
        encoding="utf-8",
    )
    shutil.copy(ROOT / "_config.yml", tmp_path)

    wrong = ["lessons/01_x.ipynb", "exercises/release/01_x/01_x.ipynb", "README.md"]
    assert sorted(addresses.differing(tmp_path)) == sorted(wrong)
    assert sorted(addresses.differing(tmp_path, write=True)) == sorted(wrong)
    assert addresses.differing(tmp_path) == []
    places = addresses.addresses(ROOT)
    cell = nbformat.read(tmp_path / "lessons/01_x.ipynb", as_version=4).cells[0].source
    assert cell == f'    %pip install -q "git+{places["repository"]}@{places["branch"]}"\n'
    assert "containers/bubblewrap" in (tmp_path / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    [
        *ROOT.glob("lessons/*.ipynb"),
        *ROOT.glob("exercises/source/*/*.ipynb"),
        *ROOT.glob("exercises/release/*/*.ipynb"),
    ],
    ids=lambda path: path.stem,
)
def test_notebook_installs_the_course_when_it_is_missing(path):
    first = next(
        cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
    )
    package = "lessonkit" if path.parent.name == "lessons" else "autograder"
    places = addresses.addresses(ROOT)
    assert first.source == (
        f"try:\n    import {package}\nexcept ModuleNotFoundError:\n"
        f'    %pip install -q "git+{places["repository"]}@{places["branch"]}"'
    )


@pytest.mark.parametrize(
    "path",
    [*ROOT.glob("lessons/lessonkit/quizzes/*.yml"), *ROOT.glob("exercises/quizzes/*.yml")],
    ids=lambda path: f"{path.parent.parent.name}-{path.stem}",
)
def test_questions_point_to_sections_that_exist(path):
    missing = []
    for question in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]:
        lesson, _, anchor = question["section"].partition("#")
        source = ROOT / "lessons" / f"{lesson}.ipynb"
        if not source.exists() or anchor not in anchors_of(source):
            missing.append((question["id"], question["section"]))
        assert "$" not in question["prompt"], (
            f"{question['id']}: no $maths$ in a quiz, Colab shows it raw"
        )
    assert not missing
