"""What the book adds to Jupyter Book: addresses, call-outs, generated tables, and nothing fetched from elsewhere.

Pages under ``book/`` may contain tokens in double braces; they are replaced while the page is read:

    {{ repository }}  {{ repository_name }}  {{ branch }}  {{ install }}  {{ install_code }}
                                                      addresses and the install line, from ``_config.yml``
    {{ github:PATH }}  {{ colab:PATH }}               links to a file of the repository, which must exist
    {{ lessons }}  {{ units }}  {{ audit }}  {{ bank }}  {{ evidence }}  {{ criteria }}
                                                      lists and tables, from the files that exist
    {{ side_by_side }}  {{ model_cards }}  {{ interview }}  {{ myths }}
                                                      the reference pages: see ``reference.py``
    {{ claim:NAME }}                                  a link to the cell that measures a claim, which must exist
    {{ svg:NAME }}                                    a drawing of ``book/_static``, inline: it follows the colours

A token that is not known or a file that is not there stops the build. Notebooks have no tokens: they stay plain.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import yaml
from docutils import nodes
from evidence import SENSITIVITY, CellAnchors, evidence_table
from lessonkit import practice
from lessonkit.data.described import stood_in
from lessonkit.data.sources import REGISTRY
from reference import CHEAT_SHEET, INTERVIEW, REFERENCE, claim_link
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from autograder import course

BOOK = Path(__file__).resolve().parents[1]
RUBRIC_SCHEMA = BOOK.parent / "autograder" / "author" / "rubric.schema.json"
TOKEN = re.compile(r"\{\{\s*([a-z_]+)(?::\s*([^\s}]+))?\s*\}\}")
INSTALL = re.compile(r"^\s*%pip install -q \"git\+", re.MULTILINE)
QUIZ = re.compile(r'<section class="practice-quiz" id="quiz-(\w+)"')
HOW_TO_DATA = "../book/how_to_use.html#data-where-it-comes-from"
# Call-outs that have a colour of their own; any other bold label makes a plain one.
LABELS = {"pitfall", "predict", "claim", "myth", "definition", "evidence", "note"}


# --- addresses ---------------------------------------------------------------------------------------------------


def addresses(root: Path) -> dict[str, str]:
    """Repository, branch and install line from ``_config.yml``: the one place where they are written."""
    places = course.addresses(root)
    url, branch = places["repository"], places["branch"]
    install = f'pip install "git+{url}@{branch}"'
    return {
        "repository": url,
        "repository_name": url.rsplit("/", 1)[-1],
        "branch": branch,
        "install": install,
        "install_code": f"`{install}`",
    }


def colab_link(places: dict[str, str], path: str) -> str:
    """Address that opens a notebook of the repository in Colab."""
    repository = places["repository"].removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{repository}/blob/{places['branch']}/{path}"


def github_link(places: dict[str, str], path: str) -> str:
    """Address of a file or folder of the repository on GitHub."""
    kind = "blob" if Path(path).suffix else "tree"
    return f"{places['repository']}/{kind}/{places['branch']}/{path}"


# --- tables made from the files that exist -----------------------------------------------------------------------


def notebook_title(path: Path) -> str:
    """First level-one heading of a notebook."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                if line.startswith("# "):
                    return line[2:].strip()
    raise ExtensionError(
        f"{path}: no level-one heading. Give the notebook a title: a line that begins with '# '."
    )


