"""The page of evidence: every claim that a lesson states, with the numbers of its last run and what varying it did.

Claims are read from the notebooks' text, numbers from ``_build/evidence``, and the runs with other rates, budgets and
seeds from ``bench/sensitivity.json``, which ``make sensitivity`` writes. It runs nothing.
"""

from __future__ import annotations

import ast
import hashlib
import html
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from lessonkit import claims
from lessonkit.presets import VARIATIONS
from sphinx.transforms import SphinxTransform

SENSITIVITY = Path("bench") / "sensitivity.json"
WORDS = {
    claims.HOLDS: "holds",
    claims.FAILS: "**does not hold**",
    claims.UNTESTED: "not tested: this page was made with the built-in sample",
}


@dataclass(frozen=True)
class Stated:
    """A call of ``lessonkit.claim`` in a lesson: its identifier, its cell, and the call as it is written."""

    identifier: str
    cell: str
    call: ast.Call


def stated(lesson: Path) -> list[Stated]:
    """The claims of a notebook, in order. Raises ``ValueError`` for one whose identifier is not a literal."""
    found = []
    for cell in nbformat.read(lesson, as_version=4).cells:
        if cell.cell_type != "code" or "lessonkit.claim(" not in cell.source:
            continue
        calls = [node for node in ast.walk(ast.parse(cell.source)) if is_call(node, "claim")]
        for call in sorted(calls, key=lambda node: node.lineno):
            name = call.args[0] if call.args else None
            if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
                raise ValueError(
                    f"{lesson.name}, cell {cell.id}: a claim begins with its identifier, in quotes."
                )
            found.append(Stated(name.value, cell.id, call))
    return found


def is_call(node: ast.AST, name: str) -> bool:
    """Whether a piece of code is a call of ``lessonkit.<name>``."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == f"lessonkit.{name}"


def code_digest(lesson: Path) -> str:
    """What a lesson computes, as one word: it changes with what the code says, not with prose, comments or lines."""
    cells = nbformat.read(lesson, as_version=4).cells
    code = "\n".join(_said(cell.source) for cell in cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def _said(source: str) -> str:
    """A cell's code without the form in which it is written; a cell with a magic line as it stands."""
    try:
        return repr(_tree(ast.parse(source)))
    except SyntaxError:
        return source


def _tree(node: Any) -> Any:
    """A syntax tree as plain data without its empty fields: `ast.dump` shows other ones in every version of Python."""
    if isinstance(node, list):
        return [_tree(one) for one in node]
    if not isinstance(node, ast.AST):
        return node
    fields = ((name, value) for name, value in ast.iter_fields(node) if value not in (None, []))
    return type(node).__name__, [(name, _tree(value)) for name, value in fields]


def last_records(file: Path) -> dict[str, dict[str, Any]]:
    """The last record of each claim in an evidence file; a lesson that ran again has measured again."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    records = map(json.loads, lines)
    return {record["id"]: record for record in records if "verdict" in record}


def evidence_table(root: Path, places: dict[str, str]) -> str:
    """Markdown tables of every claim of every lesson, after a line that counts their verdicts."""
    kept = root / SENSITIVITY
    varied = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    lines, verdicts = [], Counter()
    for lesson in sorted((root / "lessons").glob("*.ipynb")):
        number = lesson.stem[:2]
        if not (found := stated(lesson)):
            continue
        records = last_records(root / "_build" / "evidence" / f"{number}.jsonl")
        runs = varied.get(number, {})
        lines += [
            f"## Lesson {number}: [{_title(lesson)}](../lessons/{lesson.name})",
            "",
            *_about_runs(runs, lesson),
            "| claim | measured | compared with | data and budget | when varied |",
            "|---|---|---|---|---|",
        ]
        for one in found:
            record = records.get(one.identifier)
            verdicts[record["verdict"] if record else "not run in this build"] += 1
            lines.append(_row(one, lesson, record, runs.get("claims", {}).get(one.identifier)))
        lines.append("")
    total = sum(verdicts.values())
    counts = "; ".join(
        f"{count} {WORDS.get(verdict, verdict)}" for verdict, count in verdicts.items()
    )
    said = "all hold" if verdicts[claims.HOLDS] == total > 1 else counts
    return "\n".join([f"{total} claims: {said}.", "", *lines])


def _title(lesson: Path) -> str:
    cells = nbformat.read(lesson, as_version=4).cells
    return next((m[1] for cell in cells if (m := re.match(r"# +(.+)", cell.source))), lesson.stem)


def _about_runs(runs: dict[str, Any], lesson: Path) -> list[str]:
    if not runs:
        return []
    older = "" if runs["code"] == code_digest(lesson) else " The lesson's code has changed since."
    return [f"Varied on {runs['day']}, on {plain_words(runs['machine'])}.{older}", ""]


def _row(
    one: Stated,
    lesson: Path,
    record: dict[str, Any] | None,
    runs: dict[str, dict[str, Any]] | None,
) -> str:
    place = html.escape(f"../lessons/{lesson.stem}.html#cell-{one.cell}")
    if record is None:
        return f'| <a href="{place}">{one.identifier}</a> | not run in this build | | | |'
    verdict = "" if record["verdict"] == claims.HOLDS else f" ({WORDS[record['verdict']]})"
    also = f"; and {'; '.join(record['also'])}" if record["also"] else ""
    few = f" One run: {record['few_seeds']}" if record["few_seeds"] else ""
    if record["trained"] and record["few_seeds"] and record["seeds"] > 1:
        few = f" {record['seeds']} runs: {record['few_seeds']}"
    budget = f" Trained: {record['trained']}." if record["trained"] else " Nothing is trained."
    return " | ".join(
        [
            f'| <a href="{place}">{plain_words(record["statement"])}</a>{verdict}',
            plain_words(claims.measured(record)),
            plain_words(claims.compared(record) + also),
            plain_words(f"{record['data']}.{budget}{few}"),
            f"{_when_varied(record, runs)} |",
        ]
    )


def _when_varied(record: dict[str, Any], runs: dict[str, dict[str, Any]] | None) -> str:
    """Under which other rates, budgets and seeds the claim was run again, and where it broke."""
    if not record["trained"]:
        return "–"
    runs = {name: run for name, run in (runs or {}).items() if name in VARIATIONS}
    if not runs:
        return "not varied"
    broken = [
        f"{plain_words(name)} ({run['value']:.3g} against {run['limit']:.3g})"
        if run["verdict"] == claims.FAILS
        else f"{plain_words(name)} ({run['verdict']})"
        for name, run in runs.items()
        if run["verdict"] != claims.HOLDS
    ]
    kept = f"holds in {len(runs) - len(broken)} of {len(runs)}"
    return f"{kept}; not with {', '.join(broken)}" if broken else kept


def plain_words(text: str) -> str:
    """A sentence that Markdown leaves alone inside a table."""
    return re.sub(r"([\\`*_$|<\[\]])", r"\\\1", " ".join(text.split()))


class CellAnchors(SphinxTransform):
    """Give each code cell an anchor, ``cell-`` and its id: a claim is linked to where it is measured."""

    default_priority = 399  # before cells are taken off the page

    def apply(self, **kwargs: Any) -> None:
        source = Path(self.env.doc2path(self.env.docname))
        if source.suffix != ".ipynb":
            return
        cells = nbformat.read(source, as_version=4).cells
        for node in self.document.findall(nodes.container):
            if node.get("nb_element") == "cell_code" and node["cell_index"] < len(cells):
                node["ids"].append(f"cell-{cells[node['cell_index']].id}")
