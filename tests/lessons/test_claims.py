"""Every claim of every lesson names its rivals, its margin, its budget and its data; the last run agrees with it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import evidence
import nbformat
import pytest
from lessonkit import claims

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
STATED = [(path, one) for path in LESSONS for one in evidence.stated(path)]

every_claim = pytest.mark.parametrize(
    ("path", "one"), STATED, ids=[one.identifier for _, one in STATED]
)


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {keyword.arg: keyword.value for keyword in call.keywords}


def fixed_number(node: ast.expr | None) -> float | None:
    """The number that stands there as a number, and not as something that the run computes."""
    return (
        node.value if isinstance(node, ast.Constant) and not isinstance(node.value, str) else None
    )


def test_every_lesson_claims_something_and_no_claim_is_lost():
    for path in LESSONS:
        code = [
            cell.source
            for cell in nbformat.read(path, as_version=4).cells
            if cell.cell_type == "code"
        ]
        calls = sum(len(re.findall(r"\bclaim\(", source)) for source in code)
        assert 0 < calls == len(evidence.stated(path)), f"{path.name}: call it `lessonkit.claim`"


def test_identifiers_are_unique_and_carry_the_number_of_their_lesson():
    names = Counter(one.identifier for _, one in STATED)
    assert max(names.values()) == 1, [name for name, count in names.items() if count > 1]
    for path, one in STATED:
        assert one.identifier.startswith(f"{path.stem[:2]}-"), one.identifier


@every_claim
def test_the_claim_is_complete(path, one):
    given = keywords(one.call)
    assert {"value", "data", "trained"} <= set(given)
    assert len({"above", "below", "within"} & set(given)) == 1
    if "within" not in given:
        margin, factor = (fixed_number(given.get(key)) for key in ("margin", "factor"))
        assert (margin or 0) > 0 or (factor or 0) > 1, (
            "a margin, or a factor, stands there as a number: it is fixed before the run"
        )


@every_claim
def test_being_as_good_is_never_enough(path, one):
    compared = [
        op for node in ast.walk(one.call) if isinstance(node, ast.Compare) for op in node.ops
    ]
    assert not [op for op in compared if isinstance(op, ast.GtE | ast.LtE)], ">= or <="


@every_claim
def test_the_statement_is_a_sentence(path, one):
    said = one.call.args[1]
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    text = "".join(part.value if isinstance(part, ast.Constant) else "0" for part in parts)
    assert text.endswith(".") and text[0].isupper() and len(text.split()) > 3
    if "trained" in (given := keywords(one.call)) and not isinstance(
        given["trained"], ast.Constant
    ):
        assert isinstance(given["trained"], ast.JoinedStr), "the budget is told in words"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_prose_names_claims_that_exist(path):
    known = {one.identifier for _, one in STATED}
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert set(re.findall(r"\*(\d\d-[a-z][a-z0-9-]+)\*", prose)) <= known


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_last_run_agrees_with_the_text(path):
    records = evidence.last_records(ROOT / "_build" / "evidence" / f"{path.stem[:2]}.jsonl")
    stated = [one.identifier for one in evidence.stated(path)]
    if not set(stated) & set(records):
        pytest.skip("The lesson has not been executed: run `make lessons`.")
    for name in set(stated) & set(records):
        record = records[name]
        assert record["verdict"] in (claims.HOLDS, claims.UNTESTED), name
        assert not record["trained"] or record["seeds"] >= claims.LEAST_SEEDS or record["few_seeds"]
        assert record["direction"] == "within" or record["rival"], name