def lessons_table(root: Path, places: dict[str, str]) -> str:
    """Markdown table of the lessons in the table of contents."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    rows = ["| no. | lesson | run it |", "|---|---|---|"]
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            path = f"{chapter['file']}.ipynb"
            if path.startswith("lessons/"):
                title = notebook_title(root / path)
                number = Path(path).name.split("_")[0]
                rows.append(
                    f"| {number} | [{title}](../{path}) | [{title} in Colab]({colab_link(places, path)}) |"
                )
    return "\n".join(rows)


def units_table(root: Path, places: dict[str, str]) -> str:
    """Markdown table of the graded units that have been released."""
    rows = ["| open in Colab | in the page | points | lesson | file |", "|---|---|---|---|---|"]
    for path in sorted((root / "exercises" / "release").glob("*/*.ipynb")):
        unit, where = path.stem, path.relative_to(root).as_posix()
        graded = [
            cell.metadata.nbgrader
            for cell in nbformat.read(path, as_version=4).cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        ]
        points = sum(cell.get("points") or 0 for cell in graded)
        lesson = root / "lessons" / f"{unit}.ipynb"
        about = f"[{notebook_title(lesson)}](../lessons/{unit}.ipynb)" if lesson.exists() else ""
        page = f"[solve]({page})" if (root / "book" / (page := f"live/{unit}.md")).exists() else ""
        rows.append(
            f"| [{unit}]({colab_link(places, where)}) | {page} | {points:g} | {about} "
            f"| [{unit}.ipynb]({github_link(places, where)}) |"
        )
    if len(rows) == 2:
        return "No unit has been released yet: run `make exercises`."
    return "\n".join(rows)


def audit_table(root: Path, places: dict[str, str]) -> str:
    """Markdown tables of the grader's own grades, from ``_build/audit.json`` when the audit has been run."""
    path = root / "_build" / "audit.json"
    if not path.exists():
        return "> **Not measured.** This book was built without an audit: run `make audit`, then `make book`."
    audit = json.loads(path.read_text(encoding="utf-8"))
    rates = audit["rates"]
    made, right = rates["mutants"] - rates["mutants_equivalent"], rates["alternatives"]
    verdict = (
        "All mistakes are caught, at least nine in ten are named, no right answer is refused, nothing is called by a "
        "wrong name."
        if audit["passed"]
        else "**Below the bar**, which is: all mistakes caught, nine in ten named, no right answer refused, nothing "
        "called by a wrong name."
    )
    lines = [
        "| this build | share |",
        "|---|---|",
        f"| known mistakes caught | {_share(rates['caught'], rates['mistakes'])} |",
        f"| known mistakes called by their name | {_share(rates['named'], rates['mistakes'])} |",
        f"| unusual right answers accepted | {_share(right - rates['refused'], right)} |",
        f"| machine-made mutants caught | {_share(rates['mutants_caught'], made)} |",
        *(
            f"| {words}: named rightly, wrongly, not named | {_names(rates['names'][kind])} |"
            for kind, words in (
                ("mutants", "machine-made mutants"),
                ("pairs", "two known mistakes together"),
            )
        ),
        "",
        verdict,
        "",
        "Not counted, because they gave the same results as the solution on every input tried: "
        f"{rates['mutants_equivalent']}.",
        "",
        "## Exercise by exercise",
        "",
    ]
    for unit in audit["units"]:
        lines += [
            f"### {unit['unit']}",
            "",
            "| exercise | mistakes caught | named | right answers accepted | mutants caught | mutants and pairs named "
            "rightly, wrongly, not |",
            "|---|---|---|---|---|---|",
        ]
        survivors = []
        for exercise in unit["exercises"]:
            mistakes, others, mutants = (
                exercise["mistakes"],
                exercise["alternatives"],
                exercise["mutants"],
            )
            caught = (
                _share(mutants["caught"], mutants["made"] - mutants["equivalent"])
                if mutants
                else "not made"
            )
            lines.append(
                f"| `{exercise['exercise']}` | {_share(sum(m['caught'] for m in mistakes), len(mistakes))} "
                f"| {_share(sum(m['named'] for m in mistakes), len(mistakes))} "
                f"| {_share(sum(o['accepted'] for o in others), len(others))} | {caught} "
                f"| {_names(*exercise['names'].values()) if exercise['names'] else 'not made'} |"
            )
            survivors += [
                (exercise["exercise"], *survivor) for survivor in mutants.get("survivors", [])
            ]
        if survivors:
            lines += [
                "",
                "<details>",
                f"<summary>Mutants of this unit that were not caught: {len(survivors)}</summary>",
                "",
                "| exercise | line of the solution | change |",
                "|---|---|---|",
            ]
            lines += [
                f"| `{name}` | {line} | {_plain(change)} |" for name, line, change in survivors
            ]
            lines += ["", "</details>"]
        lines.append("")
    return "\n".join(lines)


