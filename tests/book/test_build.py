"""A tiny book with the course's configuration: what the extension does, and that a failing cell stops the build."""

from __future__ import annotations

import hashlib
import json
import re
from types import SimpleNamespace

import course_book
import evidence
import nbformat
import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError
from tiny_book import ROOT, build, make_book, notebook

LESSON = notebook(
    'try:\n    import lessonkit\nexcept ModuleNotFoundError:\n    %pip install -q "git+https://github.com/x/y@main"',
    "# A lesson\n\nWith $x_t$ and\n\n$$h_t = x_t$$",
    "> **Pitfall.** Wrong code.",
    "> **Predict first.** What happens?",
    "> **Something new.** A label without a colour of its own.",
    "> Only a quotation, in which **bold** words come later.",
    "print('executed', 6 * 7)",
    "import lessonkit\n\n"
    'lessonkit.claim(\n    "01-tiny", "Three is more than one.", value=3, above={"one": 1}, margin=1,\n'
    '    data="two numbers", trained=None\n)',
)
LESSON.cells[-1].metadata["tags"] = ["try-it"]

# A lesson whose data cannot be had: no folder, an empty cache, and no address.
WITHOUT_DATA = notebook(
    "import os\n\nos.environ.pop('COURSE_DATA_DIR', None)\nos.environ['XDG_CACHE_HOME'] = os.getcwd() + '/empty'",
    "# Made with samples\n\nText.",
    "from lessonkit import data\nfrom lessonkit.data import sources\n\n"
    "for name in ('names', 'wnut17'):\n    for file in sources.REGISTRY[name]['files']:\n        file['url'] = None",
    "for name in ('wnut17', 'names', 'wnut17'):\n    data.load(name)",
    "# A second heading\n\nText.",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A tiny book, built: (folder, output of the build)."""
    pages = {
        "index": "# Start\n\n{{ lessons }}\n\n[source]({{ github:lessons/01_tiny.ipynb }})\n\n"
        "```bash\n{{ install }}\n```\n\n{{ units }}\n\n{{ audit }}\n",
        "evidence": "# Claims\n\n{{ evidence }}\n",
    }
    folder = make_book(
        tmp_path_factory.mktemp("tiny"), {"01_tiny": LESSON, "02_sample": WITHOUT_DATA}, pages
    )
    done = build(folder)
    assert done.returncode == 0, done.stdout[-3000:]
    return folder


def page(site, name):
    return BeautifulSoup(
        (site / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8"), "lxml"
    )


def test_labelled_quotations_become_call_outs(site):
    quotes = page(site, "lessons/01_tiny").select("blockquote")
    assert [" ".join(quote.get("class", [])) for quote in quotes] == [
        "callout callout-pitfall",
        "callout callout-predict",
        "callout callout-plain",
        "",
    ]


def test_a_page_made_with_samples_says_so_once_under_its_title(site):
    lesson = page(site, "lessons/02_sample")
    (banner,) = lesson.select(".callout-sample")
    assert banner.find_previous_sibling().name == "h1" and lesson.select("h1 ~ .callout-sample")
    assert banner.text.count("(wnut17)") == banner.text.count("(names)") == 1
    assert "WNUT 2017 emerging entities" in banner.text and "COURSE_DATA_DIR" in banner.text
    (link,) = banner.select("a[href]")
    anchor = link["href"].removeprefix("../book/how_to_use.html#")
    assert f"{anchor.replace('-', ' ')}" in (ROOT / "book" / "how_to_use.md").read_text(
        encoding="utf-8"
    ).lower().replace(":", "")


def test_a_page_without_samples_has_no_such_note(site):
    assert not page(site, "lessons/01_tiny").select(".callout-sample")


def test_without_an_engine_there_is_nothing_to_try(site):
    lesson = page(site, "lessons/01_tiny")
    assert lesson.select(".tag_try-it") and not lesson.select(".live-try, script[src*=live]")


def test_the_cell_that_installs_is_not_on_the_page(site):
    lesson = page(site, "lessons/01_tiny")
    assert "pip install" not in lesson.text
    assert "executed 42" in lesson.text


def test_a_claim_leads_to_the_cell_that_measures_it(site):
    (link,) = page(site, "book/evidence").select("table a[href*='#cell-']")
    path, _, anchor = link["href"].partition("#")
    assert (site / "_build" / "html" / "book" / path).resolve().exists()
    cell = page(site, path.removeprefix("../").removesuffix(".html")).find(id=anchor)
    assert "Holds: Three is more than one." in cell.text and "executed" not in cell.text


def test_links_come_from_the_configuration(site):
    links = {link["href"] for link in page(site, "book/index").select("a[href]")}
    assert any(
        link.startswith("https://colab.research.google.com/github/")
        and link.endswith("/lessons/01_tiny.ipynb")
        for link in links
    )
    assert (
        "pip install" in page(site, "book/index").text and "{{" not in page(site, "book/index").text
    )


def test_a_book_without_audit_or_units_says_so(site):
    text = page(site, "book/index").text
    assert "built without an audit" in text and "No unit has been released" in text


def test_mathjax_lies_beside_the_pages_and_thebe_is_gone(site):
    html = site / "_build" / "html"
    lesson = page(site, "lessons/01_tiny")
    scripts = [script.get("src", "") for script in lesson.select("script")]
    assert any(script.startswith("../_static/mathjax/tex-mml-chtml.js") for script in scripts)
    assert (html / "_static" / "mathjax" / "tex-mml-chtml.js").stat().st_size > 500_000
    assert len(list((html / "_static/mathjax/output/chtml/fonts/woff-v2").glob("*.woff"))) > 10
    assert not any(script.startswith(("http:", "https:", "//")) for script in scripts)
    assert "thebe" not in str(lesson).lower()


@pytest.mark.parametrize(
    "token", ["{{ nonsense }}", "{{ github:not/there.txt }}", "{{ svg:none.svg }}"]
)
def test_a_token_that_means_nothing_stops_the_build(token):
    app = SimpleNamespace(srcdir=str(ROOT))
    with pytest.raises(ExtensionError, match=re.escape(token)):
        course_book.fill_tokens(app, "book/index", [f"# Start\n\n{token}\n"])
    course_book.fill_tokens(app, "lessons/04_lstm_gates", notebook_text := [token])
    assert notebook_text == [token], "notebooks stay plain"


def test_a_failing_cell_fails_the_build_and_shows_its_traceback(tmp_path):
    lesson = notebook(
        "# Broken\n\nText.", "distance = 0", "speed = 1 / distance  # this cell fails"
    )
    folder = make_book(tmp_path, {"01_broken": lesson}, {"index": "# Start\n\nText.\n"})
    first, second = build(folder), build(folder)
    for done in (first, second):  # the second run must not be saved by what the first left behind
        text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
        assert done.returncode != 0
        assert "01_broken" in text
        assert "----> 1 speed = 1 / distance  # this cell fails" in text
        assert "ZeroDivisionError: division by zero" in text


def test_the_audit_page_shows_what_the_audit_found(tmp_path):
    exercise = {
        "exercise": "lstm_step",
        "points": 14.0,
        "mistakes": [
            {"id": "a", "caught": True, "named": True},
            {"id": "b", "caught": True, "named": False},
        ],
        "alternatives": [{"title": "x", "accepted": True, "points": 14.0, "why": ""}],
        "mutants": {
            "made": 9,
            "caught": 6,
            "equivalent": 1,
            "survivors": [[3, "a | b becomes `c`"], [4, "dropped"]],
        },
        "names": {
            "mutants": {"rightly": 3, "wrongly": 1, "unnamed": 2},
            "pairs": {"rightly": 4, "wrongly": 0, "unnamed": 1},
        },
    }
    rates = {
        "mistakes": 2,
        "caught": 2,
        "named": 1,
        "alternatives": 1,
        "refused": 0,
        "mutants": 9,
        "mutants_caught": 6,
        "mutants_equivalent": 1,
        "names": exercise["names"],
    }
    (tmp_path / "_build").mkdir()
    report = {
        "passed": False,
        "rates": rates,
        "units": [{"unit": "04_lstm_gates", "exercises": [exercise]}],
    }
    (tmp_path / "_build" / "audit.json").write_text(json.dumps(report), encoding="utf-8")
    text = course_book.audit_table(tmp_path, {})
    assert "| known mistakes called by their name | 1 of 2 |" in text
    assert "| `lstm_step` | 2 of 2 | 1 of 2 | 1 of 1 | 6 of 8 | 7, 1, 3 |" in text
    assert "| two known mistakes together: named rightly, wrongly, not named | 4, 0, 1 |" in text
    assert "| `lstm_step` | 3 | `a \\| b becomes 'c'` |" in text
    assert "Below the bar" in text


def test_the_page_shows_the_mutants_of_files_that_are_as_they_were_measured(tmp_path):
    places = {"repository": "https://x/y", "branch": "main"}
    assert "Run `make mutants`" in course_book.mutants_table(tmp_path, places)
    said = {}
    for name, killed in {"judge": 6, "compare": 4}.items():
        file = tmp_path / f"{name}.py"
        file.write_text(f"# {name}", encoding="utf-8")
        said[name] = {
            "file": file.name,
            "digest": hashlib.sha256(file.read_bytes()).hexdigest(),
            "made": 10,
            "killed": killed,
            "timeouts": [{}],
            "equivalent": 2,
            "survivors": [{}],
        }
    (tmp_path / "_build").mkdir()
    (tmp_path / "_build" / "mutants.json").write_text(json.dumps({"modules": said}))
    text = course_book.mutants_table(tmp_path, places)
    assert "| [judge.py](https://x/y/blob/main/judge.py) | 7 of 8 | 87.5% | 2 |" in text
    assert "| **all** | 12 of 16 | 75.0% | |" in text
    (tmp_path / "judge.py").write_text("# changed", encoding="utf-8")
    text = course_book.mutants_table(tmp_path, places)
    assert "changed since" in text and "| **all** | 5 of 8 | 62.5% | |" in text


def test_the_page_shows_what_the_grading_environment_lacks():
    rows = course_book.environment_table(course_book.RUBRIC_SCHEMA.parents[2], {}).split("\n")
    cells = {row.split(" | ")[0]: row.split(" | ")[1:] for row in rows}
    assert cells["| `pandas`"][0].startswith("2.") and cells["| `pandas`"][1][0].isdigit()
    assert cells["| `pandas`"][2] == "`colab` |" and cells["| `keras`"][2] == "`models` |"
    assert cells["| `torch`"][:2] == ["yes", "**not there**"]
    assert "| `ml-dtypes`" in cells and "or" not in cells["| `seaborn`"][1]


def test_the_page_shows_where_the_grade_is_not_what_the_notebook_gives(tmp_path):
    assert "Run `make differential`" in course_book.differential_table(tmp_path, {})
    found = [
        ("03_x", "time_cell", "equal", True, ""),
        ("03_x", "check_deleted", "higher", True, "no check cell"),
        ("01_x", "time_cell", "equal", True, ""),
        ("01_x", "check_deleted", "higher", True, "no check cell"),
        ("01_x", "prompts", "lower", False, ""),
    ]
    names = ("unit", "kind", "found", "right", "reason")
    (tmp_path / "_build").mkdir()
    (tmp_path / "_build" / "differential.json").write_text(
        json.dumps([dict(zip(names, row, strict=True)) for row in found])
    )
    text = course_book.differential_table(tmp_path, {})
    assert "| `01_x` | 3 | 1 | 1 | 1 |" in text and "| `03_x` | 2 | 1 | 1 | 0 |" in text
    assert text.count("| check deleted | higher | no check cell |") == 1
    assert "| prompts | lower | **not explained: a fault of the grader** |" in text
    assert "the same: 1 kinds" in text and "time cell." in text


def test_the_page_for_authors_shows_every_kind_of_criterion(tmp_path):
    lines = course_book.criteria_table(tmp_path, {}).split("\n")
    kinds = [line.split(" | ")[0] for line in lines[2:]]
    assert kinds[:2] == ["| `shape`", "| `values`"] and len(kinds) == 10
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 4 for line in lines)
    (speed,) = [line for line in lines if line.startswith("| `speed`")]
    assert "`ratio`: the solution itself must stay below half of it" in speed
    assert "`points`" not in speed and "vectorised" not in speed


RECORD = {
    "id": "09-forgets",
    "statement": "The *gate* | closes.",
    "verdict": "holds",
    "value": 0.5,
    "low": 0.5,
    "high": 0.75,
    "seeds": 3,
    "few_seeds": "",
    "over": "every seed",
    "direction": "above",
    "rival": "a bag of <words>",
    "limit": 0.25,
    "margin": 0.1,
    "factor": None,
    "also": ["the gate opens"],
    "paired": None,
    "trained": "5 epochs at rate 0.01",
    "data": "Reviews: the folder",
}


def lesson_with_claims(folder):
    """A course of one lesson with three claims, two of which have been run."""
    cells = [
        nbformat.v4.new_markdown_cell("# Gates"),
        nbformat.v4.new_code_cell(
            'if True:\n    lessonkit.claim("09-forgets", "It forgets.")', id="09-002"
        ),
        nbformat.v4.new_code_cell(
            'lessonkit.claim(\n    "09-new", "Nobody has run it.")\nlessonkit.claim("09-sample", "Said.")',
            id="09-003",
        ),
    ]
    (folder / "lessons").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "lessons" / "09_gates.ipynb")
    lines = [
        RECORD | {"value": 7.0},
        RECORD | {"id": "09-deleted", "value": 77.0},
        {"id": "09-forgets", "value": 777.0, "holds": True},  # of a form that is no longer written
        RECORD | {"id": "09-sample", "verdict": "not tested on the sample", "trained": None},
        RECORD,
    ]
    file = folder / "_build" / "evidence" / "09.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder / "lessons" / "09_gates.ipynb"


def test_the_evidence_page_shows_the_last_number_of_every_claim(tmp_path):
    lesson_with_claims(tmp_path)
    text = evidence.evidence_table(tmp_path, {})
    assert text.startswith("3 claims: 1 holds; 1 not run in this build; 1 not tested: this page")
    file = tmp_path / "_build" / "evidence" / "09.jsonl"
    all_of_them = [RECORD | {"id": name} for name in ("09-forgets", "09-new", "09-sample")]
    file.write_text("".join(json.dumps(one) + "\n" for one in all_of_them), encoding="utf-8")
    assert evidence.evidence_table(tmp_path, {}).startswith("3 claims: all hold.")
    assert "## Lesson 09: [Gates](../lessons/09_gates.ipynb)" in text
    (row,) = [line for line in text.splitlines() if "cell-09-002" in line]
    assert row == (
        r'| <a href="../lessons/09_gates.html#cell-09-002">The \*gate\* \| closes.</a> '
        r"| worst of 3 seeds 0.5 (0.5 to 0.75) "
        r"| above 0.25 (a bag of \<words>) by more than 0.1; and the gate opens "
        "| Reviews: the folder. Trained: 5 epochs at rate 0.01. | not varied |"
    )
    assert '#cell-09-003">09-new</a> | not run in this build' in text
    assert "(not tested: this page was made with the built-in sample)" in text
    assert "Nothing is trained. | – |" in text
    assert "09-deleted" not in text and "77" not in text
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line[:1] == "|"]
    assert set(cells) == {6}


def test_the_evidence_page_says_what_varying_broke(tmp_path):
    lesson = lesson_with_claims(tmp_path)
    held = {"verdict": "holds", "value": 0.5, "limit": 0.25}
    runs = {
        "as it is": held,
        "half the rate": held,
        "twice the rate": {"verdict": "does not hold", "value": 0.125, "limit": 0.25},
        "other seeds": {"verdict": "not reached", "value": None, "limit": None},
    }
    kept = {"day": "2026-03-01", "machine": "two_cores", "code": evidence.code_digest(lesson)}
    (tmp_path / "bench").mkdir()
    file = tmp_path / "bench" / "sensitivity.json"
    file.write_text(json.dumps({"09": kept | {"claims": {"09-forgets": runs}}}), encoding="utf-8")
    text = evidence.evidence_table(tmp_path, {})
    assert "Varied on 2026-03-01, on two\\_cores.\n" in text
    assert (
        "holds in 1 of 3; not with twice the rate (0.125 against 0.25), other seeds (not reached) |"
        in text
    )
    file.write_text(json.dumps({"09": kept | {"code": "old", "claims": {}}}), encoding="utf-8")
    assert "The lesson's code has changed since." in evidence.evidence_table(tmp_path, {})


def test_the_digest_of_a_lesson_follows_what_its_code_says_and_not_how_it_is_set(tmp_path):
    def digest(*sources):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        file = tmp_path / "09_digest.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
        return evidence.code_digest(file)

    plain = digest("x = f(1, 2)", "y = 3")
    assert digest("x = f(  # the first\n    1,\n    2,\n)", "y = 3") == plain
    assert digest("x = f(1, 3)", "y = 3") != plain
    assert digest("%pip install a\nx = 1") != digest("%pip install b\nx = 1")


def test_the_page_shows_what_came_of_each_attack(tmp_path):
    folder = tmp_path / "tests" / "redteam" / "attacks"
    folder.mkdir(parents=True)
    for name, text in {"old_one": "read", "new_one": "write", "strong_one": "break"}.items():
        (folder / f"{name}.py").write_text(
            f"# tries: {text} a `<b>` | c\n# must: fail\n# ask: ok\n", encoding="utf-8"
        )
    places = {"repository": "https://x/y", "branch": "main"}
    text = course_book.attacks_table(tmp_path, places)
    assert (
        "Not run in this build" in text
        and "(3)" in text
        and "read a \\`\\<b\\>\\` \\| c | fail | – |" in text
    )
    (tmp_path / "_build" / "redteam").mkdir(parents=True)
    for name, outcome in {"old_one": "passed", "new_one": "passed", "strong_one": "failed"}.items():
        digest = hashlib.sha256((folder / f"{name}.py").read_bytes()).hexdigest()
        said = {"outcome": outcome, "day": "2026-03-01", "fixture": digest}
        (tmp_path / "_build" / "redteam" / f"attacks-{name}.json").write_text(
            json.dumps(said), encoding="utf-8"
        )
    (folder / "new_one.py").write_text("# tries: something else\n# must: fail\n", encoding="utf-8")
    text = course_book.attacks_table(tmp_path, places)
    assert "1 of 2 attacks that were tried were held off (2026-03-01). 1 were not run" in text
    assert "| something else | fail | – |" in text and "| fail | **BROKEN** |" in text
