"""Every lesson notebook is plain, portable, without outputs, and keeps its promises. (nbval runs the code itself.)"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
import yaml

from autograder.quiz import load_bank

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
ADDRESS = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]
SHOWN_BY_TEST = "nbval-check-output"  # the tag of a cell whose stored output nbval compares

HEADINGS = ["Pitfalls", "Myths", "Key takeaways", "Practice quiz", "Practice exercises", "The graded unit",
            "Further reading", "What we changed from the papers"]  # fmt: skip

every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path: Path, kind: str | None = None) -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if kind in (None, cell.cell_type)]


def prose(path: Path) -> str:
    """The Markdown of a lesson, without its fenced code."""
    return re.sub(
        r"```.*?```", "", "\n\n".join(cell.source for cell in cells(path, "markdown")), flags=re.S
    )


def headings(path: Path) -> list[tuple[int, str]]:
    return [
        (len(marks), title) for marks, title in re.findall(r"^(#+) +(.+)$", prose(path), flags=re.M)
    ]


def anchors(path: Path) -> set[str]:
    """GitHub's slugs of the headings."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in headings(path)}


def test_there_are_lessons():
    assert LESSONS


@every_lesson
def test_the_notebook_is_valid_and_asks_for_the_right_kernel(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert (
        "T4" in json.dumps(notebook.metadata.get("colab", {}))
        or "accelerator" not in notebook.metadata
    )


def test_cell_ids_are_unique_in_the_project():
    notebooks = [*LESSONS, *(ROOT / "exercises" / "source").glob("*/*.ipynb")]
    ids = [cell.id for path in notebooks for cell in nbformat.read(path, as_version=4).cells]
    assert len(ids) == len(set(ids)), sorted({name for name in ids if ids.count(name) > 1})


@every_lesson
def test_cell_ids_carry_the_lesson_number(path):
    assert all(re.fullmatch(rf"{path.stem[:2]}-\d{{3}}[a-z]?", cell.id) for cell in cells(path))


@every_lesson
def test_outputs_are_stored_only_where_nbval_compares_them(path):
    for cell in cells(path, "code"):
        compared = SHOWN_BY_TEST in cell.metadata.get("tags", [])
        assert bool(cell.outputs) == compared, cell.id
        assert cell.execution_count == (1 if compared else None), (
            f"{cell.id}: run tests/lessons/store_outputs.py"
        )
        for output in cell.outputs:
            assert (
                output.output_type in ("stream", "execute_result")
                and len(json.dumps(output)) < 2000
            ), cell.id


@every_lesson
def test_the_first_code_cell_installs_from_the_address_in_the_configuration(path):
    first = cells(path, "code")[0].source
    assert first == (
        "try:\n    import lessonkit\nexcept ModuleNotFoundError:\n"
        f'    %pip install -q "git+{ADDRESS["url"]}@{ADDRESS["branch"]}"'
    )


@every_lesson
def test_links_into_the_repository_use_the_configured_address(path):
    owner = ADDRESS["url"].removeprefix("https://github.com/")
    for link in re.findall(
        r"https://(?:colab\.research\.google\.com/github|github\.com)/[^\s)\"]+", prose(path)
    ):
        if "sequence-models" not in link:
            continue
        assert f"/{owner}/blob/{ADDRESS['branch']}/" in link, link
        target = link.split(f"/blob/{ADDRESS['branch']}/")[1].partition("#")[0]
        assert (ROOT / target.replace("/release/", "/source/")).is_file(), f"{link} leads nowhere"


@every_lesson
def test_the_markdown_is_plain(path):
    text = prose(path)
    assert not re.search(r"^\s*(:::|```\{)", text, flags=re.M), "a directive"
    assert not re.search(r"\{[a-z:]+\}`", text), "a role"
    assert not re.search(r"!\[", text), "an image: figures are drawn by code"
    tags = set(
        re.findall(
            r"</?([a-z]+)[^>]*>", re.sub(r"`[^`]*`|\$[^$]*\$|\$\$.*?\$\$", "", text, flags=re.S)
        )
    )
    assert tags <= {"details", "summary"}, tags
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>")
    assert not re.search(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", text)


@every_lesson
def test_the_lesson_has_its_parts_in_order(path):
    titles = [title for level, title in headings(path) if level == 2]
    assert [level for level, _ in headings(path)].count(1) == 1 and headings(path)[0][0] == 1
    assert [title for title in titles if title in HEADINGS] == HEADINGS
    slugs = [title.lower() for _, title in headings(path)]
    assert len(slugs) == len(set(slugs)), "two headings with one anchor"


@every_lesson
def test_internal_links_lead_somewhere(path):
    for target in re.findall(r"\]\(#([^)]+)\)", prose(path)):
        assert target in anchors(path), f"#{target}"


@every_lesson
def test_predictions_come_before_their_answers(path):
    _, *asked = prose(path).split("**Predict first.**")
    assert len(asked) >= 3
    assert all("<details>" in text for text in asked), (
        "each question has its answer folded, before the next question"
    )


@every_lesson
def test_every_figure_has_alt_text_of_its_own(path):
    texts = []
    for cell in cells(path, "code"):
        draws = re.search(
            r"\bplots\.figure\(|\bdrawings\.\w+\(|\bplt\.(figure|subplots|imshow|plot)\(",
            cell.source,
        )
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        assert bool(draws) == bool(alt), f"{cell.id}: a figure needs alt text, and only a figure"
        if draws:
            assert 40 <= len(alt) <= 600, cell.id
            texts.append(alt)
    assert texts and len(texts) == len(set(texts))


@every_lesson
def test_no_figure_has_letters_that_a_telephone_makes_too_small(path):
    """Ten points are nine pixels where a figure has 350 pixels: see `lessonkit.plots.WIDTH`."""
    code = "\n".join(cell.source for cell in cells(path, "code"))
    assert [size for size in re.findall(r"fontsize=([\d.]+)", code) if float(size) < 10] == []
    assert "figsize=" not in code


@every_lesson
def test_the_code_is_backend_neutral(path):
    code = "\n".join(cell.source for cell in cells(path, "code"))
    assert not re.search(
        r"\btf\.|import (tensorflow|jax|torch)\b|from (tensorflow|jax|torch)\b", code
    )


@every_lesson
def test_claims_are_measured_and_named_once(path):
    code = "\n".join(cell.source for cell in cells(path, "code"))
    names = re.findall(r'lessonkit\.claim\(\s*"([^"]+)"', code)
    assert len(names) >= 3 and len(names) == len(set(names))
    assert code.count("lessonkit.claim(") == len(names)
    assert all(re.fullmatch(rf"{path.stem[:2]}-[a-z0-9-]+", name) for name in names)


@every_lesson
def test_folded_solutions_are_valid_python(path):
    blocks = re.findall(
        r"```python\n(.*?)```",
        "\n".join(cell.source for cell in cells(path, "markdown")),
        flags=re.S,
    )
    for block in blocks:
        ast.parse(block)


@every_lesson
def test_the_practice_quiz_is_whole(path):
    bank = load_bank(ROOT / "lessons" / "lessonkit" / "quizzes" / f"{path.stem}.yml")
    assert bank.unit == path.stem
    assert len(bank.questions) >= 8 and len({question.kind for question in bank.questions}) >= 5
    for question in bank.questions:
        lesson, _, anchor = question.section.partition("#")
        assert lesson == path.stem and anchor in anchors(path), f"{question.id}: {question.section}"
        assert all(option.explain for option in question.options), question.id
        assert question.options or question.explain, question.id
    code = "\n".join(cell.source for cell in cells(path, "code"))
    assert f'lessonkit.practice_quiz("{path.stem}")' in code