def differential_table(root: Path, places: dict[str, str]) -> str:
    """Markdown tables of what a kernel and the grader gave the same notebooks, from ``_build/differential.json``."""
    path = root / "_build" / "differential.json"
    if not path.exists():
        return "> **Not measured in this build.** Run `make differential`, then `make book`."
    rows = json.loads(path.read_text(encoding="utf-8"))
    units = sorted({row["unit"] for row in rows})
    lines = ["| unit | notebooks | equal | higher | lower |", "|---|---|---|---|---|"]
    for unit in units:
        found = [row["found"] for row in rows if row["unit"] == unit]
        counts = " | ".join(str(found.count(kind)) for kind in ("equal", "higher", "lower"))
        lines.append(f"| `{unit}` | {len(found)} | {counts} |")
    other: dict[tuple[str, str], str] = {}
    for row in rows:
        if row["found"] != "equal":
            reason = row["reason"] if row["right"] else "**not explained: a fault of the grader**"
            other[row["kind"], row["found"]] = reason
    lines += ["", "| what was done to the notebook | grading gives | why |", "|---|---|---|"]
    lines += [
        f"| {kind.replace('_', ' ')} | {found} | {reason} |"
        for (kind, found), reason in sorted(other.items())
    ]
    equal = sorted({row["kind"] for row in rows} - {kind for kind, _ in other})
    lines += [
        "",
        "<details>",
        f"<summary>What was done to the notebooks in which both give the same: {len(equal)} kinds</summary>",
        "",
        "; ".join(kind.replace("_", " ") for kind in equal) + ".",
        "",
        "</details>",
    ]
    return "\n".join(lines)


def bank_table(root: Path, places: dict[str, str]) -> str:
    """Markdown table of the bank of unseen answers: each round on first sight, from ``tests/bank/first.json``, and all
    of them in this build.
    """
    rounds = json.loads((root / "tests" / "bank" / "first.json").read_text(encoding="utf-8"))[
        "rounds"
    ]
    path = root / "_build" / "bank.json"
    now = json.loads(path.read_text(encoding="utf-8"))["rates"] if path.exists() else None
    heads = [f"round {number}, on first sight" for number in range(1, len(rounds) + 1)]
    lines = [
        f"| answers | {' | '.join(heads)} | all, in this build |",
        f"|---|{'---|' * len(rounds)}---|",
    ]
    for words, part, whole in (
        ("right answers refused", "refused", "right"),
        ("wrong answers passed with full points", "passed", "wrong"),
        ("wrong answers called by a right name", "named_rightly", "wrong"),
        ("wrong answers called by a wrong name", "named_wrongly", "wrong"),
    ):
        cells = [
            f"{_share(rates[part], rates[whole])} ({rates[part] / max(rates[whole], 1):.1%})"
            if rates
            else "not measured"
            for rates in (*(seen["rates"] for seen in rounds), now)
        ]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    if now is None:
        lines += [
            "",
            "> This book was built without grading the bank: run `make bank`, then `make book`.",
        ]
    return "\n".join(lines)


def mutants_table(root: Path, places: dict[str, str]) -> str:
    """Markdown table of the mutants of the grader that its tests notice, from ``_build/mutants.json``.

    What was measured of a file that has changed since counts as nothing.
    """
    path = root / "_build" / "mutants.json"
    if not path.exists():
        return "> **Not measured in this build.** Run `make mutants`, then `make book`."
    rows, noticed, of = [], 0, 0
    for one in json.loads(path.read_text(encoding="utf-8"))["modules"].values():
        link = f"[{one['file']}]({github_link(places, one['file'])})"
        file = root / one["file"]
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != one["digest"]:
            rows.append(f"| {link} | changed since | | |")
            continue
        judged = one["made"] - one["equivalent"]
        seen = one["killed"] + len(one["timeouts"])
        noticed, of = noticed + seen, of + judged
        rows.append(
            f"| {link} | {_share(seen, judged)} | {seen / max(judged, 1):.1%} | {one['equivalent']} |"
        )
    rows.append(f"| **all** | {_share(noticed, of)} | {noticed / max(of, 1):.1%} | |")
    return "\n".join(
        ["| file | mutants noticed | share | not counted |", "|---|---|---|---|", *rows]
    )


def _names(*found: dict[str, int]) -> str:
    """How many were named rightly, wrongly and not at all."""
    return ", ".join(
        str(sum(kind[count] for kind in found)) for count in ("rightly", "wrongly", "unnamed")
    )


ATTACKS = {
    "attacks": "In a student's code",
    "submissions": "In the notebook, the files and the names",
}
OUTCOMES = {"passed": "held", "failed": "**BROKEN**", "skipped": "not run here"}


def attacks_table(root: Path, places: dict[str, str]) -> str:
    """Markdown tables of the attacks on the grader: what each tries, what must happen, and whether it did.

    The words stand at the head of the fixtures in ``tests/redteam``; the tests leave what came of each in
    ``_build/redteam``. A result that was measured with another text of the fixture counts as none.
    """
    parts, held, tried, days = [], 0, 0, []
    for folder, title in ATTACKS.items():
        rows = []
        for path in sorted((root / "tests" / "redteam" / folder).glob("*.py")):
            words = dict(
                line[2:].split(": ", 1)
                for line in path.read_text(encoding="utf-8").splitlines()
                if line.startswith(("# tries: ", "# must: "))
            )
            said = _attack_result(root / "_build" / "redteam" / f"{folder}-{path.stem}.json", path)
            outcome = OUTCOMES.get(said.get("outcome"), "–")
            tried, held = tried + (outcome in ("held", "**BROKEN**")), held + (outcome == "held")
            days += [said["day"]] if "day" in said else []
            rows.append(
                f"| [{path.stem.replace('_', ' ')}]({github_link(places, path.relative_to(root).as_posix())}) "
                f"| {_escaped(words['tries'])} | {_escaped(words['must'])} | {outcome} |"
            )
        parts += [
            "",
            f"### {title} ({len(rows)})",
            "",
            "| attack | what it tries | what must happen | last run |",
            "|---|---|---|---|",
            *rows,
        ]
    total = len([line for line in parts if line.startswith("| [")])
    if not tried:
        head = f"> **Not run in this build.** {total} attacks are described below; run `make test`, then `make book`."
    else:
        when = min(days) if min(days) == max(days) else f"{min(days)} to {max(days)}"
        head = f"{_share(held, tried)} attacks that were tried were held off ({when})."
        head += "" if tried == total else f" {total - tried} were not run in this build."
    return "\n".join([head, *parts])


def _attack_result(path: Path, fixture: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if said.get("fixture") == hashlib.sha256(fixture.read_bytes()).hexdigest() else {}


def _escaped(text: str) -> str:
    """Prose of a fixture, as prose in a table: nothing in it is Markdown or an element."""
    return re.sub(r"([\\`*_{}\[\]<>|$])", r"\\\1", text)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "none made"


def criteria_table(root: Path, places: dict[str, str]) -> str:
    """Markdown table of the kinds of criteria, from the schema of rubrics that the grader publishes."""
    schema = json.loads(RUBRIC_SCHEMA.read_text(encoding="utf-8"))["$defs"]
    (criterion,) = schema["Exercise"]["properties"]["criteria"]["patternProperties"].values()
    models = [schema[one["$ref"].rpartition("/")[2]] for one in criterion["oneOf"]]
    kinds = {model["properties"]["kind"]["const"]: model for model in models}
    said = Counter(key for one in kinds.values() for key in one["properties"])
    common = {key for key, number in said.items() if number > len(kinds) / 2}
    rows = ["| `kind` | passed when | keys of its own |", "|---|---|---|"]
    for kind, one in kinds.items():
        first = " ".join(one["description"].split("\n\n")[0].split())
        keys = [
            f"`{key}`: {about['description']}" if "description" in about else f"`{key}`"
            for key, about in one["properties"].items()
            if key not in common
        ]
        rows.append(f"| `{kind}` | {_cell(first)} | {_cell('; '.join(keys))} |")
    return "\n".join(rows)


# Packages that Colab has beyond those that `colab_pins.txt` names, and that students of sequences may import.
ALSO_IN_COLAB = (
    *(
        "seaborn",
        "pydot",
        "tqdm",
        "scipy",
        "jax",
        "torch",
        "transformers",
        "datasets",
        "nltk",
        "spacy",
    ),
    *("plotly", "sympy", "statsmodels", "xgboost", "opencv-python"),
)


def environment_table(root: Path, places: dict[str, str]) -> str:
    """Markdown table of the packages of Colab and of the lock, from ``colab_pins.txt`` and ``requirements.txt``."""

    def versions(path: Path) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := re.match(r"([A-Za-z0-9_.-]+)(?:==([^\s;]+))?", line):
                found.setdefault(match[1].lower().replace("_", "-"), []).append(match[2] or "yes")
        return {name: " or ".join(dict.fromkeys(several)) for name, several in found.items()}

    colab = versions(root / "tests" / "colab" / "colab_pins.txt")
    lock = versions(root / "requirements.txt")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, str] = {}
    for extra, packages in project["optional-dependencies"].items():
        for package in packages:
            extras.setdefault(re.split(r"[^A-Za-z0-9_.-]", package)[0].lower(), extra)
    rows = ["| package | Colab | the lock | extra |", "|---|---|---|---|"]
    for name in sorted({*colab, *ALSO_IN_COLAB} - {"setuptools", "protobuf"}):
        extra = f"`{extras[name]}`" if name in extras else ""
        rows.append(
            f"| `{name}` | {colab.get(name, 'yes')} | {lock.get(name, '**not there**')} | {extra} |"
        )
    return "\n".join(rows)


def _cell(text: str) -> str:
    """Text with code in it, inside a table."""
    return text.replace("|", "\\|")


def _plain(text: str) -> str:
    """Text that Markdown leaves alone inside a table."""
    return "`" + " ".join(str(text).replace("`", "'").replace("|", "\\|").split()) + "`"


# --- the page as it is read --------------------------------------------------------------------------------------


def fill_tokens(app: Sphinx, docname: str, source: list[str]) -> None:
    """Replace the tokens of a page under ``book/``."""
    if not docname.startswith("book/"):
        return
    root = Path(app.srcdir)
    places = addresses(root)
    tables = {
        "lessons": lessons_table,
        "units": units_table,
        "audit": audit_table,
        "differential": differential_table,
        "bank": bank_table,
        "mutants": mutants_table,
        "attacks": attacks_table,
        "evidence": evidence_table,
        "criteria": criteria_table,
        "environment": environment_table,
        **REFERENCE,
    }

    def replace(match: re.Match[str]) -> str:
        name, path = match.groups()
        if name in places and not path:
            return places[name]
        if name in tables and not path:
            return tables[name](root, places)
        if name == "svg" and path and (BOOK / "_static" / path).is_file():
            return (BOOK / "_static" / path).read_text(encoding="utf-8").strip()
        if name in ("github", "colab") and path:
            if not (root / path).exists():
                raise ExtensionError(
                    f"{docname}: {match.group(0)} names a file that is not in the repository."
                )
            return (colab_link if name == "colab" else github_link)(places, path)
        if name == "claim" and path:
            return claim_link(root, path, docname)
        raise ExtensionError(
            f"{docname}: {match.group(0)} is not a token. The known ones are in {__file__}."
        )

    source[0] = TOKEN.sub(replace, source[0])
    app.env.note_dependency(str(root / "_config.yml"))
    app.env.note_dependency(str(root / "_toc.yml"))
    app.env.note_dependency(str(root / "_build" / "audit.json"))
    app.env.note_dependency(str(root / "_build" / "bank.json"))
    app.env.note_dependency(str(root / "_build" / "mutants.json"))
    app.env.note_dependency(str(root / "_build" / "redteam"))
    app.env.note_dependency(str(root / SENSITIVITY))
    app.env.note_dependency(str(root / CHEAT_SHEET))
    app.env.note_dependency(str(root / INTERVIEW))
    app.env.note_dependency(str(RUBRIC_SCHEMA))
    for file in (root / "_build" / "evidence").glob("*.jsonl"):
        app.env.note_dependency(str(file))


class CallOuts(SphinxTransform):
    """Give a blockquote that begins with a bold label the look of a call-out."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        for quote in self.document.findall(nodes.block_quote):
            first = quote.children[0] if quote.children else None
            parts = (
                [part for part in first.children if part.astext()]
                if isinstance(first, nodes.paragraph)
                else []
            )
            if (
                not parts
                or not isinstance(parts[0], nodes.strong)
                or not parts[0].astext().endswith((".", ":", "?"))
            ):
                continue
            label = parts[0]
            kind = label.astext().strip().split()[0].strip(".:?").lower()
            quote["classes"] += ["callout", f"callout-{kind if kind in LABELS else 'plain'}"]
            label["classes"].append("callout-label")


class FreshQuiz(SphinxTransform):
    """Draw a practice quiz from its bank as it is now: an edited question needs no new run of the lesson."""

    default_priority = 402

    def apply(self, **kwargs: Any) -> None:
        for node in self.document.findall(nodes.raw):
            found = QUIZ.search(node.astext())
            bank = Path(practice.__file__).parent / "quizzes" / f"{found[1]}.yml" if found else None
            if bank and bank.exists():
                node.children = [nodes.Text(practice.practice_quiz(found[1]).data)]
                for file in (bank, *sorted((bank.parents[1] / "static").iterdir())):
                    self.env.note_dependency(str(file))


class HideInstall(SphinxTransform):
    """Leave the cell that installs the package in Colab out of the page, where it says nothing."""

    default_priority = 401

    def apply(self, **kwargs: Any) -> None:
        for block in list(self.document.findall(nodes.literal_block)):
            if INSTALL.search(block.astext()):
                cell = block
                while cell.parent is not None and "cell" not in cell.get("classes", []):
                    cell = cell.parent
                if cell.parent is not None:
                    cell.parent.remove(cell)


class SampleBanner(SphinxTransform):
    """Say at the top of a lesson which of its data are built-in samples, as the lines of its cells say it."""

    default_priority = 403

    def apply(self, **kwargs: Any) -> None:
        if not self.env.docname.startswith("lessons/"):
            return
        printed = [
            block.astext()
            for block in self.document.findall(nodes.literal_block)
            if block.parent.get("nb_element") == "cell_code_output"
        ]
        names = stood_in("\n".join(printed))
        title = next(iter(self.document.findall(nodes.title)), None)
        if not names or title is None:
            return
        listed = ", ".join(f"{REGISTRY[name]['title']} ({name})" for name in names)
        said = nodes.paragraph()
        said += nodes.strong("", "Made with samples.", classes=["callout-label"])
        said += nodes.Text(
            " When this page was built, some of its data could not be had, and small samples stand in that were "
            f"written for this course. They are in place of: {listed}. Numbers and texts below are those of the "
            "samples, and claims about the real data are not tested here. To get the real ones, open the lesson in "
            "Colab, or build the book with the network, or with the files in "
        )
        said += nodes.literal("", "COURSE_DATA_DIR")
        said += nodes.Text(": ")
        said += nodes.reference("", "where the data come from", refuri=HOW_TO_DATA)
        said += nodes.Text(".")
        banner = nodes.block_quote("", said, classes=["callout", "callout-sample"])
        title.parent.insert(title.parent.index(title) + 1, banner)


# --- the site ----------------------------------------------------------------------------------------------------


def configure(app: Sphinx, config: Config) -> None:
    """Use the book's own style sheet and templates; serve MathJax from the site; take sphinx-thebe off the pages."""
    config.html_static_path.append(str(BOOK / "_static"))
    config.templates_path.append(str(BOOK / "_templates"))
    config.mathjax_path = "mathjax/tex-mml-chtml.js"
    config.html_context.setdefault("default_mode", "auto")
    # sphinx-thebe, which Jupyter Book always loads, writes its script twice into every page: a JavaScript error.
    for listeners in app.events.listeners.values():
        listeners[:] = [
            one for one in listeners if not one.handler.__module__.startswith("sphinx_thebe")
        ]
    app.registry.css_files[:] = [
        one for one in app.registry.css_files if one[0] != "sphinx-thebe.css"
    ]


def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Copy MathJax 3 with its fonts from the package that carries it: no page asks another server for it."""
    if error is not None or app.builder.format != "html":
        return
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    if package is None or not package.submodule_search_locations:
        raise ExtensionError("The package sphinx-mathjax-offline is missing: run `make venv`.")
    source = Path(package.submodule_search_locations[0]) / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    fonts = Path("output/chtml/fonts/woff-v2")
    shutil.copytree(source / fonts, target / fonts, dirs_exist_ok=True)
    shutil.copy2(source / "tex-mml-chtml.js", target)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", configure, priority=900)
    app.connect("source-read", fill_tokens)
    app.connect("build-finished", copy_mathjax)
    app.add_transform(CallOuts)
    app.add_transform(FreshQuiz)
    app.add_transform(HideInstall)
    app.add_transform(SampleBanner)
    app.add_transform(CellAnchors)
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
